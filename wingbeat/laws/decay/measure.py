"""Spans of things left alone, the order of upkeep, and daily series, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

DAY = 86_400


def spans(checks: Any, *, as_of: int) -> Any:
    """Return how long things stayed right: `asset, kind, seconds, wrong` (0: right until then).

    A span runs from a check to the first sign of error, to the next check, or to `as_of`.
    """
    past = checks.filter(checks.verified_at <= as_of)
    seen = ibis.ifelse(past.wrong_at <= as_of, past.wrong_at, None)
    ended = ibis.least(past.until_at.coalesce(as_of), as_of)
    wrong = (seen.notnull() & (seen <= ended)).ifelse(1, 0)
    return past.select(
        "asset",
        "kind",
        seconds=ibis.ifelse(wrong == 1, seen, ended) - past.verified_at,
        wrong=wrong,
    ).filter(lambda t: t.seconds >= 0)


def upkeep(assets: Any, curves: Any, *, as_of: int) -> Any:
    """Return things by what to look after first: views a day x P(stale) x harm.

    `curves` has `kind, scale, shape` (days). Columns: `id, kind, age_days, stale, worth, place`.
    """
    t = assets.inner_join(curves, "kind")
    age = ibis.greatest((as_of - t.verified_at).cast("float64") / DAY, 0.0)
    # exp(shape log(age / scale)) is the power, written so that every engine has it for age 0 too
    power = (t.shape * (ibis.greatest(age, 1e-9) / t.scale).ln()).exp()
    power = ibis.least(power, 700.0)  # below e^-745 PostgreSQL refuses rather than say 0
    t = t.mutate(age_days=age, stale=1.0 - (-power).exp())
    t = t.mutate(worth=t.views_per_day * t.stale * t.harm)
    order = ibis.window(order_by=[t.worth.desc(), t.id])
    return t.select(
        "id", "kind", "age_days", "stale", "worth",
        place=ibis.row_number().over(order) + 1,
    )  # fmt: skip


def openings_by_day(conversations: Any, *, as_of: int) -> Any:
    """Return how many conversations were opened on each whole day before `as_of`: `day, n`."""
    whole = conversations.filter(conversations.opened_at < as_of - as_of % DAY)
    days = whole.mutate(day=(whole.opened_at // DAY).cast("int64"))
    return days.group_by("day").aggregate(n=days.count()).order_by("day")
