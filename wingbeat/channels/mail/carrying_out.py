"""Carrying out: a decision about a mail becomes rows, in the transaction that judged it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from wingbeat.channels.mail import bouncing
from wingbeat.channels.mail.agents_mail import answer, note, open_forwarded
from wingbeat.channels.mail.case import Answer, Case, Decision, Join, Open, OpenForwarded, Report
from wingbeat.channels.mail.filtering import inbox_for, sort
from wingbeat.channels.mail.incoming import incoming_of, storable
from wingbeat.channels.mail.models import IN_TRAY, Judgement, RawMail, Source
from wingbeat.channels.mail.subjects import is_similar
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import CameBy, Message
from wingbeat.desk.conversations.receiving import open_conversation, receive
from wingbeat.desk.conversations.waiting import answered_at
from wingbeat.desk.conversations.words import Incoming, Party

# Mail that is judged within this time of its arrival was not overtaken by anything.
LATE = timedelta(minutes=1)
# A new mail of the same customer with a similar subject within this time may belong together.
ALIKE_FOR = timedelta(days=30)


class JudgedElsewhere(RuntimeError):
    """Another worker was quicker; what this one did is taken back."""

    def __init__(self, raw: RawMail) -> None:
        super().__init__(f"Mail {raw.pk} has been judged by another worker.")


def carry_out(case: Case, decision: Decision, *, at: datetime) -> RawMail:
    """Make a decision true and store it with its reason.

    Raises:
        JudgedElsewhere: if the mail has been judged meanwhile.
    """
    message = _acted(case, decision, at=at)
    looks_like_id = decision.looks_like_id
    if message is not None and looks_like_id is None and decision.judgement == Judgement.OPENED:
        looks_like_id = _much_like(case, message)
    changes: dict[str, Any] = {
        "judgement": decision.judgement,
        "why": decision.why[:300],
        "inbox": case.inbox,
        "message_id": case.raw.message_id,
        "became_id": message.pk if message is not None else decision.became_id,
        "looks_like_id": looks_like_id,
        "filed_by": decision.filed_by,
    }
    if decision.judgement in IN_TRAY:
        changes["sender"] = case.sender["address"][:254]
        changes["subject"] = storable(case.mail.subject)[:300]
    if not RawMail.objects.to_judge().filter(pk=case.raw.pk).update(**changes):
        raise JudgedElsewhere(case.raw)
    for name, value in changes.items():
        setattr(case.raw, name, value)
    return case.raw


def _acted(case: Case, decision: Decision, *, at: datetime) -> Message | None:
    match decision.act:
        case Open(sender):
            words = _words(case, sender)
            message = open_conversation(
                inbox_for(case, decision.filed_by), words, by=case.door.system
            )
            if decision.filed_by is not None:
                sort(message, decision.filed_by, by=case.door.system, at=at)
            return message
        case OpenForwarded():
            return open_forwarded(case, decision.act, at=at)
        case Join(conversation, doubt):
            words = _words(case, case.sender)
            if doubt is None:
                words = not_overtaken(words, conversation, at=at)
            return receive(conversation, words, by=case.door.system, doubt=doubt)
        case Answer(conversation, agent, is_note):
            return (note if is_note else answer)(case, conversation, by=agent, at=at)
        case Report():
            return bouncing.take(case, at=at)
    return None


def _words(case: Case, sender: Party) -> Incoming:
    words = incoming_of(
        case.mail, sender=sender, automatic=case.automatic, at=case.raw.received_at, door=case.door
    )
    return replace(words, came_by=CameBy.FORM) if case.raw.source == Source.FORM else words


def _much_like(case: Case, message: Message) -> int | None:
    """Return the conversation of the same customer that a new mail may belong to."""
    opened = message.conversation
    if opened.customer.since_at == message.at:
        return None  # we have just met
    since = case.raw.received_at - ALIKE_FOR
    lately = Conversation.objects.lately_with(opened.customer_id, opened.inbox_id, since=since)
    alike = (
        number for number, subject in lately
        if number != opened.pk and is_similar(subject, opened.subject)
    )  # fmt: skip
    return next(alike, None)


def not_overtaken(incoming: Incoming, conversation: Conversation, *, at: datetime) -> Incoming:
    """Return words that reached us after our latest ones as said now, whenever they were sent.

    After an outage a mail comes in that is older than our latest reply: nobody who wrote that
    reply had read it, so it still waits for an answer.
    """
    if conversation.waits_for_us_since is not None or at - incoming.at < LATE:
        return incoming
    answered = answered_at(conversation)
    return replace(incoming, at=at) if answered and incoming.at <= answered else incoming
