"""Sealing: each finished entry gets a gapless position and is chained to the one before.

Readers go by position. Ids will not do: on PostgreSQL a slower transaction commits a lower id
after a reader has passed it, and its entry would never be read.
"""

from __future__ import annotations

import hashlib
import json

from django.db import connection, transaction
from django.db.models import QuerySet

from wingbeat.desk.journal.models import Entry

ADVISORY_LOCK = 0x77696E67  # "wing": one sealer at a time across all processes
BATCH = 2_000


def seal() -> int:
    """Seal every entry whose transaction is over; return how many were sealed."""
    if not is_behind():
        return 0
    with transaction.atomic():
        if not _alone():
            return 0
        head = Entry.objects.filter(position__isnull=False).order_by("-position").first()
        position, digest = (head.position or 0, head.digest) if head else (0, "")
        entries = list(_finished()[:BATCH])
        for entry in entries:
            position += 1
            digest = chained(digest, entry)
            entry.position, entry.digest, entry.transaction = position, digest, None
        Entry.objects.bulk_update(entries, ["position", "digest", "transaction"], batch_size=200)
    return len(entries)


def is_behind() -> bool:
    """Say whether an entry waits to be sealed; none should for longer than a few seconds."""
    return Entry.objects.filter(position__isnull=True).exists()


def chained(previous: str, entry: Entry) -> str:
    """Return the SHA-256 over the digest before and everything the entry says."""
    says = [
        entry.pk,
        entry.at.isoformat(),
        entry.kind,
        entry.agent_id,
        entry.inbox_id,
        entry.conversation_id,
        entry.customer_id,
        entry.message_id,
        entry.facts,
    ]
    words = json.dumps(says, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{words}".encode()).hexdigest()


def first_bent() -> Entry | None:
    """Return the earliest sealed entry whose digest does not follow from those before it."""
    digest = ""
    expected = 1
    for entry in Entry.objects.filter(position__isnull=False).order_by("position").iterator():
        digest = chained(digest, entry)
        if entry.digest != digest or entry.position != expected:
            return entry
        expected += 1
    return None


def unseal_transactions() -> None:
    """Forget the transaction ids of another server: call it after a restore or a move."""
    Entry.objects.filter(position__isnull=True).update(transaction=0)


def _alone() -> bool:
    if connection.vendor != "postgresql":
        return True  # the IMMEDIATE transaction itself is the lock
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])


def _finished() -> QuerySet[Entry]:
    entries = Entry.objects.filter(position__isnull=True).order_by("id")
    if connection.vendor != "postgresql":
        return entries
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
    return entries.filter(transaction__lt=horizon)
