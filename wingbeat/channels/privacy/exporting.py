"""Giving a person all we hold about them: a page to read, the same as data, mails and files."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from wingbeat.channels.mail.models import RawMail
from wingbeat.channels.privacy.policy import our_tables, policy
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageKind, Participant
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address, Block, Customer
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

UNSAFE = re.compile(r"[^\w.-]+")


def export(customer: Customer, file: IO[bytes], *, by: Agent, at: datetime) -> int:
    """Write all that `by` may see of a person into a ZIP file.

    Returns:
        How many of their conversations are closed to `by`, and therefore not in it.
    """
    records = same_person(customer)
    emails = list(Address.objects.filter(customer_id__in=records).values_list("email", flat=True))
    theirs = Conversation.objects.filter(customer_id__in=records)
    took_part = Participant.objects.filter(email__in=emails).values("conversation_id")
    every = theirs | Conversation.objects.filter(pk__in=took_part)
    seen = Conversation.objects.visible_to(by).filter(pk__in=every.values("pk"))
    left_out = every.distinct().count() - seen.count()
    known = dict(settings.LANGUAGES)
    with translation.override(customer.language if customer.language in known else None):
        told = _person(customer, records, emails, at)
        told["conversations"] = [_conversation(one, records) for one in seen.order_by("pk")]
        told["further"] = list(_further(records, seen))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("person.json", json.dumps(told, default=str, indent=1))
            archive.writestr("person.html", render_to_string("privacy/person.html", told))
            for name, content in _bytes(seen, records):
                archive.writestr(name, content)
    with transaction.atomic():
        facts = {"conversations": len(told["conversations"]), "left_out": left_out}
        record(Kind.CUSTOMER_EXPORTED, by=by, at=at, customer_id=records[0], facts=facts)
    return left_out


def _person(
    customer: Customer, records: list[int], emails: list[str], at: datetime
) -> dict[str, Any]:
    domains = {email.rpartition("@")[2] for email in emails}
    return {
        "made_at": at,
        "language": translation.get_language(),
        "people": list(
            Customer.objects.filter(pk__in=records).values(
                "name", "language", "zone", "details", "since_at", "mail_offset_minutes",
                belongs_to=F("organization__name"),
            )
        ),
        "addresses": list(
            Address.objects.filter(email__in=emails).values("email", "dead_since_at", "dead_why")
        ),
        "blocked": list(
            Block.objects.filter(pattern__in=[*emails, *domains]).values_list("pattern", flat=True)
        ),
    }  # fmt: skip


def _conversation(conversation: Conversation, records: list[int]) -> dict[str, Any]:
    is_theirs = conversation.customer_id in records
    messages = Message.objects.filter(conversation=conversation).oldest_first()
    if not is_theirs:  # of a conversation of others, what they said themselves
        messages = messages.filter(address__customer_id__in=records)
    return {
        "number": conversation.pk,
        "subject": conversation.subject if is_theirs else "",
        "opened_at": conversation.opened_at,
        "state": conversation.get_state_display(),
        "is_theirs": is_theirs,
        "messages": [
            _message(message, records)
            for message in messages.select_related("words", "address").prefetch_related(
                models.Prefetch("attachments", Attachment.objects.without_content())
            )
        ],
    }


def _message(message: Message, records: list[int]) -> dict[str, Any]:
    is_theirs = message.address is not None and message.address.customer_id in records
    return {
        "at": message.at,
        "who": "you" if is_theirs else "we" if message.address is None else "somebody else",
        "is_note": message.kind == MessageKind.NOTE,
        "text": message.words.text,
        "files": [_name_of(file) for file in message.attachments.all()],
    }


def _further(records: list[int], seen: models.QuerySet[Conversation]) -> Iterator[dict[str, Any]]:
    """Return rows of every table that the policy says leads to a customer."""
    for model in our_tables():
        row = policy().get(model._meta.label)
        if row is None or not row.path:
            continue
        rows = model._base_manager.filter(**{f"{row.path}__in": records})
        columns = [*row.person, *row.fact]
        if "conversation" in columns:
            rows = rows.filter(conversation__in=seen.values("pk"))
        if found := list(rows.order_by("pk").values(*columns)):
            yield {"title": row.title, "rows": found}


def _bytes(seen: models.QuerySet[Conversation], records: list[int]) -> Iterator[tuple[str, bytes]]:
    """Return the mails they sent, as they came, and the files of what they may read here."""
    spoken = Message.objects.filter(
        conversation__in=seen.values("pk"), address__customer_id__in=records
    )
    mails = RawMail.objects.filter(became__in=spoken.values("pk"))
    for mail in mails.order_by("pk").iterator(chunk_size=20):
        yield f"mails/{mail.pk}.eml", mail.content()
    own = Message.objects.filter(conversation__in=seen.filter(customer_id__in=records).values("pk"))
    files = Attachment.objects.filter(message__in=own.values("pk")) | Attachment.objects.filter(
        message__in=spoken.values("pk")
    )
    for file in files.distinct().order_by("pk").iterator(chunk_size=20):
        yield f"files/{_name_of(file)}", file.content()


def _name_of(file: Attachment) -> str:
    return f"{file.pk}-{UNSAFE.sub('_', file.name)[-80:]}"
