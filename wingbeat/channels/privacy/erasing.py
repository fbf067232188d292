"""Erasing a person: all they wrote and all we keep about them; a conversation of others stays.

Words that others wrote in conversations of their own are theirs and stay. Facts without a name
stay too: that a conversation was, when it ended, how long somebody waited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wingbeat.channels.mail.models import AutomaticMail, RawMail
from wingbeat.channels.privacy import before_update, erasures_log
from wingbeat.channels.privacy.emptying import (
    blank_customers,
    empty_conversations,
    empty_messages,
    remove_bytes,
    remove_drafts,
)
from wingbeat.channels.privacy.models import Erasure
from wingbeat.desk.conversations import blobs
from wingbeat.desk.conversations.blobs import StoredBytes
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.conversations.message import Message, MessageText, Participant
from wingbeat.desk.customers.merging import same_person
from wingbeat.desk.customers.models import Address, Customer
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent


def erase(customer: Customer, *, by: Agent, at: datetime) -> Erasure:
    """Erase a person with every record and address of theirs; there is no way back.

    Raises:
        LeavingNow: if a reply to them is being handed over.
    """
    with transaction.atomic():
        records = same_person(Customer.objects.select_for_update().get(pk=customer.pk))
        emails = list(
            Address.objects.filter(customer_id__in=records).values_list("email", flat=True)
        )
        erasure = Erasure.objects.create(customer_id=records[0], by=by, at=at)
        theirs = list(
            Conversation.objects.filter(customer_id__in=records).values_list("pk", flat=True)
        )
        shared = _shared(records, theirs)
        alone = [pk for pk in theirs if pk not in shared]
        hashes = empty_conversations(alone, by=by, at=at, erasure=erasure)
        hashes |= empty_messages(_ours_in(shared, emails))
        Conversation.objects.filter(pk__in=shared).update(subject="", excerpt=_("(erased)"))
        hashes |= _leave_others(records, emails)
        _forget(records, emails, at)
        facts = {"erasure": erasure.pk, "conversations": len(theirs)}
        record(Kind.CUSTOMER_ERASED, by=by, at=at, customer_id=records[0], facts=facts)
        # Before the commit: of two half-done things, an erasure told and not done is the better.
        erasures_log.append(emails, at=at)
    drop_blobs(hashes)
    before_update.forget()
    return erasure


def _shared(records: Sequence[int], theirs: Sequence[int]) -> set[int]:
    """Of their conversations, return those in which other customers have spoken."""
    spoken = Message.objects.filter(conversation_id__in=theirs, address__isnull=False)
    others = spoken.exclude(address__customer_id__in=records)
    return set(others.values_list("conversation_id", flat=True))


def _ours_in(shared: set[int], emails: Sequence[str]) -> list[int]:
    """Return notes, and what we wrote to nobody but them, in conversations that others share."""
    ours = Message.objects.filter(conversation_id__in=shared, address__isnull=True)
    return [
        pk
        for pk, recipients in ours.values_list("pk", "words__recipients")
        if not any(_others(recipients or {}, emails).values())
    ]


def _others(recipients: dict[str, Any], emails: Sequence[str]) -> dict[str, Any]:
    return {
        role: [party for party in parties if party.get("address", "").lower() not in emails]
        for role, parties in recipients.items()
    }


def _leave_others(records: Sequence[int], emails: Sequence[str]) -> set[str]:
    """Take their words, name and address out of what belongs to others."""
    own = Message.objects.filter(address__customer_id__in=records)
    places = own.values_list("conversation_id", "conversation__merged_into_id").distinct()
    read_in = {pk if target is None else whole_of(target) for pk, target in places}
    Conversation.objects.filter(pk__in=read_in).update(excerpt=_("(erased)"))
    hashes = empty_messages(list(own.values_list("pk", flat=True)))
    took_part = Participant.objects.filter(email__in=emails)
    others = list(took_part.values_list("conversation_id", flat=True))
    texts = MessageText.objects.filter(message__conversation_id__in=others)
    for text in texts.only("recipients").iterator(chunk_size=500):
        left = _others(text.recipients, emails)
        if left != text.recipients:
            MessageText.objects.filter(pk=text.pk).update(recipients=left)
    took_part.delete()
    for email in emails:
        named = Q(to__icontains=email) | Q(cc__icontains=email) | Q(bcc__icontains=email)
        hashes |= remove_drafts(Draft.objects.filter(named))
    in_tray = Q(sender__in=emails) | Q(envelope_from__in=emails)
    return hashes | remove_bytes(RawMail.objects.filter(in_tray))


def _forget(records: Sequence[int], emails: Sequence[str], at: datetime) -> None:
    AutomaticMail.objects.filter(email__in=emails).delete()
    blank_customers(records)
    for pk in Address.objects.filter(customer_id__in=records).values_list("pk", flat=True):
        Address.objects.filter(pk=pk).update(
            email=f"erased-{pk}@erased.invalid", dead_since_at=at, dead_why=""
        )
    Customer.objects.filter(pk__in=records).update(
        name=_("Erased person"), organization=None, language="", zone="", details="",
        mail_offset_minutes=None,
    )  # fmt: skip


def replay(log: Path, *, by: Agent) -> int:
    """Erase again whoever a log names; return how many people that were.

    Whoever wrote anew after their erasure is somebody new, and stays.

    Raises:
        Unreadable: if the log cannot be understood.
    """
    salt, erased = erasures_log.read(log)
    found: dict[int, datetime] = {}
    rows = Address.objects.exclude(email__endswith="@erased.invalid").values_list(
        "email", "customer_id"
    )
    for email, customer_id in rows.iterator(chunk_size=2_000):
        at = erased.get(erasures_log.hashed(email, salt))
        if at is not None:
            found[customer_id] = max(at, found.get(customer_id, at))
    count = 0
    for customer_id, at in found.items():
        customer = Customer.objects.get(pk=customer_id)
        if customer.since_at <= at and not Erasure.objects.filter(customer=customer).exists():
            erase(customer, by=by, at=at)
            count += 1
    return count


def drop_blobs(hashes: Iterable[str]) -> int:
    """Delete files of the store that no row names; return how many."""
    return sum(blobs.discard(sha256, is_named=_is_named) for sha256 in hashes)


def _is_named(sha256: str) -> bool:
    tables = StoredBytes.__subclasses__()
    return any(rows._default_manager.filter(sha256=sha256).exists() for rows in tables)
