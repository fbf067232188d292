"""Counts promises and notices, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

from wingbeat.laws.ethics.coach import hours_of
from wingbeat.laws.ethics.policy import EthicsPolicy

HOUR = 3600


def promises(promised: Any, *, as_of: int) -> Any:
    """Return, for each customer, counts of promises that were not withdrawn before they were due.

    Columns: `customer, due`, `kept` of those in time, `late` (kept, but after it), `early`
    (kept, and not due yet) and `oldest` (seconds that the longest overdue one is overdue).
    """
    # What was taken back only after it was due had been broken; what comes later is not known.
    known = promised.withdrawn_at <= ibis.least(promised.due_at, as_of)
    made = promised.filter((promised.made_at <= as_of) & ~known.fill_null(False))  # noqa: FBT003
    due = made.due_at <= as_of
    done = made.kept_at.notnull() & (made.kept_at <= as_of)
    in_time, over = due & done & (made.kept_at <= made.due_at), due & ~done
    return made.group_by("customer").aggregate(
        due=due.ifelse(1, 0).sum(),
        kept=in_time.ifelse(1, 0).sum(),
        late=(due & done & (made.kept_at > made.due_at)).ifelse(1, 0).sum(),
        early=(~due & done).ifelse(1, 0).sum(),
        oldest=ibis.coalesce((as_of - made.due_at).max(where=over), 0),
    )


def notices(affected: Any, policy: EthicsPolicy, *, as_of: int) -> Any:
    """Return one row per fault: those `affected`, `told`, `in_time`, `asked` (before being told).

    `undecided` have neither been told nor asked: whether they will have to ask is not known yet.
    Only customers whose fault the desk knows of by `as_of` are affected yet.
    """
    known = affected.filter(affected.known_at <= as_of)
    hours = ibis.cases(
        *((known.severity == s, hours_of(policy, s)) for s in ("life", "money")),
        else_=hours_of(policy, None),
    )
    told = known.told_at.notnull() & (known.told_at <= as_of)
    # Those told already are no more decided than those who still wait under the same clock.
    decided = known.known_at + hours * HOUR < as_of
    in_time = decided & told & (known.told_at - known.known_at <= hours * HOUR)
    first = known.asked_at.notnull() & (known.asked_at <= as_of)
    asked = first & (known.told_at.isnull() | (known.asked_at < known.told_at))
    return known.group_by("fault").aggregate(
        affected=known.count(), told=told.ifelse(1, 0).sum(), in_time=in_time.ifelse(1, 0).sum(),
        decided=decided.ifelse(1, 0).sum(), asked=asked.ifelse(1, 0).sum(),
        undecided=(~told & ~first).ifelse(1, 0).sum(),
    )  # fmt: skip


def delays(affected: Any, *, as_of: int) -> Any:
    """Return how long customers waited to be told: `fault, seconds, told` (1; 0: not yet)."""
    known = affected.filter(affected.known_at <= as_of)
    told = known.told_at.notnull() & (known.told_at <= as_of)
    until = told.ifelse(known.told_at, as_of)
    return known.select(
        "fault", seconds=ibis.greatest(until - known.known_at, 0), told=told.ifelse(1, 0)
    )
