"""The restricted mark, and who is let into a conversation beyond their role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from wingbeat.desk.conversations import merging
from wingbeat.desk.conversations.message import Participant
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class Restriction(Deed):
    """That only named people may read a conversation; no role beats it. Absence is the rule."""

    conversation = models.OneToOneField(
        "conversations.Conversation", models.CASCADE, related_name="restriction"
    )


class Admission(Deed):
    """That an agent may read this conversation whatever their role and inboxes."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="admissions"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="admissions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "conversation"], name="admitted_once")
        ]


@transaction.atomic
def restrict(conversation: Conversation, *, to: Sequence[Agent], by: Agent, at: datetime) -> None:
    """Let only `to`, the assignee and whoever restricts it read a conversation.

    What was split shows the same words in two places, so both are closed. Nobody is let in to the
    other who could not read it, and one that `by` may not read is left to its own readers.
    """
    beside = shown_beside(conversation, by)
    readers = {one.pk: [agent for agent in to if one.is_visible_to(agent)] for one in beside}
    _close(conversation, to=to, by=by, at=at)
    for one in beside:
        _close(one, to=readers[one.pk], by=by, at=at)


@transaction.atomic
def unrestrict(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Take the restricted mark off; those who were let in stay in."""
    for one in (conversation, *shown_beside(conversation, by)):
        _open(one, by=by, at=at)


def shown_beside(conversation: Conversation, agent: Agent) -> list[Conversation]:
    """Return the others, read by this agent, that show words of a conversation or lend it some."""
    from wingbeat.desk.conversations.splitting import Split

    circle: set[int] = set()
    found = {merging.whole_of(conversation.pk)}
    while found - circle:
        circle |= found
        ids = [part for whole in circle for part in merging.parts_of(whole)]
        pairs = Split.objects.filter(Q(conversation__in=ids) | Q(source__in=ids))
        ends = {pk for pair in pairs.values_list("conversation", "source") for pk in pair}
        found = {merging.whole_of(pk) for pk in ends}
    others = circle - {conversation.pk, merging.whole_of(conversation.pk)}
    if not others:
        return []
    readable = type(conversation).objects.visible_to(agent)
    return list(readable.filter(pk__in=others).order_by("pk"))


def bring_along(source: Conversation, *, into: Conversation, by: Agent, at: datetime) -> None:
    """Let whoever takes part in one conversation, or is let in, do so in one begun from it."""
    people = source.participants.values_list("email", "name")
    Participant.objects.bulk_create(
        Participant(conversation=into, email=email, name=name) for email, name in people
    )
    if source.is_restricted:
        admitted = [row.agent for row in source.admissions.select_related("agent")]
        restrict(into, to=admitted, by=by, at=at)


def _close(conversation: Conversation, *, to: Sequence[Agent], by: Agent, at: datetime) -> None:
    row, created = Restriction.objects.get_or_create(
        conversation=conversation, defaults={"by": by, "at": at}
    )
    if created:
        _tell(Kind.RESTRICTED, conversation, by=by, at=at)
    merged = _mark(conversation, is_restricted=True)
    Restriction.objects.bulk_create(
        [Restriction(conversation_id=pk, by=row.by, at=at) for pk in merged], ignore_conflicts=True
    )
    for agent in {row.by, by, *to}:
        admit(conversation, agent, by=by, at=at)


def _open(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    merged = _mark(conversation, is_restricted=False)
    deleted, _tables = Restriction.objects.filter(conversation=conversation).delete()
    Restriction.objects.filter(conversation_id__in=merged).delete()
    if deleted:
        _tell(Kind.UNRESTRICTED, conversation, by=by, at=at)


def _tell(kind: Kind, conversation: Conversation, *, by: Agent, at: datetime) -> None:
    record(kind, by=by, at=at, inbox_id=conversation.inbox_id, conversation_id=conversation.pk)


@transaction.atomic
def admit(conversation: Conversation, agent: Agent, *, by: Agent, at: datetime) -> None:
    """Let an agent read a conversation, with all merged into it; twice changes nothing."""
    _row, created = Admission.objects.get_or_create(
        conversation=conversation, agent=agent, defaults={"by": by, "at": at}
    )
    if created:
        record(Kind.ADMITTED, by=by, at=at, on=conversation, facts={"agent": agent.pk})
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
