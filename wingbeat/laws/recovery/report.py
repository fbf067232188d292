"""How failures ended after a grant and without, and what the limit should be."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, hypot, inf, log, sqrt
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.recovery import measure
from wingbeat.laws.recovery.coach import bounded, limit, margin_multiple
from wingbeat.laws.recovery.policy import RecoveryPolicy
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.clusters import jackknife, products, second_slope, share_of, worth
from wingbeat.stats.shares import newcombe, wilson

NEEDS = ("moments",)
MAY_USE = ("grants", "orders", "business_events")
POLICY = RecoveryPolicy
MONEY = "units of the desk's currency"
FARTHEST = 2.0  # from all ended badly to all ended well
ENDLESS = 20.0  # the logarithm of a factor that no data tell from one without an end
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
        result = effect(rows) if _some_alike(rows) else NotEnough(0, 1, of="alike")
    if isinstance(result, Estimate):
        told = "more" if result.value > 0 else "less"
        details["verdict"] = told if result.excludes(0) else "not shown"
        details["customers"] = len(np.unique(rows["customer"]))
        details["known"] = int(np.count_nonzero(rows["after"]))
        naive = rows["after"][acted].mean() - rows["after"][~acted].mean()
        details["naive"] = round(float(naive) / 1000, 3)
    return Reading("recovery.effect", result, "balance", "service_recovery", "falls_back", details)


def _some_alike(rows: Rows) -> bool:
    """Say whether depth and past leave open who got something; else no two are equal."""
    acted = rows["acted"].astype(float)
    others = np.column_stack([np.ones(len(acted)), rows["depth"], rows["before"]])
    foretold = others @ np.linalg.lstsq(others, acted, rcond=None)[0]
    return bool(np.abs(acted - foretold).max() > 1e-6)


def effect(rows: Rows, *, level: float = 0.95) -> Estimate:
    """Estimate how ends with an act differ, failures of equal depth and past compared.

    after = a + effect * acted + b * depth + c * before by least squares, in thousands. The interval
    leaves out each customer in turn, since one customer's failures resemble each other; Student's t
    of as many customers as the smaller side is worth, less one. Where nobody's leaving moves it,
    as all ended alike, Newcombe's bounds of good ends stand in, each customer counted once. Source:
    analysis of covariance, Fisher 1932; Barnett et al. 2005, International Journal of Epidemiology
    34:215, on regression to the mean; Tukey 1958, the jackknife.
    """
    acted, whose = rows["acted"] == 1, rows["customer"]
    told = [rows[name] / 1000 for name in ("depth", "before", "after")]
    parts = products(np.column_stack([np.ones(len(acted)), acted, *told]), whose)
    value, error = map(float, jackknife(parts, second_slope))
    n, m = (worth(np.unique(whose[side], return_counts=True)[1]) for side in (acted, ~acted))
    if error > 1e-9:
        below = above = float(stats.t.ppf((1 + level) / 2, min(n, m) - 1)) * error
    else:
        good, other = (float((1 + told[2][side]).mean()) / 2 for side in (acted, ~acted))
        wide = newcombe(good * n, n, other * m, m, level=level)
        below, above = 2 * (wide.value - wide.low), 2 * (wide.high - wide.value)
    low, high = max(-FARTHEST, value - below), min(FARTHEST, value + above)
    return Estimate(value, low, high, len(acted), "covariance-adjusted, jackknife", level)


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
    told ended like the others; `at_most` as if none of them ended well. The bounds join those of
    the mean and of the share. Beside it, how many ended well without a grant, which costs nothing.
    """
    acted = rows["acted"] == 1
    cents = int(rows["given"][acted].sum())
    result, good, _ = _ended_well(rows, acted)
    _, anyway, without = _ended_well(rows, rows["acted"] == 0)
    if good < policy.least_recovered:
        result = NotEnough(good, policy.least_recovered, of="ended_well")
    if isinstance(result, Estimate):
        result = price(result, rows["given"][acted] / 100, rows["customer"][acted])
    most = cents / 100 / max(1, good)
    details = {"anyway": round(anyway / max(1, without), 3), "without": without, "at_most": most}
    alone = isinstance(result, Estimate) and without < policy.least_recovered
    telling = "recovery.cost_alone" if alone else ""
    return Reading("recovery.cost", result, MONEY, "own", "mean_grant", details, telling)


def price(share: Estimate, given: Any, whose: Any) -> Estimate:
    """Return the mean given over the share that ended well, in its units.

    Both reaches are of the logarithm, that of the mean by leaving out each customer in turn, and
    are joined as those of the limit are.
    """
    parts = products(np.column_stack([np.ones(len(given)), given]), whose)
    mean, error = map(float, jackknife(parts, lambda sums: sums[..., 0, 1] / sums[..., 0, 0]))
    freedom = worth(np.unique(whose, return_counts=True)[1]) - 1
    apart = float(stats.t.ppf((1 + share.level) / 2, freedom)) * error / mean if mean else 0.0
    reaches = (hypot(apart, log(share.value / end)) for end in (share.high, share.low))
    below, above = (exp(reach) if reach < ENDLESS else inf for reach in reaches)
    value, method = mean / share.value, f"mean over {share.method}"
    return Estimate(value, value / below, value * above, share.n, method, share.level)


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
    bound = isinstance(result, Estimate) and result.low == result.high
    telling = "recovery.limit_bound" if bound else ""
    return Reading("recovery.limit", result, MONEY, "lifetime_value", "one_limit", details, telling)


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
    free = found.unbounded_cents
    below, above = (
        free + round(side * policy.retention_gain * reach)
        for side, reach in zip((-1, 1), reaches, strict=True)
    )
    low, high = (bounded(policy, cents) / 100 for cents in (below, above))
    details: dict[str, float | str] = {
        "margin": round(margin) / 100, "retention": round(stay.value, 3), "multiple": round(k, 2),
        "free": free / 100, "free_low": below / 100, "free_high": above / 100,
        "gain": policy.retention_gain, "minutes": policy.asking_minutes,
        "wage": policy.loaded_wage_cents / 100,
        "lowest": policy.lowest_cents / 100, "highest": policy.highest_cents / 100,
    }  # fmt: skip
    return Estimate(found.cents / 100, low, high, n, "Student and Wilson, joined", level), details
