"""Blocking senders, so that their mail rests silently in the tray."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from wingbeat.desk.customers.models import Address, Block
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent


def blocked() -> frozenset[str]:
    """Return every blocked address and domain, for who asks about many."""
    return frozenset(Block.objects.values_list("pattern", flat=True))


def is_blocked(email: str, among: frozenset[str] | None = None) -> bool:
    """Say whether an address, or the domain it belongs to, is blocked."""
    email = email.strip().lower()
    names = {email, email.rpartition("@")[2]}
    if among is not None:
        return not names.isdisjoint(among)
    return Block.objects.filter(pattern__in=names).exists()


def reach(pattern: str) -> int:
    """Return how many people we know would be blocked by an address or a domain."""
    return Address.objects.people_at(pattern)


@transaction.atomic
def block(pattern: str, *, by: Agent, at: datetime) -> Block:
    """Block an address or a domain; blocking twice changes nothing."""
    row, created = Block.objects.get_or_create(
        pattern=pattern.strip().lower().lstrip("@"), defaults={"by": by, "at": at}
    )
    if created:
        record(Kind.SENDER_BLOCKED, by=by, at=at, facts={"block": row.pk})
    return row


@transaction.atomic
def unblock(row: Block, *, by: Agent, at: datetime) -> None:
    """Let an address or a domain write to us again."""
    facts = {"block": row.pk}
    row.delete()
    record(Kind.SENDER_UNBLOCKED, by=by, at=at, facts=facts)
