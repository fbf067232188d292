"""Bounces and other reports about our mail: they mark the very reply they tell about.

Only the Message-ID that we signed proves that a report is about a mail of ours. Without it a person
is told that a reply perhaps came back; the desk believes nothing, and no address counts as dead.

The report itself is kept, quiet, in the conversation of that reply. One that tells of no mail of
ours makes a quiet conversation: what an old desk sent may bounce here, and somebody may look.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from wingbeat.channels.mail.case import Case
from wingbeat.channels.mail.identity import own_message
from wingbeat.channels.mail.incoming import incoming_of
from wingbeat.channels.mail.parsing.parsed import Bounce
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import open_conversation, receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.models import Address

# Servers give up after five days at most; a report that names no mail is about a recent one.
REPORTED_WITHIN = timedelta(days=7)
_NOBODY: Party = {"name": "", "address": "mailer-daemon@localhost"}


def take(case: Case, *, at: datetime) -> Message:
    """Mark the reply that a report tells about, and keep the report; return it as a message."""
    reply = reply_told_of(case)
    if reply is not None:
        _mark(reply, case, at=at)
    elif (reply := reply_perhaps_told_of(case)) is not None:
        why = "; ".join(said(bounce) for bounce in _failures(case))
        reply.outgoing.perhaps_came_back(by=case.door.system, at=at, why=why)
    sender = case.sender if case.sender["address"] else _NOBODY
    incoming = incoming_of(
        case.mail, sender=sender, automatic=case.automatic, at=case.raw.received_at, door=case.door
    )
    if reply is not None:
        conversation = Conversation.objects.whole_to_change(reply.conversation_id)
        if conversation is not None:
            return receive(conversation, incoming, by=case.door.system)
    return open_conversation(case.its_inbox, incoming, by=case.door.system)


def reply_told_of(case: Case) -> Message | None:
    """Return the reply that a report is about, if it knows the name that we signed."""
    ids = [case.mail.original_message_id, *case.answers]
    for own in filter(None, map(own_message, ids)):
        reply = Message.objects.reply(own[1])
        if reply is not None:
            return reply
    return None


def reply_perhaps_told_of(case: Case) -> Message | None:
    """Return the newest reply to somebody whom a report without a name of ours speaks of.

    Many servers send nothing of the mail back, and anybody can write such a report: a person is
    told, and nothing is believed.
    """
    if case.automatic != "bounce" or case.inbox is None:
        return None
    since = case.raw.received_at - REPORTED_WITHIN
    found = {
        reply.pk: reply
        for bounce in _failures(case)
        for reply in Message.objects.replies_to(bounce.recipient, since=since)
        if reply.conversation.inbox_id == case.inbox.pk
    }
    return found[max(found)] if found else None


def _failures(case: Case) -> list[Bounce]:
    return [bounce for bounce in case.mail.bounces[:5] if bounce.action == "failed"]


def _mark(reply: Message, case: Case, *, at: datetime) -> None:
    sent_to = {
        party["address"] for role in ("to", "cc", "bcc") for party in reply.words.recipients[role]
    }
    for bounce in case.mail.bounces:
        recipient = bounce.recipient.strip().lower()
        if bounce.action != "failed":
            continue  # a delay, or news that it arrived
        if recipient in sent_to:
            lost = recipient
        elif len(sent_to) == 1:
            lost = next(iter(sent_to))  # passed on by its server and refused there
        else:
            continue  # whose it was cannot be told; the report itself is kept
        reply.outgoing.came_back(by=case.door.system, at=at, why=said(bounce), recipient=lost)
        if bounce.hard and lost == recipient:
            Address.objects.give_up(recipient, at=at, why=said(bounce))


def said(bounce: Bounce) -> str:
    """Return the server's own words about a recipient."""
    words = bounce.diagnostic or " ".join(filter(None, [bounce.reply_code, bounce.status]))
    return f"{bounce.recipient}: {words}" if words else bounce.recipient
