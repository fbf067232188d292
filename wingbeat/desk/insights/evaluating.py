"""Evaluating conversations: a reader of the journal, and the same for all of them at once.

Moments are written in the transaction that moves the cursor; killed, it begins there again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from django.db import transaction

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.insights.happened import READS, happened, places_of
from wingbeat.desk.insights.moment import Evaluation, Moment
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Cursor, Entry
from wingbeat.laws import hearing, memory
from wingbeat.laws.moments import VERSION, derive
from wingbeat.laws.policy import fingerprint

log = logging.getLogger(__name__)
READER = "moments"
AT_ONCE = 50  # conversations in one transaction: others who write wait no longer than for these
A_FEW = 10  # of those that nobody waits for
LATER = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_PAUSE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Generation:
    """What makes moments now: a law at a version, with its thresholds."""

    law: str
    policy: str

    @property
    def reader(self) -> str:
        return f"{self.law} {self.policy}"


@cache
def generation() -> Generation:
    """Return what makes moments in this process: thresholds and phrases, read when it starts."""
    felt = fingerprint(memory.shipped_policy().moments)
    makes = f"{felt} {hearing.fingerprint()} {READS}"
    return Generation(f"memory@{VERSION}", sha256(makes.encode()).hexdigest()[:12])


def evaluate_news(now: datetime, limit: int = AT_ONCE) -> int:
    """Read on in the journal, then see to what is left; return how many conversations were done."""
    done = reading.read_on(READER, lambda entries: evaluate(_touched(entries), now=now), limit)
    return done + try_again(now) + catch_up(now)


def try_again(now: datetime) -> int:
    """Evaluate what failed and has waited; each failure doubles the wait."""
    failed = list(Evaluation.objects.to_try_again(now).values_list("pk", flat=True)[:AT_ONCE])
    return _together(failed, now) if failed else 0


def catch_up(now: datetime) -> int:
    """Evaluate some of what the law, as it stands now, has not seen; 0 when it has seen all.

    So a desk that is brought up to date, or one that moved in, is evaluated while it works.
    """
    maker = generation()
    position = Cursor.objects.filter(reader=maker.reader).values_list("position", flat=True).first()
    rows = Conversation.objects.filter(pk__gt=position or 0).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:A_FEW])
    if not ids:
        return 0
    seen = set(
        Evaluation.objects.done(maker.law, maker.policy)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    )
    with transaction.atomic():
        _take_turn()
        evaluate([pk for pk in ids if pk not in seen], now=now)
        Cursor.objects.update_or_create(reader=maker.reader, defaults={"position": ids[-1]})
    return len(ids)


def rebuild(now: datetime, tell: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """Evaluate every conversation anew; return how many moments differ from those that stood."""
    total, done, changed = Conversation.objects.count(), 0, 0
    for ids in _batches():
        before = _stored(ids)
        _together(ids, now)
        changed += len(before ^ _stored(ids))
        done += len(ids)
        tell(done, total)
    return changed


def evaluate(ids: Collection[int], *, now: datetime) -> int:
    """Derive the moments of conversations anew; return how many could be evaluated.

    Where one cannot be, it says so in its own row and holds up no other.
    """
    ids = sorted(set(ids))
    try:
        with transaction.atomic():
            return _evaluate(ids, now)
    except Exception:  # each alone then, so that the one that breaks is found
        log.exception("Moments of %d conversations could not be derived together", len(ids))
    return sum(_alone(pk, now) for pk in ids)


def _batches() -> Iterator[list[int]]:
    position = 0
    while True:
        rows = Conversation.objects.filter(pk__gt=position).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return
        yield ids
        position = ids[-1]


@transaction.atomic
def _together(ids: Collection[int], now: datetime) -> int:
    _take_turn()
    return evaluate(ids, now=now)


def _take_turn() -> None:
    """Hold the reader's own row, so that two processes never write the same moments."""
    Cursor.objects.get_or_create(reader=READER)
    Cursor.objects.select_for_update().get(reader=READER)


def _alone(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return bool(_evaluate([pk], now))
    except Exception as error:  # told in its row, and tried again
        log.exception("Moments of #%d could not be derived", pk)
        _failed(pk, type(error).__name__, now)
        return False


def _evaluate(ids: Sequence[int], now: datetime) -> int:
    maker, policy = generation(), memory.shipped_policy().moments
    lived = derive(happened(places_of(ids)), policy, LATER)
    made = [Moment.of(one, law=maker.law, policy=maker.policy) for one in lived]
    stored = {row.same(): row.pk for row in Moment.objects.filter(conversation_id__in=ids)}
    wanted = {row.same(): row for row in made}
    gone = [pk for same, pk in stored.items() if same not in wanted]
    Moment.objects.filter(pk__in=gone).delete()
    Moment.objects.bulk_create([row for same, row in wanted.items() if same not in stored])
    there = Conversation.objects.filter(pk__in=ids).values_list("pk", flat=True)
    rows = [
        Evaluation(conversation_id=pk, law=maker.law, policy=maker.policy, at=now) for pk in there
    ]
    Evaluation.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["conversation"],
        update_fields=["law", "policy", "at", "failures", "again_at", "why"],
    )  # fmt: skip
    return len(rows)


def _failed(pk: int, why: str, now: datetime) -> None:
    maker = generation()
    before = Evaluation.objects.filter(pk=pk).values_list("failures", flat=True).first() or 0
    pause = min(timedelta(minutes=2**before), LONGEST_PAUSE)
    values = {
        "law": maker.law, "policy": maker.policy, "at": now, "failures": min(before + 1, 20),
        "again_at": now + pause, "why": why[:60],
    }  # fmt: skip
    Evaluation.objects.update_or_create(pk=pk, defaults=values)


def _touched(entries: Sequence[Entry]) -> set[int]:
    """Return the conversations that entries tell of; a merge touches both sides."""
    found = {entry.conversation_id for entry in entries if entry.conversation_id is not None}
    sources = [entry.facts.get("source") for entry in entries if entry.conversation_id is not None]
    return found | {int(one) for one in sources if isinstance(one, int)}


def _stored(ids: Collection[int]) -> set[tuple[object, ...]]:
    return {row.same() for row in Moment.objects.filter(conversation_id__in=ids)}
