"""A view: a saved list of conversations, for oneself, a team, or all."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _, gettext_lazy

from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.asking.reading import CannotRead, read
from wingbeat.desk.conversations.asking.things import Names, kept
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Team

IN_RAIL = 7  # the others stand behind "All views"
COUNTED_TO = 99


class ForWhom(models.TextChoices):
    """Who finds a view among theirs. What stands in it is decided by what each may read."""

    ONESELF = "oneself", gettext_lazy("Only me")
    TEAM = "team", gettext_lazy("A team")
    ALL = "all", gettext_lazy("Everybody")


class CannotKeep(ValueError):
    """The view cannot be kept so; the text says why."""


class ViewQuerySet(models.QuerySet["View"]):
    def visible_to(self, agent: Agent) -> ViewQuerySet:
        """One's own, those of one's teams, and those for all; `View` states who may change them."""
        teams = agent.memberships.values("team")
        mine = Q(for_whom=ForWhom.ONESELF, owner=agent)
        return self.filter(
            mine | Q(for_whom=ForWhom.TEAM, team__in=teams) | Q(for_whom=ForWhom.ALL)
        ).order_by("order", "name", "pk")

    def counted_for(self, agent: Agent) -> models.QuerySet[View, tuple[int, str, int | None]]:
        """Return number and name of each, and what was counted for this agent lately."""
        mine = FilteredRelation("counts", condition=Q(counts__agent=agent))
        return self.annotate(mine=mine).values_list("pk", "name", "mine__count")


class View(models.Model):
    """A question with a name. `columns` names what a row tells besides who, since when, what."""

    name = models.CharField(gettext_lazy("name"), max_length=60)
    question = models.CharField(max_length=1_000, blank=True)
    columns = models.JSONField(default=list, blank=True)
    for_whom = models.CharField(max_length=8, choices=ForWhom.choices, default=ForWhom.ONESELF)
    # one's own stand first, then the teams', then those for all
    order = models.PositiveSmallIntegerField(default=0)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views")
    at = models.DateTimeField()

    objects: ClassVar[ViewQuerySet] = ViewQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(for_whom="team", team__isnull=False)
                | Q(~Q(for_whom="team"), team__isnull=True),
                name="view_of_a_team_has_one",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> Query:
        """What it asks for.

        Raises:
            CannotRead: if it was kept by a release whose questions were written otherwise.
        """
        return read(self.question)

    def question_in(self, names: Names) -> str:
        """Return its question as a person reads it, with things as they are called now."""
        return str(names.shown(self.query)) if self.reads else self.question

    @property
    def reads(self) -> bool:
        """Say whether its question can be read by this release."""
        try:
            return bool(self.query)
        except CannotRead:
            return False

    def may_be_changed_by(self, agent: Agent) -> bool:
        """Its owner may; what several see also its admins, or the lead of its team."""
        if agent.is_light:
            return False
        if self.owner_id == agent.pk:
            return True
        if self.for_whom == ForWhom.ONESELF:
            return False
        leads = agent.memberships.filter(team=self.team, is_lead=True)
        return agent.may_administer or (self.team_id is not None and leads.exists())


class ViewCount(models.Model):
    """How many an agent sees in a view, up to 100, as counted last.

    Derived, and never counted inside a list: a job does it while somebody looks.
    """

    view = models.ForeignKey(View, models.CASCADE, related_name="counts")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    count = models.PositiveSmallIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField(default=0)  # the newest of the journal when it was counted
    wanted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "view"], name="counted_once")]
        indexes = [models.Index(fields=["wanted_at"], name="view_count_wanted")]


@transaction.atomic
def keep(view: View, *, by: Agent, at: datetime) -> View:
    """Keep a new view, or a changed one, as it stands in memory.

    Raises:
        CannotRead: if its question cannot be read.
        CannotKeep: if `by` may not show it to those it is for.
    """
    view.question = str(kept(read(view.question)))
    view.name = view.name.strip()
    _check(view, by)
    is_new = view.pk is None
    view.order = ForWhom.values.index(view.for_whom)
    view.at = at
    view.save()
    ViewCount.objects.filter(view=view).update(count=None, counted_at=None)
    _record(view, "kept" if is_new else "changed", by=by, at=at)
    return view


@transaction.atomic
def drop(view: View, *, by: Agent, at: datetime) -> None:
    """Let a view go; the conversations in it stay as they are."""
    pk = view.pk
    view.delete()
    view.pk = pk
    _record(view, "dropped", by=by, at=at)


def _check(view: View, by: Agent) -> None:
    if not view.name:
        raise CannotKeep(_("A view needs a name."))
    if view.for_whom == ForWhom.ALL and not (by.may_administer or view.owner_id == by.pk):
        raise CannotKeep(_("Only its owner or an admin shows this view to everybody."))
    if view.for_whom == ForWhom.TEAM:
        own = by.may_administer or by.memberships.filter(team=view.team).exists()
        if view.team_id is None or not own:
            raise CannotKeep(_("Choose a team that you belong to."))


def _record(view: View, change: str, *, by: Agent, at: datetime) -> None:
    record(Kind.VIEW_CHANGED, by=by, at=at, facts={"view": view.pk, "change": change})
