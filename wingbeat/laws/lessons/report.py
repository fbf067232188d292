"""What became of every lesson with a fix: how often its cause came back, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from wingbeat.laws.lessons import measure
from wingbeat.laws.lessons.coach import watch
from wingbeat.laws.lessons.policy import LessonsPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.rates import poisson_regression, rate_ratio
from wingbeat.stats.shares import wilson

NEEDS = ("causes", "lessons")
MAY_USE: tuple[str, ...] = ()
POLICY = LessonsPolicy


def report(tables: Mapping[str, Any], policy: LessonsPolicy, *, as_of: int) -> Report:
    """Return one reading for every fixed cause, its trend where that can be told, and the share."""
    counted = measure.counted(tables["causes"], tables["lessons"], policy, as_of=as_of)
    rows = counted.order_by("id").to_pyarrow().to_pylist()
    weeks = measure.weekly(tables["causes"], tables["lessons"], policy, as_of=as_of)
    by_week: dict[str, dict[int, int]] = {}
    for row in weeks.to_pyarrow().to_pylist():
        by_week.setdefault(row["id"], {})[row["week"]] = row["n"]
    readings = [_again(row, policy, as_of) for row in rows]
    trends = (_apart_from_trend(row, by_week.get(row["id"], {}), policy, as_of) for row in rows)
    told = [reading for reading in trends if reading is not None]
    return Report((_hold(readings), *readings, *told), {"lessons": counted})


def _again(row: Mapping[str, Any], policy: LessonsPolicy, as_of: int) -> Reading:
    days = (
        max(0, row["before_until"] - row["before_from"]) / measure.DAY,
        max(0, as_of - row["after_from"]) / measure.DAY,
    )
    stands = watch(
        policy, before=row["before"], days_before=days[0], after=row["after"], days_after=days[1]
    )
    result: Estimate | NotEnough = NotEnough(row["before"], policy.least_before, of="times")
    details: dict[str, int | float | str] = {
        "cause": row["cause"], "state": stands.state, "before": row["before"],
        "after": row["after"], "expected": round(stands.expected, 2), "season": row["season"],
        "days_left": -1.0 if stands.days_left is None else round(stands.days_left, 1),
    }  # fmt: skip
    if stands.state != "rate unknown" and days[1] <= 0:  # the fix is too fresh to have a rate
        left = ceil(stands.days_left or 0)
        done = datetime.fromtimestamp(as_of, UTC).date() + timedelta(days=left)
        result = NotEnough(0, left, done, of="days")
    elif stands.state != "rate unknown":
        people = row["exposed"] or 1
        exposure = days[0] * people, days[1] * people
        result, test = rate_ratio(row["before"], exposure[0], row["after"], exposure[1])
        details |= {"p": round(test.p, 4), "change": "shown" if result.excludes(1) else "not shown"}
    return Reading("lessons.again", result, "ratio of rates", "b18", "peaks_fall", details)


def _apart_from_trend(
    row: Mapping[str, Any], by_week: Mapping[int, int], policy: LessonsPolicy, as_of: int
) -> Reading | None:
    """The step at the fix with the trend of the weeks taken out: whole weeks of both windows."""
    fixed, week = row["fixed_at"], measure.WEEK
    earlier = range((row["before_from"] - fixed) // week + 1, (row["before_until"] - fixed) // week)
    later = range(-((fixed - row["after_from"]) // week), (as_of - fixed) // week)
    sums = [sum(by_week.get(w, 0) for w in side) for side in (earlier, later)]
    if sum(sums) < policy.least_for_trend or min(sums) == 0:
        return None
    weeks = [*earlier, *later]
    counts = [by_week.get(w, 0) for w in weeks]
    columns = [[w, float(w >= 0)] for w in weeks]
    _, step = poisson_regression(counts, columns, [1.0] * len(weeks))
    details = {"cause": row["cause"]}
    return Reading("lessons.step", step, "ratio of rates", "b18", "trend_taken_out", details)


def _hold(readings: list[Reading]) -> Reading:
    told = [r for r in readings if r.details["state"] in ("holds", "rarer", "returned")]
    holds = sum(r.details["state"] == "holds" for r in told)
    result = wilson(holds, len(told)) if len(told) >= 5 else NotEnough(len(told), 5, of="lessons")
    return Reading("lessons.hold", result, "share", "own", "decided_only")
