"""What became of every lesson with a fix: how often its cause came back, and whether it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from wingbeat.laws.lessons import measure
from wingbeat.laws.lessons.coach import watch
from wingbeat.laws.lessons.policy import LessonsPolicy
from wingbeat.laws.readings import Reading, Report, Value, together
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import share_of
from wingbeat.stats.rates import poisson_regression, rate_ratio

NEEDS = ("causes", "lessons")
MAY_USE: tuple[str, ...] = ()
POLICY = LessonsPolicy
Weeks = Mapping[int, int]  # how often it came, by weeks since the fix


def report(tables: Mapping[str, Any], policy: LessonsPolicy, *, as_of: int) -> Report:
    """Return one reading for every fixed cause, its trend where that can be told, and the share."""
    counted = measure.counted(tables["causes"], tables["lessons"], policy, as_of=as_of)
    rows = counted.order_by("id").to_pyarrow().to_pylist()
    weeks = measure.weekly(tables["causes"], tables["lessons"], policy, as_of=as_of)
    by_week: dict[str, dict[int, int]] = {}
    for row in weeks.to_pyarrow().to_pylist():
        by_week.setdefault(row["id"], {})[row["week"]] = row["n"]
    windows = [_weeks(row, by_week.get(row["id"], {})) for row in rows]
    both = list(zip(rows, windows, strict=True))

    def change(found: Estimate, p: float) -> dict[str, Value]:
        shown = p < 1 - policy.level and found.excludes(1)
        way = "more often" if found.value > 1 else "more rarely"
        return {"change": way if shown else "not shown"}

    readings = together((_again(row, of, policy, as_of) for row, of in both), change)
    steps = (_apart_from_trend(row, of, policy, as_of) for row, of in both)
    return Report((_hold(readings, policy), *readings, *steps), {"lessons": counted})


def _weeks(row: Mapping[str, Any], by_week: Mapping[int, int]) -> tuple[Weeks, Weeks]:
    """Count the whole weeks of both windows, by weeks since the fix."""
    fixed, week = row["fixed_at"], measure.WEEK
    earlier = range((row["before_from"] - fixed) // week + 1, (row["before_until"] - fixed) // week)
    later = range(-((fixed - row["after_from"]) // week), (row["after_until"] - fixed) // week)
    before, after = ({w: by_week.get(w, 0) for w in weeks} for weeks in (earlier, later))
    return before, after


def bursts(*windows: Weeks) -> float:
    """Say how many occurrences come as one: one bad morning brings many conversations.

    Pearson's X2 of the weeks about their window's mean, over its degrees of freedom, never below 1.
    Source: McCullagh and Nelder 1989, section 6.2.

    >>> bursts({0: 1, 1: 1, 2: 1}), bursts({0: 9, 1: 0, 2: 0})
    (1.0, 9.0)
    """
    apart = freedom = 0.0
    for weeks in windows:
        if total := sum(weeks.values()):
            mean = total / len(weeks)
            apart += sum((n - mean) ** 2 for n in weeks.values()) / mean
            freedom += len(weeks) - 1
    return max(1.0, apart / freedom) if freedom else 1.0


def _again(
    row: Mapping[str, Any], weeks: tuple[Weeks, Weeks], policy: LessonsPolicy, as_of: int
) -> Reading:
    old = max(0, row["before_until"] - row["before_from"]) / measure.DAY
    new = max(0, row["after_until"] - row["after_from"]) / measure.DAY  # days on either side
    anew = row["after_until"] < as_of  # the same cause was mended again
    as_one = bursts(*weeks)
    before, after = row["before"] / as_one, row["after"] / as_one
    stands = watch(policy, before=before, days_before=old, after=ceil(after), days_after=new)
    result: Estimate | NotEnough = NotEnough(int(before), policy.least_before, of="times")
    state = "mended anew" if anew and stands.state == "watching" else stands.state
    details: dict[str, Value] = {
        "cause": row["cause"], "state": state, "before": row["before"],
        "after": row["after"], "season": row["season"],
        "days_left": float(ceil(stands.days_left or 0)), "days_before": old, "days_since": new,
    }  # fmt: skip
    if stands.state != "rate unknown" and new <= 0:  # the fix is too fresh to have a rate
        left = ceil(stands.days_left or 0)
        done = datetime.fromtimestamp(as_of, UTC).date() + timedelta(days=left)
        result = NotEnough(0, left, done, of="days")
        result = NotEnough(0, 1, of="weeks_to_next") if anew else result
    elif stands.state != "rate unknown":
        told, test = rate_ratio(max(1, round(before)), old, round(after), new, level=policy.level)
        value = row["after"] / new / (row["before"] / old)
        low, high = min(told.low, value), max(told.high, value)
        result = replace(told, value=value, low=low, high=high, n=row["before"] + row["after"])
        details |= {"p": test.p, "as_one": round(as_one, 1)}
    year_back = "p" in details and row["begin"] <= row["after_from"] - measure.YEAR
    telling = "lessons.again_season" if year_back else ""
    return Reading(
        "lessons.again", result, "ratio of rates", "recurrence", "peaks_fall", details, telling
    )


def _apart_from_trend(
    row: Mapping[str, Any], weeks: tuple[Weeks, Weeks], policy: LessonsPolicy, as_of: int
) -> Reading:
    """The step at the fix with the trend of the weeks taken out: whole weeks of both windows."""
    earlier, later = weeks
    sums = sum(earlier.values()), sum(later.values())
    least, result = policy.least_weeks, None
    if len(earlier) < least:
        result = NotEnough(len(earlier), least, of="weeks_before")
    elif len(later) < least:
        left = timedelta(weeks=least - len(later))
        done = datetime.fromtimestamp(as_of, UTC).date() + left
        result = NotEnough(len(later), least, done, of="weeks_since")
        if row["after_until"] < as_of:
            result = NotEnough(len(later), least, of="weeks_to_next")
    elif sum(sums) < policy.least_for_trend:
        result = NotEnough(sum(sums), policy.least_for_trend, of="times_in_all")
    elif min(sums) == 0:  # the step would be without end: what came or stayed away tells it all
        result = NotEnough(0, 1, of="times_since" if sums[0] else "times")
    details = {"cause": row["cause"]}
    counts = {**earlier, **later}
    columns = [[w, float(w >= 0)] for w in counts]
    told = (
        result
        or poisson_regression(
            list(counts.values()), columns, [1.0] * len(counts), level=policy.level
        )[1]
    )
    if isinstance(told, Estimate) and not 1e-9 < told.value < 1e9:  # no end to it here either
        told = NotEnough(sum(sums), sum(sums) + 1, of="times_in_all")
    return Reading("lessons.step", told, "ratio of rates", "recurrence", "trend_taken_out", details)


def _hold(readings: list[Reading], policy: LessonsPolicy) -> Reading:
    """The share that holds; lessons of one cause stand for what they tell together."""
    stand = Counter(str(r.details["state"]) for r in readings)
    told = [r.details for r in readings if r.details["state"] in {"holds", "rarer", "returned"}]
    result: Estimate | NotEnough = NotEnough(len(told), policy.least_decided, of="lessons")
    if len(told) >= policy.least_decided:
        holds, causes = ([one["state"] == "holds" for one in told], [one["cause"] for one in told])
        result = share_of(holds, [1] * len(told), causes, level=policy.level)
        result = result if isinstance(result, Estimate) else NotEnough(1, 2, of="one_cause")
    left_out = {"watched": stand["watching"], "unknown": stand["rate unknown"],
                "anew": stand["mended anew"]}  # fmt: skip
    return Reading("lessons.hold", result, "share", "own", "decided_only", left_out)
