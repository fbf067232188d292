"""An import from beginning to end: batches, how far it has come, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from django.db import connection

from wingbeat.desk.moving.bringing import Mover
from wingbeat.desk.moving.models import OldDesk
from wingbeat.desk.moving.shapes import OldConversation, Skipped, Tally

# Few enough that a desk which is running waits a moment only for its turn to write.
BATCH = 50


def old_desk(name: str, *, at: datetime, is_trial: bool = False) -> OldDesk:
    """Return the row of an old desk, made the first time; a trial makes none."""
    if is_trial:
        return OldDesk.objects.filter(name=name[:200]).first() or OldDesk(pk=0, name=name[:200])
    row, _made = OldDesk.objects.get_or_create(name=name[:200], defaults={"began_at": at})
    return row


def move_in(
    desk: OldDesk,
    conversations: Iterable[OldConversation | Skipped],
    *,
    at: datetime,
    ours: frozenset[str] = frozenset(),
    is_trial: bool = False,
    tell: Callable[[Tally], None] = lambda tally: None,
    reached: Callable[[], str] = str,
) -> Tally:
    """Bring an old desk in; stopped at any moment, the next time goes on and doubles nothing."""
    mover = Mover(desk, at=at, ours=ours)
    with less_synced():
        rows = iter(conversations)
        while some := list(islice(rows, BATCH)):
            batch = []
            for one in some:
                if isinstance(one, Skipped):
                    mover.skip(one)
                else:
                    batch.append(one)
            if is_trial:
                mover.try_out(batch)
            else:
                mover.bring(batch, reached=reached())
            tell(mover.tally)
        if not is_trial:
            mover.finish()
    return mover.tally


@contextmanager
def less_synced() -> Iterator[None]:
    """Let SQLite sync at checkpoints only: what a power cut takes back is brought in again.

    SQLite cannot change that within a transaction: there it stays as it is.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
