"""A notification: that something concerns one agent, until they have seen it.

It points and quotes nothing: what may be read of it is asked anew whenever it is shown or mailed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.merging import parts_of
from wingbeat.desk.conversations.seeing import seen_by
from wingbeat.desk.people.models import Agent

SHOWN = 50  # conversations; whoever has more concerns has no use for a longer list
KEPT_FOR = timedelta(days=14)  # after it was seen


class Why(models.TextChoices):
    """Why something concerns an agent, the strongest reason first."""

    ASSIGNED = "assigned", _("a conversation is given to me")
    MENTIONED = "mentioned", _("a note names me")
    FAILED = "failed", _("a reply of mine did not arrive, or may not have")
    PROMISE = "promise", _("a promise of mine is nearly due")
    WORDS = "words", _("a customer writes in a conversation of mine")
    FOLLOWED = "followed", _("something happens in a conversation that I follow")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, agent: Agent) -> NotificationQuerySet:
        """An agent's own, of conversations that they may read now."""
        if not agent.is_active:
            return self.none()
        return seen_by(agent, self.filter(agent=agent), place="conversation")

    def unseen(self) -> NotificationQuerySet:
        return self.filter(seen_at__isnull=True)

    def not_mailed(self) -> NotificationQuerySet:
        """What has neither been seen nor told by mail."""
        return self.unseen().filter(mailed_at__isnull=True)


class Notification(models.Model):
    """One reason for which a conversation concerns an agent; until they look, repeats add to it."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications"
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notifications")
    why = models.CharField(max_length=10, choices=Why.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "conversation", "why"],
                condition=Q(seen_at__isnull=True),
                name="told_once_until_seen",
            )
        ]
        indexes = [models.Index(fields=["agent", "seen_at", "-at"], name="notified_lately")]


@dataclass(frozen=True, slots=True)
class Concern:
    """A conversation that concerns an agent, with every reason, the strongest first."""

    conversation: Conversation
    reasons: tuple[Notification, ...]

    @property
    def at(self) -> datetime:
        return max(one.at for one in self.reasons)


def concerns(rows: Iterable[Notification]) -> list[Concern]:
    """Bundle notifications by conversation, the newest first."""
    strength = {why: place for place, why in enumerate(Why.values)}
    bundles: dict[int, list[Notification]] = {}
    for row in rows:
        bundles.setdefault(row.conversation_id, []).append(row)
    told = [
        Concern(many[0].conversation, tuple(sorted(many, key=lambda one: strength[one.why])))
        for many in bundles.values()
    ]
    return sorted(told, key=lambda one: (one.at, one.conversation.pk), reverse=True)


def see(agent: Agent, conversation_ids: Collection[int] | None = None, *, at: datetime) -> int:
    """Remember that an agent has seen what concerns them there, or everywhere.

    Whoever looks at a conversation sees what was merged into it, too. The journal is told nothing:
    what somebody looks at is nobody's business.
    """
    rows = Notification.objects.unseen().filter(agent=agent)
    if conversation_ids is not None:
        merged = Q(conversation__merged_into__isnull=False)
        near = rows.filter(Q(conversation_id__in=conversation_ids) | merged)
        told = set(near.values_list("conversation_id", flat=True))
        here = set(conversation_ids)
        if told - here:  # something merged is unseen, here or elsewhere
            here = {part for pk in conversation_ids for part in parts_of(pk)}
        rows = rows.filter(conversation_id__in=told & here)
    if not rows.exists():  # most looks find nothing, and must not ask for the write lock
        return 0
    return rows.update(seen_at=at)


def forget_old(now: datetime) -> int:
    """Forget what was seen a while ago; return how many rows that were."""
    return Notification.objects.filter(seen_at__lte=now - KEPT_FOR).delete()[0]
