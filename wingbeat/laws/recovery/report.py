"""Who came back after an act, free of regression to the mean, and what the limit should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.recovery import measure
from wingbeat.laws.recovery.coach import limit, margin_multiple
from wingbeat.laws.recovery.policy import RecoveryPolicy
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.shares import wilson

NEEDS = ("moments",)
MAY_USE = ("grants", "orders")
POLICY = RecoveryPolicy


def report(tables: Mapping[str, Any], policy: RecoveryPolicy, *, as_of: int) -> Report:
    """Return the effect of acts, the share recovered, the cost of each, and the limit."""
    failed = measure.failures(
        tables["moments"],
        as_of=as_of,
        before_days=policy.before_days,
        act_days=policy.act_within_days,
        after_days=policy.read_after_days,
    )
    sums = {row["acted"]: row for row in measure.moments_of(failed).to_pyarrow().to_pylist()}
    readings = [_effect(sums, policy), _recovered(sums, policy), _limit(tables, policy, as_of)]
    if "grants" in tables:
        [given] = measure.spent(tables["grants"], as_of=as_of).to_pyarrow().to_pylist()
        readings.append(_cost(given, sums, policy))
    return Report(tuple(readings), {"failures": failed})


def _effect(sums: Mapping[int, Mapping[str, Any]], policy: RecoveryPolicy) -> Reading:
    sizes = [int(sums[side]["n"]) if side in sums else 0 for side in (1, 0)]
    details: dict[str, float | str] = {"days": policy.act_within_days}
    result: Estimate | NotEnough = NotEnough(min(sizes), policy.least_failures, of="failures")
    if min(sizes) >= policy.least_failures:
        result = effect(sums)
        told = "more" if result.value > 0 else "less"
        details["verdict"] = told if result.excludes(0) else "not shown"
        alone = _back(sums, 1) / sizes[0] - _back(sums, 0) / sizes[1]
        details["naive"] = round(alone, 3)
    return Reading("recovery.effect", result, "difference of shares", "b19", "falls_back", details)


def _back(sums: Mapping[int, Mapping[str, Any]], side: int) -> int:
    """How many came back, with an act (1) or without (0)."""
    return int(sums[side]["sy"]) // 1000 if side in sums else 0


def effect(sums: Mapping[int, Mapping[str, Any]], *, level: float = 0.95) -> Estimate:
    """Estimate how aftermaths with an act differ, failures of equal depth and past compared.

    after = a + effect * acted + b * depth + c * before, least squares from sums of products alone.
    Unit: a thousand of `after`. Source: analysis of covariance, Fisher 1932; Barnett et al. 2005,
    International Journal of Epidemiology 34:215, on regression to the mean.
    """
    no, yes = ({k: float(v) for k, v in sums[side].items()} for side in (0, 1))
    both = {k: no[k] + yes[k] for k in no}
    n = both["n"]
    products = np.array([
        [n, yes["n"], both["s1"], both["s2"]],
        [yes["n"], yes["n"], yes["s1"], yes["s2"]],
        [both["s1"], yes["s1"], both["s11"], both["s12"]],
        [both["s2"], yes["s2"], both["s12"], both["s22"]],
    ])  # fmt: skip
    with_y = np.array([both["sy"], yes["sy"], both["s1y"], both["s2y"]])
    inverse = np.linalg.pinv(products)
    fitted = inverse @ with_y
    freedom = n - np.linalg.matrix_rank(products)
    left = max(0.0, both["syy"] - float(fitted @ with_y)) / freedom
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * float(np.sqrt(left * inverse[1, 1]))
    value = float(fitted[1])
    low, high = value - half, value + half
    return Estimate(value / 1000, low / 1000, high / 1000, int(n), "covariance-adjusted", level)


def _recovered(sums: Mapping[int, Mapping[str, Any]], policy: RecoveryPolicy) -> Reading:
    n = sum(int(row["n"]) for row in sums.values())
    back = _back(sums, 0) + _back(sums, 1)
    least = policy.least_recovered
    result = wilson(back, n) if n >= least else NotEnough(n, least, of="failures")
    return Reading("recovery.recovered", result, "share", "b19", "no_growth")


def _cost(
    given: Mapping[str, Any], sums: Mapping[int, Mapping[str, Any]], policy: RecoveryPolicy
) -> Reading:
    """Cents of grants for each failure with a grant that was recovered; bounds of the share's.

    Beside it, how many recovered without one: those would have cost nothing.
    """
    n, without = (int(sums[side]["n"]) if side in sums else 0 for side in (1, 0))
    back, cents = _back(sums, 1), int(given["cents"])
    result: Estimate | NotEnough = NotEnough(back, policy.least_recovered, of="failures")
    if back >= policy.least_recovered:
        share, mean = wilson(back, n), cents / max(1, int(given["n"]))
        result = Estimate(mean / share.value, mean / share.high, mean / share.low, n, share.method)
    details = {"anyway": round(_back(sums, 0) / max(1, without), 3), "without": without}
    return Reading("recovery.cost", result, "cents", "own", "mean_grant", details)


def _limit(tables: Mapping[str, Any], policy: RecoveryPolicy, as_of: int) -> Reading:
    if "orders" not in tables:
        return Reading("recovery.limit", CannotBeSeen("orders"), "cents", "b13", "one_limit")
    [row] = measure.margins(tables["orders"], as_of=as_of).to_pyarrow().to_pylist()
    n = int(row["customers"])
    if n < policy.least_customers:
        result: NotEnough | Estimate = NotEnough(n, policy.least_customers, of="customers")
        return Reading("recovery.limit", result, "cents", "b13", "one_limit")
    stay, margin = wilson(int(row["stayed"]), n), round(int(row["cents"]) / n)
    value, low, high = (
        limit(policy, margin_cents=margin, retention=r, minutes=policy.asking_minutes).cents
        for r in (stay.value, stay.low, stay.high)
    )
    details = {
        "margin_cents": margin, "retention": round(stay.value, 3),
        "multiple": round(margin_multiple(stay.value, policy.discount), 2),
    }  # fmt: skip
    result = Estimate(value, low, high, n, "Wilson of retention")
    return Reading("recovery.limit", result, "cents", "b13", "one_limit", details)
