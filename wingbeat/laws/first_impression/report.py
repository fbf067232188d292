"""What the waits for first words say about this desk, those that still last included."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, isfinite
from typing import Any

import numpy as np

from wingbeat.laws.first_impression import measure
from wingbeat.laws.first_impression.policy import FirstImpressionPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.tables import numbered
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import Floats, share_of
from wingbeat.stats.lift import difference
from wingbeat.stats.shares import apart
from wingbeat.stats.survival import Curve, Durations, kaplan_meier

NEEDS = ("messages",)
MAY_USE = ("ratings",)
POLICY = FirstImpressionPolicy
HOUR, WEEK_HOURS = 3600, 168
IN_HOURS = 2  # shorter waits are told in minutes


def report(tables: Mapping[str, Any], policy: FirstImpressionPolicy, *, as_of: int) -> Report:
    """Return the readings of first words: kept, how long, never, and a promise worth making."""
    waiting = measure.waits(
        tables["messages"], as_of=as_of, promised_within_hours=policy.promised_within_hours
    )
    told = waiting.filter(waiting.in_time.notnull()).group_by("customer")
    kept = told.aggregate(kept=lambda t: t.in_time.sum(), decided=lambda t: t.count())
    rows = waiting.order_by("asked_at", "conversation", "customer")
    columns = rows.select("customer", "asked_at", "seconds", "answered").to_pyarrow()
    seconds, whose = columns["seconds"].to_numpy(), numbered(columns["customer"])
    waits = Durations.of(seconds / HOUR, columns["answered"].to_numpy() == 1, whose)
    ages = (as_of - columns["asked_at"].to_numpy()) / HOUR
    readings = [
        _kept(kept.order_by("customer").to_pyarrow().to_pydict(), policy),
        *_lengths(waits, ages, policy),
        _promise(waits, ages, policy), _at_once(waits, whose, policy),
    ]  # fmt: skip
    if "ratings" in tables:
        judged = measure.judged(
            waiting, tables["ratings"], as_of=as_of, good_stars=policy.good_stars
        )
        readings.append(_decides(judged, policy))
    return Report(tuple(readings), {"waits": waiting})


def _decides(judged: Any, policy: FirstImpressionPolicy) -> Reading:
    """In how many more cases the whole was good where the first words came in time."""
    by = judged.order_by("customer", "in_time").to_pyarrow().to_pydict()
    columns = (by[column] for column in ("customer", "in_time", "good", "n"))
    result = difference(*columns, least=policy.least_waits, counted="ratings")
    return Reading(
        "first_impression.decides", result, "difference of shares", "first_words", "not_by_lot"
    )


def _kept(by: Mapping[str, Any], policy: FirstImpressionPolicy) -> Reading:
    decided = int(sum(by["decided"]))
    result: Estimate | NotEnough = NotEnough(decided, policy.least_waits, of="openings")
    if decided >= policy.least_waits:
        result = share_of(by["kept"], by["decided"], by["customer"])
    return Reading("first_impression.kept", result, "share", "own", "open_counted")


def _lengths(waits: Durations, ages: Floats, policy: FirstImpressionPolicy) -> list[Reading]:
    """Return the median with open waits counted, and who has heard nothing after a week."""
    n, answered = len(waits), waits.times[waits.ended]
    median: Estimate | NotEnough = NotEnough(n, policy.least_waits, of="openings")
    if n >= policy.least_waits and waits.is_of_one:
        median = NotEnough(1, 2, of="one_customer")
    never, details, telling = median, {}, ""
    if n >= policy.least_waits and not waits.is_of_one:
        curve = kaplan_meier(waits)
        median = curve.quantile(0.5)
        # what one would have read without the waits that still last
        details = {"closed_only": float(np.median(answered)) if len(answered) else 0.0}
        if not isfinite(median.value):
            details |= {"all": n, "longer_than": _at_least(curve, median.low)}
            telling = "first_impression.median_open" if details["longer_than"] else ""
            median = NotEnough(len(answered), n // 2 + 1, of="answered")
        elif median.value < IN_HOURS:
            telling, ends = "first_impression.median_minutes", ("", "_low", "_high", "_closed")
            told = (median.value, median.low, median.high, details["closed_only"])
            details |= {f"minutes{end}": 60 * each for end, each in zip(ends, told, strict=True)}
        never = _still(curve, waits, ages, WEEK_HOURS, policy) or NotEnough(
            int(curve.longest / 24), 7, of="days"
        )
    return [
        Reading("first_impression.median", median, "hours", "survival", "closed_only", details,
                telling),
        Reading("first_impression.week_later", never, "share", "survival", "week_counted"),
    ]  # fmt: skip


def _at_least(curve: Curve, low: float) -> float:
    """Return what an unknown median is surely longer than, as far as enough were followed, or 0."""
    none_ended = ((1 - curve.level) / 2) ** (1 / curve.worth)
    both = zip(curve.followed[::-1].tolist(), none_ended[::-1], strict=True)
    sure = (time for time, least in both if min(least, curve.at(time).low) > 0.5)
    return low if isfinite(low) else next(sure, 0.0)


def _still(
    curve: Curve, waits: Durations, ages: Floats, hours: float, policy: FirstImpressionPolicy
) -> Estimate | NotEnough | None:
    """Return the share that waits longer than so many hours, or nothing where none began so early.

    Where the longest wait of all is open, and shorter, the curve ends before them. Then those who
    began so long ago tell it alone: every one of them is decided, by whatever came since.
    """
    if curve.tells(hours):
        return curve.at(hours)
    early = ages >= hours
    if not early.any():
        return None
    if (n := int(early.sum())) < policy.least_waits:
        return NotEnough(n, policy.least_waits, of="openings")
    whose = np.arange(len(waits)) if waits.whose is None else waits.whose
    return share_of(waits.times[early] > hours, np.ones(n), whose[early])


def _promise(waits: Durations, ages: Floats, policy: FirstImpressionPolicy) -> Reading:
    """Promise what the policy's share of waits kept; see whether the latest quarter keeps it."""
    n = len(waits)
    cut, latest = n * 3 // 4, np.arange(n) >= n * 3 // 4
    late = waits.only(latest)
    result: Estimate | NotEnough = NotEnough(n, 4 * policy.least_waits, of="openings")
    details: dict[str, Any] = {}
    telling, enough = "", n >= 4 * policy.least_waits
    if enough and late.is_of_one:
        result = NotEnough(1, 2, of="one_customer")
    elif enough:
        before, since = kaplan_meier(waits.only(~latest)), kaplan_meier(late)
        promised = _as_told(before.quantile(policy.promise_share).value)
        # By a curve, too: open waits younger than the promise have neither kept nor broken it.
        if not isfinite(promised):
            result = NotEnough(
                int(waits.ended[:cut].sum()), ceil(policy.promise_share * cut), of="answered"
            )
        else:
            result = _still(since, late, ages[latest], promised, policy) or NotEnough(
                int(since.longest), ceil(promised), of="hours"
            )
        if isinstance(result, Estimate):
            result, kept = result.rest(), before.at(promised).rest()
            details = {"hours": promised, "share": kept.value, "before": cut}
            # Both shares are estimates: the time was made from those before.
            change = apart(result, kept)
            told = "worse" if change.value < 0 else "better"
            details["verdict"] = told if change.excludes(0) else "not shown"
            if promised < IN_HOURS:
                telling, details["minutes"] = "first_impression.promise_minutes", 60 * promised
    return Reading(
        "first_impression.promise", result, "share", "survival", "own_waits", details, telling
    )


def _as_told(hours: float) -> float:
    """Round a promise up to the minute or tenth of an hour told: fewer would keep a lower one.

    >>> _as_told(2.04), _as_told(2.1), _as_told(0.14) * 60
    (2.1, 2.1, 9.0)
    """
    step = 60 if hours < IN_HOURS else 10
    return ceil(hours * step - 1e-9) / step if isfinite(hours) else hours


def _at_once(waits: Durations, whose: Any, policy: FirstImpressionPolicy) -> Reading:
    """Score first words: 1 within the grace period, half for each half-life more.

    Open ones score 0 once they could not reach the least score any more; younger are undecided.
    Scores from 0 to 1 spread at most as far as a share does, so Wilson's bounds hold.
    """
    over = np.maximum(waits.times * HOUR - policy.grace_seconds, 0) / policy.half_life_seconds
    scores = 0.5 ** np.minimum(over, 1000.0)
    told = waits.ended | (scores < policy.least_score)
    n = int(told.sum())
    result: Estimate | NotEnough = NotEnough(n, policy.least_waits, of="openings")
    if n >= policy.least_waits:
        result = share_of((scores * waits.ended)[told], np.ones(n), whose[told])
    details = {"grace": policy.grace_seconds, "half_life": policy.half_life_seconds}
    return Reading("first_impression.at_once", result, "0 to 1", "own", "convention", details)
