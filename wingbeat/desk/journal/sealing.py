"""Sealing: each committed entry gets a gapless position and is chained to the one before.

Readers go by position. Ids will not do: on PostgreSQL a slower transaction commits a lower id
after a reader has passed it, and its entry would never be read. Positions are given by one sealer
at a time, to rows it can see. A transaction that commits later gets a later position, and what is
still running holds up nobody.
"""

from __future__ import annotations

from django.db import connection, transaction

from wingbeat.desk.journal.models import Entry
from wingbeat.laws.ethics.chain import linked

ADVISORY_LOCK = 0x77696E67  # "wing": one sealer at a time across all processes
BATCH = 2_000


def seal() -> int:
    """Seal what is committed, at most a batch of it; return how many entries were sealed."""
    if not is_behind():
        return 0
    with transaction.atomic():
        if not _alone():
            return 0
        head = Entry.objects.filter(position__isnull=False).order_by("-position").first()
        position, digest = (head.position or 0, head.digest) if head else (0, "")
        entries = list(Entry.objects.filter(position__isnull=True).order_by("id")[:BATCH])
        for entry in entries:
            position += 1
            digest = chained(digest, entry)
            entry.position, entry.digest = position, digest
        Entry.objects.bulk_update(entries, ["position", "digest"], batch_size=200)
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
    return linked(previous, [*says, entry.differs] if entry.differs else says)


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


def _alone() -> bool:
    """Take the lock until the end of the transaction; what runs after it sees every commit before.

    PostgreSQL frees the lock after it has made the commit visible, and each statement of
    READ COMMITTED looks anew, so the next sealer finds the head that this one leaves.
    """
    if connection.vendor != "postgresql":
        return True  # the IMMEDIATE transaction itself is the lock
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])
