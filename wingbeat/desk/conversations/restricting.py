"""The restricted mark, and who is let into a conversation beyond their role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class Restriction(models.Model):
    """That only named people may read a conversation; no role beats it. Absence is the rule."""

    conversation = models.OneToOneField(
        "conversations.Conversation", models.CASCADE, related_name="restriction"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} is restricted"


class Admission(models.Model):
    """That an agent may read this conversation whatever their role and inboxes."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="admissions"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="admissions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "conversation"], name="admitted_once")
        ]

    def __str__(self) -> str:
        return f"{self.agent} may read {self.conversation_id}"


@transaction.atomic
def restrict(conversation: Conversation, *, to: Sequence[Agent], by: Agent, at: datetime) -> None:
    """Let only `to`, the assignee and whoever restricts it read a conversation."""
    row, created = Restriction.objects.get_or_create(
        conversation=conversation, defaults={"by": by, "at": at}
    )
    if created:
        record(
            Kind.RESTRICTED,
            by=by,
            at=at,
            inbox_id=conversation.inbox_id,
            conversation_id=conversation.pk,
        )
    merged = _mark(conversation, is_restricted=True)
    Restriction.objects.bulk_create(
        [Restriction(conversation_id=pk, by=row.by, at=at) for pk in merged], ignore_conflicts=True
    )
    for agent in {row.by, by, *to}:
        admit(conversation, agent, by=by, at=at)


@transaction.atomic
def unrestrict(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Take the restricted mark off; those who were let in stay in."""
    merged = _mark(conversation, is_restricted=False)
    deleted, _tables = Restriction.objects.filter(conversation=conversation).delete()
    Restriction.objects.filter(conversation_id__in=merged).delete()
    if deleted:
        record(
            Kind.UNRESTRICTED,
            by=by,
            at=at,
            inbox_id=conversation.inbox_id,
            conversation_id=conversation.pk,
        )


@transaction.atomic
def admit(conversation: Conversation, agent: Agent, *, by: Agent, at: datetime) -> None:
    """Let an agent read a conversation, with all merged into it; twice changes nothing."""
    _row, created = Admission.objects.get_or_create(
        conversation=conversation, agent=agent, defaults={"by": by, "at": at}
    )
    if created:
        record(
            Kind.ADMITTED,
            by=by,
            at=at,
            inbox_id=conversation.inbox_id,
            conversation_id=conversation.pk,
            facts={"agent": agent.pk},
        )
    parts = (pk for pk in conversation.parts() if pk != conversation.pk)
    Admission.objects.bulk_create(
        [Admission(conversation_id=pk, agent=agent, by=by, at=at) for pk in parts],
        ignore_conflicts=True,
    )


def _mark(conversation: Conversation, *, is_restricted: bool) -> list[int]:
    """Mark a conversation and all that is read as part of it; return the ids of those parts.

    Taken out again, a part must not open to everybody what was closed as long as it was in.
    """
    ids = conversation.parts()
    conversation.is_restricted = is_restricted
    type(conversation).objects.filter(pk__in=ids).update(is_restricted=is_restricted)
    return [pk for pk in ids if pk != conversation.pk]
