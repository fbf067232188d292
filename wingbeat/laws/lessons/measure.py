"""Counts what a cause did before and after its fix, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

from wingbeat.laws.lessons.policy import LessonsPolicy

DAY, WEEK = 86_400, 7 * 86_400
YEAR, FAR = 365 * DAY, 5_000  # weeks that keep a division of whole numbers above 0


def framed(causes: Any, lessons: Any, policy: LessonsPolicy, *, as_of: int) -> Any:
    """Return one row per lesson with a fix: its two windows, in seconds since 1970.

    Columns: `id, cause, begin, fixed_at, before_from, before_until, after_from, after_until`. The
    earlier window ends where the cluster began that opened the lesson, and begins no earlier than
    the data, or what an earlier fix of the same cause left; the later one ends at the next fix.
    """
    begin = causes.aggregate(begin=causes.at.min())
    ours = lessons.filter(lessons.fixed_at <= as_of)
    other = ours.select(what="cause", then="fixed_at")
    both = ours.left_join(other, ours.cause == other.what)
    apart = both.group_by("id", "cause", "opened_at", "fixed_at").aggregate(
        earlier=both.then.max(where=both.then < both.fixed_at),
        later=both.then.min(where=both.then > both.fixed_at),
    )
    fixed, washout = apart.cross_join(begin), policy.washout_days * DAY
    earlier = (fixed.earlier + washout).coalesce(fixed.begin)
    until = ibis.least(fixed.opened_at - policy.cluster_days * DAY, fixed.fixed_at)
    return fixed.select(
        "id", "cause", "begin", "fixed_at",
        before_from=ibis.greatest(until - policy.before_days * DAY, fixed.begin, earlier),
        before_until=until,
        after_from=fixed.fixed_at + washout,
        after_until=fixed.later.coalesce(as_of),
    )  # fmt: skip


def counted(causes: Any, lessons: Any, policy: LessonsPolicy, *, as_of: int) -> Any:
    """Return one row per lesson: occurrences and seconds before and after its fix.

    Columns: those of `framed`, and `before, after, season` (occurrences; season: in the same days
    of the year before).
    """
    frame = framed(causes, lessons, policy, as_of=as_of)
    seen = causes.filter(causes.at <= as_of).select(what="cause", at="at")
    rows = frame.left_join(seen, frame.cause == seen.what)
    since, until = rows.after_from, rows.after_until
    return rows.group_by(*frame.columns).aggregate(
        before=rows.at.count(where=(rows.at >= rows.before_from) & (rows.at < rows.before_until)),
        after=rows.at.count(where=(rows.at >= since) & (rows.at <= until)),
        season=rows.at.count(where=(rows.at >= since - YEAR) & (rows.at <= until - YEAR)),
    )


def weekly(causes: Any, lessons: Any, policy: LessonsPolicy, *, as_of: int) -> Any:
    """Return the occurrences of each lesson's cause by weeks since its fix (before it: below 0)."""
    frame = framed(causes, lessons, policy, as_of=as_of)
    seen = causes.filter(causes.at <= as_of).select(what="cause", at="at")
    rows = frame.inner_join(seen, frame.cause == seen.what)
    week = (rows.at - rows.fixed_at + FAR * WEEK) // WEEK - FAR
    return (
        rows.mutate(week=week.cast("int64")).group_by("id", "week").aggregate(n=lambda t: t.count())
    )
