"""Words coming in: a new conversation, or one more message in an old one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from django.conf import settings
from django.db import transaction

from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.assigning import let_go_if_gone
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.due import WAITING, end_due, wait, waiting
from wingbeat.desk.conversations.ending import Ending, Reason
from wingbeat.desk.conversations.file_words import words_in
from wingbeat.desk.conversations.inbox import Inbox, our_addresses
from wingbeat.desk.conversations.margin import Doubt, Stranger
from wingbeat.desk.conversations.message import (
    Message,
    MessageKind,
    MessageText,
    Participant,
    record_of,
)
from wingbeat.desk.conversations.words import Incoming, Parties, Party, excerpt_of
from wingbeat.desk.customers.models import Address, Customer, Organization
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent
from wingbeat.language.thanks import is_mere_thanks

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

# A mail to hundreds of people does not make hundreds of participants.
MOST_PARTICIPANTS = 40
REPORTS = frozenset({"bounce", "report"})
# As the sanitizer writes it: every value between double quotes that stand nowhere else in a tag.
_CID_PICTURE = re.compile(r'(<img(?: [^\s"=<>]+="[^"]*")*? src=")[Cc][Ii][Dd]:([^"]{1,1000})(?=")')


@transaction.atomic(savepoint=False)
def open_conversation(inbox: Inbox, incoming: Incoming, *, by: Agent) -> Message:
    """Begin a conversation with a customer's first words; return the message.

    Automatic mail makes a quiet conversation, spam one that has ended with that reason.
    """
    from wingbeat.desk.conversations.conversation import Conversation, State

    address = address_of(incoming.sender, at=incoming.at)
    counts = not incoming.automatic and not incoming.is_spam
    conversation = Conversation.objects.create(
        inbox=inbox,
        customer=address.customer,
        subject=incoming.subject[:300],
        opened_at=incoming.at,
        latest_at=incoming.at,
        excerpt=excerpt_of(incoming.text_new or incoming.text),
        state=State.ENDED if incoming.is_spam else State.US if counts else State.QUIET,
        **waiting(inbox, address.customer, since=incoming.at if counts else None, is_first=True),
        end_due_at=end_due(inbox, address.customer, since=incoming.at) if counts else None,
        is_spam=incoming.is_spam,
        has_attachments=any(not file.is_inline for file in incoming.attachments),
    )
    if incoming.is_spam:
        Ending.objects.create(conversation=conversation, reason=Reason.SPAM, by=by, at=incoming.at)
    message = _add_message(conversation, incoming, address)
    if not incoming.automatic:
        _take_part(conversation, incoming)
    _remember_clock(address.customer, incoming)
    owed = _owed(conversation, incoming)
    record_of(message, Kind.CONVERSATION_OPENED, by=by, at=incoming.at, facts=owed)
    return message


@transaction.atomic(savepoint=False)
def receive(
    conversation: Conversation, incoming: Incoming, *, by: Agent, doubt: Doubt | None = None
) -> Message:
    """Add a customer's words to a conversation; return the message.

    A known person's words open it again, wake it, and wait for us. Automatic mail changes no
    state. With a `doubt` the mail stands in the margin and changes nothing else.
    """
    # a mail server that reports is nobody we serve
    address = None if incoming.automatic in REPORTS else address_of(incoming.sender, at=incoming.at)
    message = _add_message(conversation, incoming, address, in_margin=doubt is not None)
    reopened = False
    if doubt is not None:
        Stranger.objects.create(message=message, why=doubt)
        conversation.has_stranger = True
        conversation.save(update_fields=["has_stranger"])
    elif address is not None and not incoming.automatic:
        reopened = _wait_for_us(conversation, incoming)
        if reopened:
            let_go_if_gone(conversation, by=by, at=incoming.at)
        _take_part(conversation, incoming)
        _remember_clock(address.customer, incoming)
    record(
        Kind.MESSAGE_RECEIVED,
        by=by,
        at=incoming.at,
        on=conversation,
        customer_id=address.customer_id if address is not None else None,
        message_id=message.pk,
        facts={
            "reopened": reopened,
            "margin": doubt is not None,
            "automatic": incoming.automatic,
            **_owed(conversation, incoming),
        },
    )
    return message


def _owed(conversation: Conversation, incoming: Incoming) -> dict[str, int]:
    """Say in whole seconds since 1970 until when these words are due an answer, if a wait begins.

    The conversation forgets it with our answer, and a promise may be another one by then.
    """
    due_at = conversation.due_at
    if due_at is None or conversation.waits_for_us_since != incoming.at:
        return {}
    return {"due_by": int(due_at.timestamp())}


def address_of(party: Party, *, at: datetime) -> Address:
    """Return the row of an address, with its customer; both are made for a new one."""
    email = party["address"].strip().lower()[:254]
    found = Address.objects.of(email)
    if found is not None:
        if found.dead_since_at is not None:  # whoever writes from an address can be reached there
            found.dead_since_at, found.dead_why = None, ""
            found.save(update_fields=["dead_since_at", "dead_why"])
        if party["name"] and not found.customer.name:
            found.customer.name = party["name"][:200]
            found.customer.save(update_fields=["name"])
        return found
    domain = email.rpartition("@")[2]
    organization = Organization.objects.filter(domain=domain).first() if domain else None
    customer = Customer.objects.create(
        name=party["name"][:200], organization=organization, since_at=at
    )
    row = Address(customer=customer, email=email)
    Address.objects.bulk_create([row], ignore_conflicts=True)
    address = Address.objects.select_related("customer").get(email=email)
    if address.customer_id != customer.pk:  # another process was quicker with the same new person
        customer.delete()
    return address


def add_participants(conversation: Conversation, parties: Iterable[Party]) -> None:
    """Let these addresses take part; our own addresses never do."""
    ours = our_addresses()
    _add(conversation, (party for party in parties if party["address"] not in ours))


def _take_part(conversation: Conversation, incoming: Incoming) -> None:
    if incoming.others is None:
        add_participants(conversation, [incoming.sender, *incoming.to, *incoming.cc])
    else:
        _add(conversation, [incoming.sender, *incoming.others])


def _add(conversation: Conversation, parties: Iterable[Party]) -> None:
    rows = {
        party["address"]: Participant(
            conversation=conversation, email=party["address"][:254], name=party["name"][:200]
        )
        for party in parties
        if party["address"]
    }
    Participant.objects.bulk_create(list(rows.values())[:MOST_PARTICIPANTS], ignore_conflicts=True)


def _wait_for_us(conversation: Conversation, incoming: Incoming) -> bool:
    reopened = conversation.is_over
    if conversation.waits_for_us_since is None:
        wait(conversation, since=incoming.at, is_first=conversation.state == "quiet")
    if reopened or conversation.state == "quiet":
        conversation.end_due_at = end_due(
            conversation.inbox, conversation.customer, since=incoming.at
        )
    conversation.state = "us"
    conversation.is_spam = False
    if not _may_sleep_on(incoming):
        conversation.snoozed_until = None
    conversation.latest_at = max(conversation.latest_at, incoming.at)
    conversation.excerpt = excerpt_of(incoming.text_new or incoming.text)
    conversation.has_attachments |= any(not file.is_inline for file in incoming.attachments)
    conversation.save(
        update_fields=[
            "state",
            "is_spam",
            *WAITING,
            "end_due_at",
            "snoozed_until",
            "latest_at",
            "excerpt",
            "has_attachments",
        ]
    )
    return reopened


def _may_sleep_on(incoming: Incoming) -> bool:
    """Say whether words leave a conversation put aside: mere thanks, where the desk wants it so."""
    if not settings.WINGBEAT["sleep_through_thanks"]:
        return False
    has_files = any(not file.is_ours for file in incoming.attachments)
    return not has_files and is_mere_thanks(incoming.text_new or incoming.text)


def _add_message(
    conversation: Conversation,
    incoming: Incoming,
    address: Address | None,
    *,
    in_margin: bool = False,
) -> Message:
    message = Message.objects.create(
        conversation=conversation,
        kind=MessageKind.CUSTOMER,
        at=incoming.at,
        address=address,
        automatic=incoming.automatic,
        in_margin=in_margin,
        message_id=incoming.message_id[:300],
        came_by=incoming.came_by,
    )
    files = files_of(message, incoming)
    if files:
        Attachment.objects.bulk_create(files)
    words = words_of(message, incoming)
    words.save(force_insert=True)
    who = f"{incoming.sender['name']} {incoming.sender['address']}"
    searching.index(message, words, who=who, files=told_by_files(incoming))
    return message


def words_of(message: Message, incoming: Incoming) -> MessageText:
    """Return the row of what a message says, not saved yet."""
    return MessageText(
        message=message,
        subject=incoming.subject[:300],
        html=_pictured(incoming),
        text=incoming.text,
        text_new=incoming.text_new,
        recipients=_recipients(incoming),
        thread_index=incoming.thread_index if len(incoming.thread_index) <= 400 else "",
    )


def told_by_files(incoming: Incoming) -> list[str]:
    """Return what the files that came along tell; pictures within the words tell nothing."""
    shown = [file for file in incoming.attachments if not file.is_inline]
    return [words_in(file.name, file.type, file.content) for file in shown]


def files_of(message: Message, incoming: Incoming) -> list[Attachment]:
    """Return the rows of the files that came along, not saved yet."""
    files = []
    for file in incoming.attachments:
        row = Attachment(
            message=message,
            token=file.token,
            name=file.name[:255],
            type=file.type[:127],
            is_inline=file.is_inline,
            content_id=file.content_id[:255],
        )
        row.put(file.content)
        files.append(row)
    return files


def _pictured(incoming: Incoming) -> str:
    """Return the page with its `cid:` pictures shown from the files that came along.

    Only the value of a picture's source is exchanged, never a piece of the page that a sender
    chose: an identifier with quotes in it would turn words into attributes.
    """
    tokens = {
        file.content_id.lower(): file.token
        for file in incoming.attachments
        if file.is_inline and file.content_id
    }

    def shown(found: re.Match[str]) -> str:
        token = tokens.get(unquote(unescape(found[2])).strip("<>").lower())
        return f"{found[1]}/attachments/{token}/" if token is not None else found[0]

    return _CID_PICTURE.sub(shown, incoming.html) if tokens else incoming.html


def _recipients(incoming: Incoming) -> Parties:
    parties: Parties = {"to": list(incoming.to), "cc": list(incoming.cc), "bcc": []}
    elsewhere = [one for one in incoming.reply_to if one["address"] != incoming.sender["address"]]
    return {**parties, "reply_to": elsewhere} if elsewhere else parties


def _remember_clock(customer: Customer, incoming: Incoming) -> None:
    offset = incoming.zone_offset_minutes
    if offset is not None and customer.mail_offset_minutes != offset:
        customer.mail_offset_minutes = offset
        customer.save(update_fields=["mail_offset_minutes"])
