"""Bounces and other reports about our mail: they mark the very reply they tell about.

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
    """Return the reply that a report is about: by its Message-ID, else the only recent one."""
    ids = [case.mail.original_message_id, *case.answers]
    named = [own for one in ids if (own := own_message(one)) is not None]
    for _conversation, number in named:
        reply = Message.objects.reply(number)
        if reply is not None:
            return reply
    if named or case.automatic != "bounce":
        return None
    since = case.raw.received_at - REPORTED_WITHIN
    found = {
        reply.pk: reply
        for bounce in case.mail.bounces[:5]
        for reply in Message.objects.replies_to(bounce.recipient, since=since)
    }
    return next(iter(found.values())) if len(found) == 1 else None


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
