"""How failures ended after a grant and without, and what the limit should be."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.recovery import measure
from wingbeat.laws.recovery.coach import bounded, limit, margin_multiple
from wingbeat.laws.recovery.policy import RecoveryPolicy
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.clusters import jackknife, products, second_slope, share_of, worth
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
    if "grants" in tables:
        failed = measure.paid(failed, tables["grants"], act_days=policy.act_within_days)
    rows = _columns(failed.order_by("customer", "at"))
    readings = [_effect(rows, policy), _recovered(rows, policy), _limit(tables, policy, as_of)]
    if "grants" in tables:
        readings.append(_cost(rows, policy))
    return Report(tuple(readings), {"failures": failed})


def _columns(table: Any) -> Rows:
    return {name: np.asarray(told) for name, told in table.to_pyarrow().to_pydict().items()}


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
    value, error = map(float, jackknife(parts, second_slope))
    sides = (np.unique(whose[side], return_counts=True)[1] for side in (acted, ~acted))
    freedom = min(map(worth, sides)) - 1
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * error
    method = "covariance-adjusted, jackknife"
    return Estimate(value, value - half, value + half, len(acted), method, level)


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


def _cost(rows: Rows, policy: RecoveryPolicy) -> Reading:
    """What was granted for each failure with a grant that is known to have ended well.

    All that was given for one within the days for an act is its price. As if those of which nobody
    told ended like the others; `at_most` as if none of them ended well. Bounds of the share's.
    Beside it, how many ended well without a grant, which costs nothing.
    """
    acted = rows["acted"] == 1
    cents = int(rows["given"][acted].sum())
    mean = cents / max(1, int(acted.sum())) / 100
    result, good, _ = _ended_well(rows, acted)
    _, anyway, without = _ended_well(rows, rows["acted"] == 0)
    if good < policy.least_recovered:
        result = NotEnough(good, policy.least_recovered, of="ended_well")
    if isinstance(result, Estimate):
        value, low, high = (mean / share for share in (result.value, result.high, result.low))
        result = Estimate(value, low, high, result.n, result.method)
    most = cents / 100 / max(1, good)
    details = {"anyway": round(anyway / max(1, without), 3), "without": without, "at_most": most}
    telling = "" if without or not isinstance(result, Estimate) else "recovery.cost_alone"
    return Reading("recovery.cost", result, MONEY, "own", "mean_grant", details, telling)


def _limit(tables: Mapping[str, Any], policy: RecoveryPolicy, as_of: int) -> Reading:
    result: Estimate | NotEnough | CannotBeSeen = CannotBeSeen("orders")
    details: dict[str, float | str] = {}
    if "orders" in tables:
        orders, whole = tables["orders"], 2 * measure.YEAR_DAYS
        days = (as_of - (orders.at.min().to_pyarrow().as_py() or as_of)) // measure.DAY
        result = NotEnough(days, whole, of="days")
        if days >= whole:  # else a part of a year would be taken for the year before last
            rows = _columns(measure.margins(orders, as_of=as_of).order_by("customer"))
            result, details = limit_of(rows["cents"], rows["stayed"], policy)
    return Reading("recovery.limit", result, MONEY, "lifetime_value", "one_limit", details)


def limit_of(
    cents: Any, stayed: Any, policy: RecoveryPolicy, *, level: float = 0.95
) -> tuple[Estimate | NotEnough, dict[str, float | str]]:
    """Return the limit for customers who brought so much in a year, and stayed (1) or not (0).

    Worth is M k, M the mean margin and k the years that those who stay make of it. Of Student's
    range of M and Wilson's of k come reaches of M k; with the correlation c of margin and staying
    both reach sqrt(a^2 + b^2 + 2 c a b). Source: Zou and Donner 2008, Statistics in Medicine
    27:1693.
    """
    n = len(cents)
    if n < policy.least_customers:
        return NotEnough(n, policy.least_customers, of="customers"), {}
    stay, margin = wilson(int(stayed.sum()), n, level=level), float(cents.mean())
    k, *ends = (margin_multiple(r, policy.discount) for r in (stay.value, stay.low, stay.high))
    a = float(stats.t.ppf((1 + level) / 2, n - 1) * cents.std(ddof=1) / sqrt(n)) * k
    alike = float(np.corrcoef(cents, stayed)[0, 1]) if cents.std() and stayed.std() else 0.0
    reaches = (sqrt(a**2 + b**2 + 2 * alike * a * b) for b in (abs(margin * (k - e)) for e in ends))
    found = limit(policy, margin_cents=round(margin), retention=stay.value,
                  minutes=policy.asking_minutes)  # fmt: skip
    low, high = (
        bounded(policy, found.unbounded_cents + round(side * policy.retention_gain * reach)) / 100
        for side, reach in zip((-1, 1), reaches, strict=True)
    )
    details: dict[str, float | str] = {
        "margin": round(margin) / 100, "retention": round(stay.value, 3), "multiple": round(k, 2),
    }  # fmt: skip
    return Estimate(found.cents / 100, low, high, n, "Student and Wilson, joined", level), details
