"""How often a kind of hint was shown while writing, heeded, and called wrong: by team, no person.

A kind that a team seldom heeds rests there by itself, until a lead lets it be shown again. A
sentence about which a hint was wrong is kept only if whoever wrote it gives it as an example.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Count, F, Q

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.seeing import seen_by
from wingbeat.desk.people.models import Agent, Membership, Team
from wingbeat.laws.coaching import KINDS, shipped_policy

STOP = "first_impression.placeholder"  # what stops a reply is no matter of taste
ENOUGH_PEOPLE = 5  # in a smaller team a count tells of single people
LONGEST_EXAMPLE = 300  # letters
COUNTED = ("shown", "heeded", "wrong")


class HintCountQuerySet(models.QuerySet["HintCount"]):
    def resting(self, team_id: int | None) -> frozenset[str]:
        """Return the kinds that rest in a team; those of the desk where somebody has no team."""
        return frozenset(row.kind for row in self.filter(team=team_id) if row.is_resting)

    def of_led(self, agent: Agent) -> HintCountQuerySet:
        """Those of the teams that an agent leads, with how many people are in each."""
        led = Membership.objects.filter(agent=agent, is_lead=True).values("team")
        at_work = Q(team__memberships__agent__is_active=True)
        rows = self.filter(team__in=led).annotate(people=Count("team__memberships", at_work))
        return rows.select_related("team").order_by("team__name", "kind")


class HintCount(models.Model):
    """One kind of hint in one team: numbers, no words and no person."""

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="hint_counts")
    kind = models.CharField(max_length=50)
    shown = models.PositiveIntegerField(default=0)
    heeded = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)

    objects: ClassVar[HintCountQuerySet] = HintCountQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "kind"], name="hint_counted_once_a_team"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(team__isnull=True), name="hint_counted_once_besides"
            ),
        ]

    @property
    def is_resting(self) -> bool:
        policy = shipped_policy()
        seldom = self.heeded < policy.least_heeded * self.shown
        return self.kind != STOP and self.shown >= policy.shown_before_rest and seldom


class HintExampleQuerySet(models.QuerySet["HintExample"]):
    def to_mend(self, agent: Agent) -> HintExampleQuerySet:
        """What whoever leads a team or looks after the desk may read of it, the newest first."""
        if not (agent.may_administer or agent.memberships.filter(is_lead=True).exists()):
            return self.none()
        rows = self.exclude(words="").filter(conversation__is_restricted=False)
        return seen_by(agent, rows, place="conversation").order_by("-at", "-pk")


class HintExample(models.Model):
    """Words about which a hint was not right, given by their author, who is not kept."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="hint_examples")
    kind = models.CharField(max_length=50)
    language = models.CharField(max_length=8, blank=True)
    words = models.CharField(max_length=LONGEST_EXAMPLE)
    at = models.DateTimeField()

    objects: ClassVar[HintExampleQuerySet] = HintExampleQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions


def give_example(where: Conversation, kind: str, language: str, words: str, at: datetime) -> None:
    """Keep words once; those of a restricted conversation are given to nobody."""
    if not where.is_restricted:
        HintExample.objects.get_or_create(
            conversation=where, kind=kind, words=words[:LONGEST_EXAMPLE],
            defaults={"language": language, "at": at},
        )  # fmt: skip


def team_of(agent: Agent, inbox_id: int) -> int | None:
    """Return the team in which an agent answers an inbox, the first made of several."""
    rows = Team.objects.filter(inboxes=inbox_id, memberships__agent=agent).order_by("pk")
    return rows.values_list("pk", flat=True).first()


def count(team_id: int | None, kind: str, what: str) -> None:
    """Count a hint as shown, heeded or wrong.

    Raises:
        ValueError: if there is no such kind, or nothing of that name is counted.
    """
    if kind not in KINDS or what not in COUNTED:
        raise ValueError(f"{kind}, {what}: counted are {', '.join(COUNTED)} of {', '.join(KINDS)}.")
    team = Team.objects.get(pk=team_id) if team_id is not None else None
    row, _made = HintCount.objects.get_or_create(team=team, kind=kind)
    HintCount.objects.filter(pk=row.pk).update(**{what: F(what) + 1})


def show_again(row: HintCount) -> None:
    """Let a kind be shown again in a team: its counting begins anew."""
    row.shown = row.heeded = row.wrong = 0
    row.save(update_fields=list(COUNTED))
