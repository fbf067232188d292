"""How failures ended after a grant and without, and what the limit should be."""

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
from wingbeat.stats.clusters import Floats, jackknife, products, share_of, worth
from wingbeat.stats.shares import wilson

NEEDS = ("moments",)
MAY_USE = ("grants", "orders", "business_events")
POLICY = RecoveryPolicy
MONEY = "units of the desk's currency"
Rows = Mapping[str, np.ndarray[Any, Any]]


def report(tables: Mapping[str, Any], policy: RecoveryPolicy, *, as_of: int) -> Report:
    """Return the effect of acts, the share recovered, the cost of each, and the limit."""
    failed = measure.failures(
        tables["moments"], tables.get("business_events"), as_of=as_of,
        before_days=policy.before_days, act_days=policy.act_within_days,
        after_days=policy.read_after_days,
    )  # fmt: skip
    columns = failed.order_by("customer", "at").to_pyarrow().to_pydict()
    rows = {name: np.asarray(column) for name, column in columns.items()}
    readings = [_effect(rows, policy), _recovered(rows, policy), _limit(tables, policy, as_of)]
    if "grants" in tables:
        [given] = measure.spent(tables["grants"], as_of=as_of).to_pyarrow().to_pylist()
        readings.append(_cost(given, rows, policy))
    return Report(tuple(readings), {"failures": failed})


def _effect(rows: Rows, policy: RecoveryPolicy) -> Reading:
    acted = rows["acted"] == 1
    fewest = min(len(np.unique(rows["customer"][side])) for side in (acted, ~acted))
    known = min(int(np.count_nonzero(rows["after"][side])) for side in (acted, ~acted))
    details: dict[str, float | str] = {"days": policy.act_within_days}
    result: Estimate | NotEnough = NotEnough(fewest, policy.least_failures, of="failed")
    if fewest >= policy.least_failures:
        result = NotEnough(known, policy.least_recovered, of="ended")
    if fewest >= policy.least_failures and known >= policy.least_recovered:
        result = effect(rows)
        told = "more" if result.value > 0 else "less"
        details["verdict"] = told if result.excludes(0) else "not shown"
        details["customers"] = len(np.unique(rows["customer"]))
        naive = rows["after"][acted].mean() - rows["after"][~acted].mean()
        details["naive"] = round(float(naive) / 1000, 3)
    return Reading("recovery.effect", result, "balance", "service_recovery", "falls_back", details)


def effect(rows: Rows, *, level: float = 0.95) -> Estimate:
    """Estimate how ends with an act differ, failures of equal depth and past compared.

    after = a + effect * acted + b * depth + c * before by least squares, in thousands. The interval
    leaves out each customer in turn, since one customer's failures resemble each other; Student's t
    of as many customers as the smaller side is worth, less one. Source: analysis of covariance,
    Fisher 1932; Barnett et al. 2005, International Journal of Epidemiology 34:215, on regression to
    the mean; Tukey 1958, the jackknife.
    """
    acted, whose = rows["acted"] == 1, rows["customer"]
    told = [rows[name] / 1000 for name in ("depth", "before", "after")]
    parts = products(np.column_stack([np.ones(len(acted)), acted, *told]), whose)
    [value], [error] = jackknife(parts, _slope)
    sides = (np.unique(whose[side], return_counts=True)[1] for side in (acted, ~acted))
    freedom = min(map(worth, sides)) - 1
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * error
    method = "covariance-adjusted, jackknife"
    return Estimate(float(value), value - half, value + half, len(acted), method, level)


def _slope(sums: Floats) -> Floats:
    """The slope of the last column on the second, the others held."""
    slopes: Floats = np.linalg.pinv(sums[..., :-1, :-1]) @ sums[..., :-1, -1:]
    return slopes[..., 1, :]


def _ended_well(rows: Rows, chosen: Any) -> tuple[Estimate | NotEnough, int, int]:
    """Estimate the share of the chosen failures with a known end that ended well; both counts."""
    known = chosen & (rows["after"] != 0)
    good = rows["after"][known] > 0
    if not len(good):
        return NotEnough(0, 1, of="ended"), 0, 0
    share = share_of(good, np.ones(len(good)), rows["customer"][known])
    return share, int(good.sum()), len(good)


def _recovered(rows: Rows, policy: RecoveryPolicy) -> Reading:
    result, _, n = _ended_well(rows, rows["acted"] >= 0)
    if n < policy.least_recovered:
        result = NotEnough(n, policy.least_recovered, of="ended")
    details = {"unknown": len(rows["acted"]) - n}
    return Reading("recovery.recovered", result, "share", "service_recovery", "no_growth", details)


def _cost(given: Mapping[str, Any], rows: Rows, policy: RecoveryPolicy) -> Reading:
    """What was granted for each failure with a grant that is known to have ended well.

    As if those of which nobody told ended like the others; `at_most` as if none of them ended well.
    Bounds of the share's. Beside it, how many ended well without a grant, which costs nothing.
    """
    mean = int(given["cents"]) / max(1, int(given["n"])) / 100
    result, good, _ = _ended_well(rows, rows["acted"] == 1)
    _, anyway, without = _ended_well(rows, rows["acted"] == 0)
    if good < policy.least_recovered:
        result = NotEnough(good, policy.least_recovered, of="ended_well")
    if isinstance(result, Estimate):
        value, low, high = (mean / share for share in (result.value, result.high, result.low))
        result = Estimate(value, low, high, result.n, result.method)
    most = mean * np.count_nonzero(rows["acted"] == 1) / max(1, good)
    details = {"anyway": round(anyway / max(1, without), 3), "without": without, "at_most": most}
    telling = "" if without or not isinstance(result, Estimate) else "recovery.cost_alone"
    return Reading("recovery.cost", result, MONEY, "own", "mean_grant", details, telling)


def _limit(tables: Mapping[str, Any], policy: RecoveryPolicy, as_of: int) -> Reading:
    if "orders" not in tables:
        return Reading(
            "recovery.limit", CannotBeSeen("orders"), MONEY, "lifetime_value", "one_limit"
        )
    [row] = measure.margins(tables["orders"], as_of=as_of).to_pyarrow().to_pylist()
    n = int(row["customers"])
    if n < policy.least_customers:
        short = NotEnough(n, policy.least_customers, of="customers")
        return Reading("recovery.limit", short, MONEY, "lifetime_value", "one_limit")
    stay, margin = wilson(int(row["stayed"]), n), round(int(row["cents"]) / n)
    value, low, high = (
        limit(policy, margin_cents=margin, retention=r, minutes=policy.asking_minutes).cents / 100
        for r in (stay.value, stay.low, stay.high)
    )
    details = {
        "margin": margin / 100, "retention": round(stay.value, 3),
        "multiple": round(margin_multiple(stay.value, policy.discount), 2),
    }  # fmt: skip
    result = Estimate(value, low, high, n, "Wilson of retention")
    return Reading("recovery.limit", result, MONEY, "lifetime_value", "one_limit", details)
