"""Waving an act of Today away: not now, or not right. It is one agent's own, and wakes by facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.people.models import Agent

Rows = TypeVar("Rows", bound="models.QuerySet[models.Model]")
PUT_OFF_FOR = timedelta(hours=20)  # until about the same time tomorrow, and rather before


class ActKind(models.TextChoices):
    """What Today proposes."""

    PROMISE = "promise", _("a promise")
    SILENCE = "silence", _("a silence")
    AVOIDANCE = "avoidance", _("a customer who went to another door")
    LAST_STEP = "last_step", _("a last step that failed")
    BAD_END = "bad_end", _("a bad end")
    FOLLOW_UP = "follow_up", _("a follow-up")
    THANKS = "thanks", _("a thank-you")
    ARTICLE = "article", _("an article")
    GRANT = "grant", _("a second person's word")


class Reason(models.TextChoices):
    """Why an act was waved away."""

    LATER = "later", _("not now")
    WRONG = "wrong", _("not right")


class DismissalQuerySet(models.QuerySet["Dismissal"]):
    def standing(self, agent: Agent, kind: ActKind, now: datetime, *, fact: str) -> Exists:
        """Say of a row whether the agent waved it away and that still holds.

        It holds for what they saw: a fact that is newer, by the column `fact`, comes up again.
        """
        lasts = Q(until__isnull=True) | Q(until__gt=now)
        mine = self.filter(lasts, agent=agent, kind=kind, object_id=OuterRef("pk"))
        return Exists(mine.filter(at__gte=OuterRef(fact)))


class Dismissal(models.Model):
    """That an agent does not want to see an act, until a time or for good."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dismissals")
    kind = models.CharField(max_length=10, choices=ActKind.choices)
    object_id = models.BigIntegerField()
    reason = models.CharField(max_length=5, choices=Reason.choices)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[DismissalQuerySet] = DismissalQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "kind", "object_id"], name="dismissed_once")
        ]


def dismiss(kind: ActKind, object_id: int, reason: Reason, *, by: Agent, at: datetime) -> None:
    """Wave an act away: until tomorrow, or for good. The journal is told nothing of it."""
    until = at + PUT_OFF_FOR if reason == Reason.LATER else None
    Dismissal.objects.update_or_create(
        agent=by, kind=kind, object_id=object_id,
        defaults={"reason": reason, "until": until, "at": at},
    )  # fmt: skip
