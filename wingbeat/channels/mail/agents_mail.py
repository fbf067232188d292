"""What agents do by mail: answer a conversation or a notification, or forward a customer's mail.

Only for mail that our own server says is theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from wingbeat.channels.mail.case import Case, OpenForwarded, enclosed
from wingbeat.channels.mail.incoming import incoming_of, offset_of, storable
from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.desk.care import notification
from wingbeat.desk.conversations import delivering
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import open_conversation
from wingbeat.desk.conversations.splitting import shown_in
from wingbeat.desk.conversations.words import Incoming, Letter, Party
from wingbeat.desk.people.models import Agent


def answer(case: Case, conversation: Conversation, *, by: Agent, at: datetime) -> Message:
    """Send an agent's mail on as a reply, unless it went to the customer directly.

    Quotes and signature of their mail program stay out of it: they may hold what a colleague
    wrote in the notification that they answered.
    """
    text = storable(case.mail.text_new).strip()
    sent_to = {one.address for one in (*case.mail.to, *case.mail.cc)}
    to = _waiting_person(conversation, chosen=sent_to)
    letter = Letter(html=html_of(text), text=text, to=(to,), subject=conversation.subject)
    message = conversation.reply(letter, by=by, at=at, seen=None, undo_for=timedelta(0))
    _attach(case, message)
    if to["address"] in sent_to:
        delivering.sent_elsewhere(message.outgoing, by=by, at=at)
    return message


def note(case: Case, conversation: Conversation, *, by: Agent, at: datetime) -> Message:
    """Keep an agent's answer to a notification as a note: whoever writes it has read what it says.

    It never reaches a customer, as a notification may have told of what a colleague wrote.
    """
    text = storable(case.mail.text_new).strip()
    message = conversation.note(Letter(html=html_of(text), text=text), by=by, at=at)
    _attach(case, message)
    notification.see(by, [conversation.pk], at=at)
    return message


def open_forwarded(case: Case, act: OpenForwarded, *, at: datetime) -> Message:
    """Begin a conversation with the customer whose mail an agent passes on.

    What the agent wrote above it becomes a note: it is meant for colleagues.
    """
    message = open_conversation(case.its_inbox, _original(case, act), by=case.door.system)
    words = storable(act.original.note).strip()
    if words:
        message.conversation.note(Letter(html=html_of(words), text=words), by=act.agent, at=at)
    return message


def _original(case: Case, act: OpenForwarded) -> Incoming:
    """Return the forwarded mail as its writer's words: as attached, else as quoted."""
    at, attached = case.raw.received_at, enclosed(case.mail)
    if attached is not None:
        mail = parse(attached)
        return incoming_of(mail, sender=act.sender, automatic="", at=at, door=case.door)
    text = storable(act.original.text)
    whole = incoming_of(case.mail, sender=act.sender, automatic="", at=at, door=case.door)
    return replace(
        whole, subject=storable(act.original.subject), text=text, text_new=text,
        html=html_of(text), to=(), cc=(), others=(), reply_to=(), message_id="",
        zone_offset_minutes=offset_of(act.original.date),
    )  # fmt: skip


def _waiting_person(conversation: Conversation, *, chosen: Collection[str]) -> Party:
    """Return whoever wrote to us last, else the customer.

    Where they want answers elsewhere the agent, who sees no page of ours, has to have chosen that
    address, or it has to take part: a forged mail must not lead an answer away unseen.
    """
    latest = shown_in(conversation).counting().with_words().order_by("-at", "-pk").first()
    if latest is not None and latest.address is not None:
        elsewhere = [
            party
            for party in latest.words.recipients.get("reply_to") or []
            if party["address"] in chosen or conversation.knows(party["address"])
        ]
        named: Party = {"name": latest.address.customer.name, "address": latest.address.email}
        return elsewhere[0] if elsewhere else named
    customer = conversation.customer
    return {"name": customer.name, "address": customer.first_address}


def _attach(case: Case, message: Message) -> None:
    files = []
    for file in case.mail.attachments:
        row = Attachment(
            message=message, name=storable(file.name)[:255], type=storable(file.type)[:127]
        )
        row.put(file.content)
        files.append(row)
    Attachment.objects.bulk_create(files)
