"""A macro: prepared words in several languages, and the steps that go along with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.people.models import Agent, Team


class MacroQuerySet(models.QuerySet["Macro"]):
    def usable_by(self, agent: Agent) -> MacroQuerySet:
        """Their own, their teams', and everybody's; most used first."""
        teams = Team.objects.filter(memberships__agent=agent)
        theirs = Q(owner=agent) | Q(team__in=teams) | Q(owner__isnull=True, team__isnull=True)
        return self.filter(theirs).order_by("-used", "name", "pk")

    def changeable_by(self, agent: Agent) -> MacroQuerySet:
        """Their own and their teams'; the desk's and every team's for those who look after it."""
        if agent.is_light:
            return self.none()
        if agent.may_administer:
            return self.filter(Q(owner=agent) | Q(owner__isnull=True))
        teams = Team.objects.filter(memberships__agent=agent)
        return self.filter(Q(owner=agent) | Q(team__in=teams))

    def named(self, typed: str) -> MacroQuerySet:
        """Those with every typed word in their name, folder, shortcut or words."""
        found = self
        for word in typed.lower().lstrip(";:").split():
            inside = Q(texts__text__icontains=word) | Q(name__icontains=word)
            inside |= Q(folder__icontains=word) | Q(shortcut__startswith=word)
            found = found.filter(pk__in=Macro.objects.filter(inside).values("pk"))
        return found

    def by_shortcut(self, shortcut: str) -> Macro | None:
        """Return the one a shortcut stands for: one's own before the team's before the desk's."""
        found = list(self.filter(shortcut=shortcut.lower()).with_words())
        return min(found, key=lambda macro: (not macro.owner_id, not macro.team_id), default=None)

    def with_words(self) -> MacroQuerySet:
        return self.select_related("team").prefetch_related("texts")


class Macro(models.Model):
    """Private with an owner, a team's with a team, everybody's with neither.

    It counts how often it was used, and never by whom.
    """

    name = models.CharField(_("name"), max_length=120)
    shortcut = models.SlugField(_("shortcut"), max_length=40, blank=True)
    folder = models.CharField(_("folder"), max_length=80, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="macros"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="macros")
    steps = models.JSONField(default=list, blank=True)
    used = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects: ClassVar[MacroQuerySet] = MacroQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(team__isnull=True),
                name="macro_of_one_or_a_team",
                violation_error_message=_("A macro is one person's or a team's, not both."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def words(self, languages: Sequence[str]) -> str:
        """Return its HTML in the first of these languages that it has, else in any."""
        by_language = {row.language: row.html for row in self.texts.all()}
        spoken = (by_language[one] for one in languages if one in by_language)
        return next(spoken, next(iter(by_language.values()), ""))


class MacroText(models.Model):
    """A macro's words in one language: safe HTML, and its text to be found by."""

    macro = models.ForeignKey(Macro, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    html = models.TextField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["macro", "language"], name="macro_once_a_language")
        ]
