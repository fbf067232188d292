"""Whether small customers are served as well as big ones, where their need is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import exp, inf, isfinite, isinf, sqrt
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.respect import measure
from wingbeat.laws.respect.policy import RespectPolicy
from wingbeat.stats import Estimate, NotEnough, NotSupported, clusters, lift, survival
from wingbeat.stats.comparing import Verdict, detectable, errors_needed
from wingbeat.stats.families import holm
from wingbeat.stats.shares import fisher, newcombe, ratio, reach
from wingbeat.stats.survival import Durations, cox, log_rank

NEEDS = ("conversations", "messages")
MAY_USE = ("promises", "causes", "grants")
POLICY = RespectPolicy
SIZES = ("small", "big")
Rows = Sequence[Mapping[str, Any]]
Told = tuple[Estimate | NotEnough | NotSupported, dict[str, Any]]
Compared = Callable[[Rows, RespectPolicy], Told]


def report(tables: Mapping[str, Any], policy: RespectPolicy, *, as_of: int) -> Report:
    """Return one reading a metric, each with its verdict, held together by Holm."""
    talks = tables["conversations"]
    waits = measure.waits(talks, tables["messages"], as_of=as_of)
    found = [_read("respect.first_words", "chance", smaller_waits, waits, policy)]
    if "promises" in tables:
        kept = measure.promises(talks, tables["promises"], as_of=as_of)
        found.append(_read("respect.kept", "difference of shares", shares, kept, policy))
    if "causes" in tables and "grants" in tables:
        given = measure.granted(talks, tables["causes"], tables["grants"], as_of=as_of)
        found.append(_read("respect.granted", "difference of shares", shares, given, policy))
    lengths = waits.group_by("stratum", "size", "seconds")  # whose they are stays here
    told = lengths.aggregate(ended=waits.ended.sum(), open=(1 - waits.ended).sum())
    return Report(tuple(_together(found, policy)), {"waits": told})


def _read(key: str, unit: str, compared: Compared, rows: Any, policy: RespectPolicy) -> Reading:
    result, details = compared(rows.to_pyarrow().to_pylist(), policy)
    return Reading(key, result, unit, "fairness", "need", details, details.pop("telling", ""))


def smaller_waits(rows: Rows, policy: RespectPolicy) -> Told:
    """Estimate the chance that a small customer waits less than a big one of the same stratum.

    Rows: `stratum, size, seconds, ended`, and `customer`, where one has several. The details
    hold the p value of the stratified log-rank test, the verdict before Holm, and the chance that
    these numbers could have shown. All three count a customer's waits for what they tell together.
    Where hazards cross there is no such chance, and none is told: only the pairs as counted.
    """
    all_waits, size, stratum, whose = _unfold(_with_both(rows))
    small = size == "small"
    each = [int((side & all_waits.ended).sum()) for side in (small, ~small)]
    if min(each) < policy.least_each:
        return NotEnough(min(each), policy.least_each, of="answered"), {}
    more, free = (
        (1.0, inf) if whose is None else survival.crowding(all_waits, small, stratum, whose)
    )
    apart = [n / clusters.wider(more, free, policy.level) for n in each]
    if min(apart) < policy.least_each:
        return NotEnough(int(min(apart)), policy.least_each, of="weighed"), {}
    test = log_rank(
        all_waits.only(small), all_waits.only(~small),
        strata=(stratum[small].tolist(), stratum[~small].tolist()),
    )  # fmt: skip
    p = float(2 * stats.t.sf(abs(test.statistic) / sqrt(more), free))
    wide, narrow = (
        _chance(cox(all_waits, small.astype(float), strata=stratum.tolist(),
                    level=_widened(level, clusters.wider(more, free, level)))[0], level)
        for level in (policy.level, policy.equal_level)
    )  # fmt: skip
    share = counted(all_waits, small, stratum)
    details: dict[str, Any] = {
        "p": p,
        "verdict": _verdict(p, policy, equal=narrow.within(policy.margin_low, policy.margin_high)),
        "could_show": detectable(*(n / more for n in each), level=policy.level,
                                 power=policy.power, freedom=free),
        "freedom": round(min(free, 9_999.0), 1),
        "small": each[0], "big": each[1], "counted": share,
    }  # fmt: skip
    return (wide, details) if wide.low <= share <= wide.high else _crossing(wide, details, policy)


def _crossing(wide: Estimate, details: dict[str, Any], policy: RespectPolicy) -> Told:
    """Tell of hazards that cross, where h/(1+h) is the chance of nothing, by the pairs alone."""
    share = details["counted"]
    beyond = share > policy.margin_high if wide.value > 0.5 else share < policy.margin_low
    borne_out = "unequal" if beyond and details["verdict"] == "unequal" else "not shown"
    crossing = {"telling": "respect.first_words_cross", "verdict": borne_out}
    return NotSupported(wide.n), details | crossing


def counted(waits: Durations, small: Any, stratum: Any) -> float:
    """Return the share of pairs of known order in which the small one waits less; alike is half.

    Strata weigh 1/(n + 1), as in van Elteren's test (1960). With proportional hazards this is
    h/(1+h) whatever is open; with others it is not, and then h is no share of pairs.
    """
    won = lost = 0.0
    for one in set(stratum):
        here = stratum == one
        ours, theirs = waits.only(here & small), waits.only(here & ~small)
        won += _sooner(ours, theirs) / (here.sum() + 1)
        lost += _sooner(theirs, ours) / (here.sum() + 1)
    return won / (won + lost)


def _sooner(ours: Durations, theirs: Durations) -> float:
    """In how many pairs our wait ends first; ended together is one half."""
    ends, over = ours.times[ours.ended], np.sort(theirs.times[theirs.ended])
    before = np.searchsorted(np.sort(theirs.times), ends)
    alike = np.searchsorted(over, ends, "right") - np.searchsorted(over, ends)
    return float((len(theirs) - before - alike / 2).sum())


def _with_both(rows: Rows) -> Rows:
    """Keep strata in which both sizes are: elsewhere nobody can be compared with anybody."""
    sizes: dict[str, set[str]] = {}
    for row in rows:
        sizes.setdefault(row["stratum"], set()).add(row["size"])
    return [row for row in rows if len(sizes[row["stratum"]]) == 2]


def _unfold(rows: Rows) -> tuple[Durations, Any, Any, Any]:
    """The waits, with size, stratum and customer of each."""
    waits = Durations.of([max(0, r["seconds"]) for r in rows], [bool(r["ended"]) for r in rows])
    size, stratum, whose = (
        np.array([r.get(c) for r in rows], dtype=object) for c in ("size", "stratum", "customer")
    )
    several = len(whose) > len(set(whose)) and None not in whose
    return waits, size, stratum, whose if several else None


def _widened(level: float, times: float) -> float:
    """The level of an interval of so many times the variance."""
    asked = 2 * stats.norm.cdf(stats.norm.ppf((1 + level) / 2) * sqrt(times)) - 1
    return min(float(asked), 1 - 1e-12)


def _chance(hazard: Estimate, level: float) -> Estimate:
    ends = (hazard.value, hazard.low, hazard.high)
    value, low, high = (1.0 if isinf(h) else h / (1 + h) for h in ends)
    method = "stratified Cox, h/(1+h)"
    return replace(hazard, value=value, low=low, high=high, method=method, level=level)


def _verdict(p: float, policy: RespectPolicy, *, equal: bool) -> Verdict:
    return "equal" if equal else "unequal" if p < 1 - policy.level else "not shown"


def shares(rows: Rows, policy: RespectPolicy) -> Told:
    """Estimate by how much small customers' share differs, small minus big, within strata.

    Rows: `stratum, size, k, n`, and `customer`, where one has several. Mantel-Haenszel weights
    n1 n2 / (n1 + n2), for the ratio too; the interval of a single stratum is Newcombe's. Equal is
    what is so in both: the difference, and the ratio within the four fifths.
    """
    strata, more, free = _weighed(_with_both(rows))
    both = [sum(one[side] for one in strata) for side in (0, 2)]
    apart = min(both) / clusters.wider(more, free, policy.level)
    if apart < policy.least_each:
        of = "either_side" if min(both) < policy.least_each else "weighed"
        return NotEnough(int(apart), policy.least_each, of=of), {}
    wide, narrow = (
        _difference(strata, more, free, level) for level in (policy.level, policy.equal_level)
    )
    seen, usual = (
        errors_needed(policy.level, power=power, freedom=free) for power in (0.5, policy.power)
    )
    alike = policy.equal_level
    times = common_ratio(strata, inflation=clusters.wider(more, free, alike), level=alike)
    p = _p(strata, more, free)
    equal = narrow.within(-policy.equal_within, policy.equal_within) and times.within(
        policy.four_fifths, 1 / policy.four_fifths
    )
    details = {
        "p": p, "verdict": _verdict(p, policy, equal=equal), "small": both[0], "big": both[1],
        "ratio": round(times.value, 3), "four_fifths": policy.four_fifths,
        "flag": "below" if times.value < policy.four_fifths else "above",
        "could_show": (wide.high - wide.low) / 2 * usual / seen,
        "freedom": round(min(free, 9_999.0), 1),
    }  # fmt: skip
    return wide, details


def _weighed(rows: Rows) -> tuple[list[lift.Stratum], float, float]:
    """Return both sides' counts by stratum, and the inflation and freedom of their difference."""
    totals: dict[str, list[int]] = {}
    by_one: dict[tuple[str, object], list[int]] = {}
    for i, row in enumerate(rows):
        at, whose = 2 * SIZES.index(row["size"]), row.get("customer") or i
        for one in (totals.setdefault(row["stratum"], [0] * 4),
                    by_one.setdefault((row["stratum"], whose), [0] * 4)):  # fmt: skip
            one[at], one[at + 1] = one[at] + int(row["n"]), one[at + 1] + int(row["k"] or 0)
    strata: list[lift.Stratum] = [(n, a, m, b) for n, a, m, b in totals.values()]
    several = len({whose for _, whose in by_one}) < sum(n + m for n, _, m, _ in strata)
    if not several or any(row.get("customer") is None for row in rows):
        return strata, 1.0, inf
    places, customers = zip(*by_one, strict=True)
    told: list[lift.Stratum] = [(n, a, m, b) for n, a, m, b in by_one.values()]
    return strata, *lift.crowding(places, customers, told)


def _difference(strata: Sequence[lift.Stratum], more: float, free: float, level: float) -> Estimate:
    if len(strata) > 1:
        return lift.lift(strata, inflation=more, freedom=free, level=level)
    [(n, a, m, b)] = strata
    wide = clusters.wider(more, free, level)
    return replace(newcombe(a / wide, n / wide, b / wide, m / wide, level=level), n=n + m)


def _p(strata: Sequence[lift.Stratum], more: float, free: float) -> float:
    """Mantel and Haenszel's test; Fisher's for a single stratum where each speaks once."""
    [(n, a, m, b), *others] = strata
    if others or isfinite(free):
        return lift.chance(strata, inflation=more, freedom=free)
    return fisher(a, n, b, m).p


def common_ratio(
    strata: Sequence[lift.Stratum], *, inflation: float = 1.0, level: float
) -> Estimate:
    """Estimate how many times as often the first sides' k come, within strata.

    Mantel and Haenszel's ratio with the variance of Greenland and Robins 1985, Biometrics 41:55. Of
    one stratum, and where a side has none or both have all, it is the plain ratio.

    >>> round(common_ratio([(60, 45, 60, 54), (12, 9, 10, 9)], level=0.95).value, 3)
    0.833
    """
    n, a, m, b = (np.array(strata).sum(axis=0) / inflation).tolist()
    if len(strata) == 1 or 0 in (a, b) or (a == n and b == m):
        return ratio(a, n, b, m, level=level)
    up = down = spread = 0.0
    for n, a, m, b in strata:
        up, down = up + a * m / (n + m), down + b * n / (n + m)
        spread += (n * m * (a + b) - a * b * (n + m)) / (n + m) ** 2
    half = reach(level=level) * sqrt(inflation * spread / (up * down))
    low, high = (up / down * exp(side * half) for side in (-1, 1))
    return Estimate(
        up / down, low, high, int(np.array(strata)[:, ::2].sum()), "Mantel-Haenszel ratio", level
    )


def _worse(unequal: Reading, alike: float) -> str:
    result = unequal.result
    value = result.value if isinstance(result, Estimate) else float(unequal.details["counted"])
    low = value < alike
    return "small fare worse" if low else "big fare worse"


def _together(found: Sequence[Reading], policy: RespectPolicy) -> list[Reading]:
    """Hold the family together: what Holm does not bear out is "not shown".

    And what could be shown is what each could at the level that Holm asks of the first of so many.
    What stays unequal names the side that fares worse: an owner must know whose cases to read.
    """
    speak = [i for i, reading in enumerate(found) if "p" in reading.details]
    adjusted = holm([float(found[i].details["p"]) for i in speak])
    told = list(found)
    for i, p in zip(speak, adjusted, strict=True):
        alike = 0.5 if found[i].unit == "chance" else 0.0
        details = dict(found[i].details)
        free = float(details["freedom"])
        strict, alone = (
            errors_needed(1 - (1 - policy.level) / asked, power=policy.power, freedom=free)
            for asked in (len(speak), 1)
        )
        size = alike + (float(details["could_show"]) - alike) * strict / alone
        details |= {"p": round(p, 4), "could_show": round(min(1.0, size), 3)}
        if alike:
            details |= {"could_show_less": round(1 - float(details["could_show"]), 3)}
        if details["verdict"] == "unequal":
            details["verdict"] = "not shown" if p >= 1 - policy.level else _worse(found[i], alike)
        told[i] = replace(found[i], details=details)
    return told
