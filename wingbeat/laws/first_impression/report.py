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
from wingbeat.stats.clusters import share_of
from wingbeat.stats.lift import difference
from wingbeat.stats.survival import Durations, kaplan_meier

NEEDS = ("messages",)
MAY_USE = ("ratings",)
POLICY = FirstImpressionPolicy
HOUR, WEEK_HOURS = 3600, 168


def report(tables: Mapping[str, Any], policy: FirstImpressionPolicy, *, as_of: int) -> Report:
    """Return the readings of first words: kept, how long, never, and a promise worth making."""
    waiting = measure.waits(
        tables["messages"], as_of=as_of, promised_within_hours=policy.promised_within_hours
    )
    told = waiting.filter(waiting.in_time.notnull()).group_by("customer")
    kept = told.aggregate(kept=lambda t: t.in_time.sum(), decided=lambda t: t.count())
    rows = waiting.order_by("asked_at", "conversation", "customer")
    columns = rows.select("customer", "seconds", "answered").to_pyarrow()
    seconds, whose = columns["seconds"].to_numpy(), numbered(columns["customer"])
    waits = Durations.of(seconds / HOUR, columns["answered"].to_numpy() == 1, whose)
    readings = [
        _kept(kept.order_by("customer").to_pyarrow().to_pydict(), policy),
        *_lengths(waits, policy),
        _promise(waits, policy), _at_once(waits, whose, policy),
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


def _lengths(waits: Durations, policy: FirstImpressionPolicy) -> list[Reading]:
    """Return the median with open waits counted, and who has heard nothing after a week."""
    n, answered = len(waits), waits.times[waits.ended]
    median: Estimate | NotEnough = NotEnough(n, policy.least_waits, of="openings")
    if n >= policy.least_waits and waits.is_of_one:
        median = NotEnough(1, 2, of="customers")
    never, details = median, {}
    if n >= policy.least_waits and not waits.is_of_one:
        curve = kaplan_meier(waits)
        found = curve.quantile(0.5)
        median = (
            found if isfinite(found.value) else NotEnough(len(answered), n // 2 + 1, of="answered")
        )
        # what one would have read without the waits that still last
        details = {"closed_only": float(np.median(answered)) if len(answered) else 0.0}
        never = NotEnough(int(curve.longest / 24), 7, of="days")
        if curve.tells(WEEK_HOURS):
            never = curve.at(WEEK_HOURS)
    return [
        Reading("first_impression.median", median, "hours", "survival", "closed_only", details),
        Reading("first_impression.week_later", never, "share", "survival", "open_counted"),
    ]


def _promise(waits: Durations, policy: FirstImpressionPolicy) -> Reading:
    """Promise what the policy's share of waits kept; see whether the latest quarter keeps it."""
    n = len(waits)
    cut, latest = n * 3 // 4, np.arange(n) >= n * 3 // 4
    result: Estimate | NotEnough = NotEnough(n, 4 * policy.least_waits, of="openings")
    details: dict[str, Any] = {}
    enough = n >= 4 * policy.least_waits
    if enough and waits.only(latest).is_of_one:
        result = NotEnough(1, 2, of="customers")
    elif enough:
        promised = kaplan_meier(waits.only(~latest)).quantile(policy.promise_share).value
        late = kaplan_meier(waits.only(latest))
        # By a curve, too: open waits younger than the promise have neither kept nor broken it.
        if not isfinite(promised):
            result = NotEnough(
                int(waits.ended[:cut].sum()), ceil(policy.promise_share * cut), of="answered"
            )
        elif not late.tells(promised):
            result = NotEnough(int(late.longest), ceil(promised), of="hours")
        else:
            open_still = late.at(promised)
            bounds = 1 - open_still.value, 1 - open_still.high, 1 - open_still.low
            result = Estimate(*bounds, late.n, open_still.method)
            details = {"hours": promised, "share": policy.promise_share, "before": cut}
            told = "worse" if result.value < policy.promise_share else "better"
            details["verdict"] = told if result.excludes(policy.promise_share) else "not shown"
    return Reading("first_impression.promise", result, "share", "survival", "own_waits", details)


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
    return Reading("first_impression.at_once", result, "0 to 1", "own", "convention")
