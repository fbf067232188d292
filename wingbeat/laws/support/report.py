"""Whether a clock steers the work, whether ends hold, and what silence leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.support import measure
from wingbeat.laws.support.policy import SupportPolicy
from wingbeat.laws.tables import numbered
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.bunching import bunching_of, companion, density_jump, likeness
from wingbeat.stats.clusters import wider, worth
from wingbeat.stats.lift import difference
from wingbeat.stats.shares import silence_bounds
from wingbeat.stats.survival import Durations, kaplan_meier

NEEDS = ("conversations", "messages")
MAY_USE = ("ratings",)
POLICY = SupportPolicy
SEED = 14  # the interval of the crowd is drawn; the same tables always draw the same
Rows = Sequence[Mapping[str, Any]]


def report(tables: Mapping[str, Any], policy: SupportPolicy, *, as_of: int) -> Report:
    """Return the crowd before the due time, what was in it, ends that held, and silence."""
    words, size = tables["messages"], policy.bin_seconds
    answered = measure.answers(words, as_of=as_of, bin_seconds=size)
    fine = measure.late_by(answered, bin_seconds=size).to_pyarrow().to_pylist()
    came = measure.back(
        answered, words, bin_seconds=size, as_of=as_of, hours=policy.recontact_hours
    )
    helped, of_helped = _gap(measure.helped(answered, bin_seconds=size), policy)
    again, of_again = _gap(came, policy)
    ends = measure.ends(tables["conversations"], words, as_of=as_of)
    readings = [
        crowd(fine, policy),
        Reading("support.acts", helped, "difference of shares", "two_shares", "queues", of_helped),
        Reading("support.back", again, "difference of shares", "two_shares", "queues", of_again),
        _held(ends.order_by("customer", "seconds", "back").to_pyarrow(), policy),
    ]  # fmt: skip
    if "ratings" in tables:
        found = measure.rated(
            tables["conversations"], tables["ratings"], as_of=as_of, happy_stars=policy.happy_stars
        )
        readings.append(_silence(found.to_pyarrow().to_pylist()[0]))
    return Report(tuple(readings), {"answers": answered})


def crowd(fine: Rows, policy: SupportPolicy) -> Reading:
    """Say by how much answers crowd before their due time: told where both tests see it.

    Answers of one day are weighed together, as one mail to thirty is no thirty answers.
    """
    size = policy.bin_seconds
    names, days = np.unique([row["day"] for row in fine], return_inverse=True)
    by_day = np.zeros((len(names), 2 * measure.SIDE))
    for row, day in zip(fine, days, strict=True):
        by_day[day, row["late_by"] // size + measure.SIDE] += row["n"]
    counts, n = by_day.sum(axis=0), int(by_day.sum())
    days_worth = worth(by_day.sum(axis=1)) if n else 0.0
    if n < policy.least_answers or days_worth < policy.least_days - 1e-9:
        few = n < policy.least_answers
        short = (n, policy.least_answers) if few else (int(days_worth), policy.least_days)
        result = NotEnough(*short, of="answers" if few else "even_days")
        return Reading("support.crowd", result, "bins", "bunching", "process")
    sure = 2 * float(stats.norm.cdf(policy.flag_z)) - 1
    more = float(wider(likeness(by_day, measure.SIDE), days_worth - 1, sure))
    found = bunching_of(counts, measure.SIDE, seed=SEED, inflation=more)
    # The due time stands in the middle of a stretch of 24 bins, where no time is below 0.
    target = float(measure.SIDE * size)
    times = np.repeat([float(r["late_by"]) for r in fine], [int(r["n"]) for r in fine]) + target
    jump, last = density_jump(times, target, inflation=more), measure.SIDE - 1
    beside = companion(times, target, width=size, inflation=more)
    agree = (found.z > policy.flag_z) + (jump.statistic < -policy.flag_z)
    details = {
        "z": round(found.z, 2),
        "verdict": ("no crowd", "witnesses disagree", "crowd")[agree],
        "last": int(counts[last]), "foretold": round(float(found.fitted[last]), 1),
        "hours": round(size / 3600, 2), "jump_z": round(jump.statistic, 2),
        "companion_p": round(beside.p, 4), "as_one": round(more, 1),
    }  # fmt: skip
    return Reading("support.crowd", found.excess, "bins", "bunching", "process", details)


def _gap(rows: Any, policy: SupportPolicy) -> tuple[Estimate | NotEnough, dict[str, Any]]:
    """The share within the crowd less that of the others near it, and how many are on each side."""
    by = rows.order_by("customer", "crowd").to_pyarrow().to_pydict()
    columns = (by[column] for column in ("customer", "crowd", "k", "n"))
    inside = sum(int(n) for n, crowded in zip(by["n"], by["crowd"], strict=True) if crowded)
    sides = {"inside": inside, "outside": int(sum(by["n"])) - inside}
    return difference(*columns, least=policy.least_gap, counted="answers"), sides


def _held(rows: Any, policy: SupportPolicy) -> Reading:
    n = rows.num_rows
    result: Estimate | NotEnough = NotEnough(n, policy.least_ends, of="ends")
    span = policy.recontact_hours * 3600
    back, whose = rows["back"].to_numpy() == 1, numbered(rows["customer"])
    away = Durations.of(rows["seconds"].to_numpy(), back, whose)
    enough = n >= policy.least_ends
    if enough and away.is_of_one:
        result = NotEnough(1, 2, of="one_customer")
    elif enough:
        curve = kaplan_meier(away)
        # Unless all came back, some end must have had the whole time to.
        result = NotEnough(int(curve.longest) // 3600, policy.recontact_hours, of="hours")
        if curve.tells(span):
            result = curve.at(span).rest()
    details = {"hours": policy.recontact_hours}
    return Reading("support.reopened", result, "share", "survival", "not_wrong", details)


def _silence(row: Mapping[str, Any]) -> Reading:
    asked, answered, good = (int(row[c] or 0) for c in ("asked", "answered", "good"))
    result: Estimate | NotEnough = NotEnough(answered, 1, of="ratings")
    if answered:
        result = silence_bounds(good, answered, asked)
    return Reading("support.happy", result, "share", "silence", "silent", {"asked": asked})
