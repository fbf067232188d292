"""Replies that leave later: they answer nobody yet, and stay here if somebody else writes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from wingbeat.desk.conversations import replying, steps
from wingbeat.desk.conversations.draft import Draft, DraftKind
from wingbeat.desk.conversations.message import Message, MessageKind, MessageQuerySet, record_of
from wingbeat.desk.conversations.outbox import Delivery, Outgoing, OutgoingQuerySet
from wingbeat.desk.conversations.steps import Along, Step
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class CannotLeaveThen(ValueError):
    """The time to leave is not in the future."""

    def __init__(self, leaves_at: datetime) -> None:
        why = _("%(at)s is past; choose a time to come.")
        super().__init__(why % {"at": f"{leaves_at:%Y-%m-%d %H:%M}"})


class NotWaitingToLeave(ValueError):
    """The reply has left, or was taken back."""

    def __init__(self) -> None:
        super().__init__(_("This reply does not wait to leave any more."))


@transaction.atomic
def reply_later(
    conversation: Conversation,
    letter: Letter,
    *,
    by: Agent,
    at: datetime,
    leaves_at: datetime,
    seen: int | None,
    along: Sequence[Step] = (),
) -> Message:
    """Let a reply leave at a time, and put the conversation aside until then.

    Whoever waits, waits on: it answers nobody before it has left.

    Raises:
        CannotLeaveThen: if that time is past; and all that `replying.reply` raises.
    """
    if leaves_at <= at:
        raise CannotLeaveThen(leaves_at)
    replying.stop_if_unfit(letter)
    if seen is not None:
        replying.stop_if_changed(conversation, by=by, seen=seen)
    message = replying.write(
        conversation, letter, kind=MessageKind.AGENT, by=by, at=at, is_aside=True
    )
    Outgoing.objects.create(
        message=message, state=Delivery.LATER, undo_until_at=leaves_at, next_at=leaves_at
    )
    before = steps.picture(conversation)
    until = conversation.snoozed_until
    if not conversation.is_over and (until is None or until < leaves_at):
        conversation.snooze(until=leaves_at, by=by, at=at)
    steps.note_down(message, along, before)
    Draft.objects.filter(conversation=conversation, agent=by).exclude(kind=DraftKind.NOTE).delete()
    record_of(message, Kind.REPLY_PUT_OFF, by=by, at=at)
    return message


@transaction.atomic
def leave(message: Message, *, by: Agent, at: datetime) -> None:
    """Let it leave now: from here on it is a reply like any other, and its steps are done.

    Raises:
        NotWaitingToLeave: if it has left already.
    """
    waiting = Outgoing.objects.select_for_update().filter(message=message, state=Delivery.LATER)
    outgoing = waiting.first()
    if outgoing is None:
        raise NotWaitingToLeave
    conversation, author = message.conversation, message.agent or by
    message.at = at
    message.is_aside = False
    replying.answer_with(conversation, message, at=at)
    message.save(update_fields=["at", "is_aside"])
    outgoing.state, outgoing.next_at, outgoing.undo_until_at = Delivery.WAITING, at, at
    outgoing.save(update_fields=["state", "next_at", "undo_until_at"])
    along = Along.objects.filter(message=message).first()
    conversation.wake(by=by, at=at)
    if along is not None:
        steps.take(conversation, steps.read(along.steps), by=author, at=at, message=message)
    record_of(message, Kind.REPLY_QUEUED, by=author, at=at)


@transaction.atomic
def stay(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Keep it here, because somebody else wrote first: it is its author's draft again."""
    draft = replying.undo(message, by=by, at=at)
    record(
        Kind.REPLY_OVERTAKEN,
        by=by,
        at=at,
        inbox_id=draft.inbox_id,
        conversation_id=draft.conversation_id,
        facts={"author": draft.agent_id},
    )
    return draft


def look(now: datetime) -> int:
    """Let those leave whose time has come, and keep those here that somebody was quicker than."""
    system = Agent.objects.system()
    waiting = Outgoing.objects.put_off()
    overtaken = _with_message(waiting.filter(Exists(_spoken_since())))
    for outgoing in overtaken:
        stay(outgoing.message, by=system, at=now)
    due = _with_message(waiting.filter(next_at__lte=now))
    for outgoing in due:
        leave(outgoing.message, by=system, at=now)
    return len(overtaken) + len(due)


def _spoken_since() -> MessageQuerySet:
    """Words that a customer or a colleague has said to the other since a reply was put off."""
    here = Q(conversation=OuterRef("message__conversation"))
    whole = Q(conversation=OuterRef("message__conversation__merged_into"))
    others = Q(agent__isnull=True) | ~Q(agent=OuterRef("message__agent"))
    said = Message.objects.filter(here | whole, others, pk__gt=OuterRef("message"))
    return said.filter(automatic="", in_margin=False, is_aside=False).exclude(kind=MessageKind.NOTE)


def _with_message(rows: OutgoingQuerySet) -> list[Outgoing]:
    related = ("message__conversation__inbox", "message__agent", "message__words")
    return list(rows.select_related(*related).order_by(F("next_at"), "pk")[:200])
