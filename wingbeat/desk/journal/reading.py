"""Reading the journal: each reader has a cursor of its own and handles entries at least once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from wingbeat.desk.journal.models import Cursor, Entry

Handler = Callable[[Sequence[Entry]], None]


def head() -> int:
    """Return the position of the newest sealed entry, 0 in an empty journal."""
    newest = Entry.objects.filter(position__isnull=False).order_by("-position").first()
    return (newest.position or 0) if newest else 0


def after(position: int, limit: int = 500) -> list[Entry]:
    """Return sealed entries behind `position`, oldest first."""
    return list(Entry.objects.filter(position__gt=position).order_by("position")[:limit])


def told_of(
    conversation_ids: Sequence[int],
    kinds: Sequence[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Return what was done with these conversations, sealed or not, oldest first."""
    entries = Entry.objects.filter(conversation_id__in=conversation_ids, kind__in=kinds)
    if since is not None:
        entries = entries.filter(at__gte=since)
    if until is not None:
        entries = entries.filter(at__lte=until)
    return list(entries.order_by("at", "pk"))


def told_of_the_desk(
    kinds: Sequence[str], *, since: datetime
) -> list[tuple[str, datetime, dict[str, Any]]]:
    """Return what was done with the desk itself, when and with what, oldest first; not by whom."""
    # that it belongs to no conversation is how the index finds it
    entries = Entry.objects.filter(conversation_id__isnull=True, kind__in=kinds, at__gte=since)
    return list(entries.order_by("at", "pk").values_list("kind", "at", "facts"))


def read(reader: str, handle: Handler, limit: int = 500) -> int:
    """Hand the next entries to `handle` and move the reader's cursor in the same transaction.

    Returns:
        How many entries were handled. If `handle` raises, the cursor stays where it was.
    """
    if not _has_news(reader):  # most looks find nothing, and must not ask for the write lock
        return 0
    with transaction.atomic():
        Cursor.objects.get_or_create(reader=reader)
        cursor = Cursor.objects.select_for_update().get(reader=reader)
        entries = after(cursor.position, limit)
        if not entries:
            return 0
        handle(entries)
        cursor.position = entries[-1].position or cursor.position
        cursor.save(update_fields=["position"])
    return len(entries)


def read_on(reader: str, act: Callable[[Sequence[Entry]], int], limit: int = 500) -> int:
    """Read to the end, so many entries at once; return the sum of what `act` says it did."""
    done: list[int] = []
    while read(reader, lambda entries: done.append(act(entries)), limit) == limit:
        continue
    return sum(done)


def _has_news(reader: str) -> bool:
    position = Cursor.objects.filter(reader=reader).values_list("position", flat=True).first()
    return Entry.objects.filter(position__gt=position or 0).exists()
