"""Whether small customers are served as well as big ones, where their need is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isinf, sqrt
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.respect import measure
from wingbeat.laws.respect.policy import RespectPolicy
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.comparing import Verdict, detectable
from wingbeat.stats.families import holm
from wingbeat.stats.shares import newcombe, ratio
from wingbeat.stats.survival import Durations, cox, log_rank

NEEDS = ("conversations", "messages")
MAY_USE = ("promises", "causes", "grants")
POLICY = RespectPolicy
Rows = Sequence[Mapping[str, Any]]


def report(tables: Mapping[str, Any], policy: RespectPolicy, *, as_of: int) -> Report:
    """Return one reading a metric, each with its verdict, held together by Holm."""
    talks = tables["conversations"]
    waits = measure.waits(talks, tables["messages"], as_of=as_of)
    found = [_waits(waits.to_pyarrow().to_pylist(), policy)]
    if "promises" in tables:
        kept = measure.promises(talks, tables["promises"], as_of=as_of).to_pyarrow().to_pylist()
        result, details = shares(kept, policy)
        found.append(
            Reading("respect.kept", result, "difference of shares", "b15", "need", details)
        )
    if "causes" in tables and "grants" in tables:
        given = measure.granted(talks, tables["causes"], tables["grants"], as_of=as_of)
        result, details = shares(given.to_pyarrow().to_pylist(), policy)
        found.append(
            Reading("respect.granted", result, "difference of shares", "b15", "need", details)
        )
    return Report(tuple(_together(found, policy)), {"waits": waits})


def _waits(rows: Rows, policy: RespectPolicy) -> Reading:
    result, details = smaller_waits(rows, policy)
    return Reading("respect.first_words", result, "chance", "b15", "need", details)


def smaller_waits(rows: Rows, policy: RespectPolicy) -> tuple[Estimate | NotEnough, dict[str, Any]]:
    """Estimate the chance that a small customer waits less than a big one of the same stratum.

    Rows: `stratum, size, seconds, ended, open`. The details hold the p value of the stratified
    log-rank test, the verdict before Holm, and the chance that these numbers could have shown.
    """
    all_waits, size, stratum = _unfold(_with_both(rows))
    small, ended = size == "small", all_waits.ended
    each = [int((small & ended).sum()), int((~small & ended).sum())]
    if min(each) < policy.least_each:
        return NotEnough(min(each), policy.least_each, of="answered"), {}
    sides = all_waits.only(small), all_waits.only(~small)
    strata = stratum[small].tolist(), stratum[~small].tolist()
    test = log_rank(*sides, strata=strata)
    wide, narrow = (
        _chance(cox(all_waits, small.astype(float), strata=stratum.tolist(), level=level)[0])
        for level in (policy.level, 0.90)
    )
    details = {
        "p": test.p, "verdict": _verdict(narrow, test.p, policy),
        "could_show": round(detectable(*each, level=policy.level), 3),
        "small": each[0], "big": each[1],
    }  # fmt: skip
    return wide, details


def _with_both(rows: Rows) -> Rows:
    """Keep strata in which both sizes wait: elsewhere nobody can be compared with anybody."""
    sizes: dict[str, set[str]] = {}
    for row in rows:
        sizes.setdefault(row["stratum"], set()).add(row["size"])
    return [row for row in rows if len(sizes[row["stratum"]]) == 2]


def _unfold(rows: Rows) -> tuple[Durations, Any, Any]:
    """One entry a wait, with its size and stratum, out of the counts that the engine made."""
    ended, still_open = ([int(r[c] or 0) for r in rows] for c in ("ended", "open"))
    waits = Durations.of_counts([max(0, r["seconds"]) for r in rows], ended, still_open)
    size, stratum = (
        np.repeat(np.array([r[c] for r in rows] * 2, dtype=object), [*ended, *still_open])
        for c in ("size", "stratum")
    )
    return waits, size, stratum


def _chance(hazard: Estimate) -> Estimate:
    ends = (hazard.value, hazard.low, hazard.high)
    value, low, high = (1.0 if isinf(h) else h / (1 + h) for h in ends)
    method = "stratified Cox, h/(1+h)"
    return replace(hazard, value=value, low=low, high=high, method=method)


def _verdict(narrow: Estimate, p: float, policy: RespectPolicy) -> Verdict:
    if narrow.within(policy.margin_low, policy.margin_high):
        return "equal"
    return "unequal" if p < 1 - policy.level else "not shown"


def shares(rows: Rows, policy: RespectPolicy) -> tuple[Estimate | NotEnough, dict[str, Any]]:
    """Estimate by how much small customers' share differs, small minus big, within strata.

    Rows: `stratum, size, k, n`. Mantel-Haenszel weights n1 n2 / (n1 + n2); the interval of a single
    stratum is Newcombe's. The ratio and its four-fifths flag are of the plain totals.
    """
    by: dict[str, dict[str, tuple[int, int]]] = {}
    for row in rows:
        by.setdefault(row["stratum"], {})[row["size"]] = (int(row["k"] or 0), int(row["n"]))
    pairs = [(c["small"], c["big"]) for c in by.values() if len(c) == 2]
    n1, n2 = (sum(pair[side][1] for pair in pairs) for side in (0, 1))
    if min(n1, n2) < policy.least_each:
        return NotEnough(min(n1, n2), policy.least_each, of="conversations"), {}
    k1, k2 = (sum(pair[side][0] for pair in pairs) for side in (0, 1))
    wide, narrow = (_difference(pairs, level) for level in (policy.level, 0.90))
    half = max((wide.high - wide.low) / 2, 1e-12)
    z = float(stats.norm.ppf((1 + policy.level) / 2))
    plain = ratio(k1, n1, k2, n2)
    equal = narrow.within(-policy.equal_within, policy.equal_within)
    p = _p(pairs)
    verdict: Verdict = "equal" if equal else "unequal" if p < 1 - policy.level else "not shown"
    details = {
        "p": p, "verdict": verdict, "small": n1, "big": n2,
        "ratio": round(plain.value, 3), "below_four_fifths": int(plain.value < policy.four_fifths),
        "could_show": round(half * (z + float(stats.norm.ppf(0.8))) / z, 3),
    }  # fmt: skip
    return wide, details


Pairs = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def _difference(pairs: Pairs, level: float) -> Estimate:
    weights = np.array([a[1] * b[1] / (a[1] + b[1]) for a, b in pairs])
    weights = weights / weights.sum()
    parts = [newcombe(*a, *b, level=level) for a, b in pairs]
    value = float(sum(w * e.value for w, e in zip(weights, parts, strict=True)))
    down = sqrt(sum((w * (e.value - e.low)) ** 2 for w, e in zip(weights, parts, strict=True)))
    up = sqrt(sum((w * (e.high - e.value)) ** 2 for w, e in zip(weights, parts, strict=True)))
    n = sum(e.n for e in parts)
    return Estimate(value, value - down, value + up, n, "stratified Newcombe", level)


def _p(pairs: Pairs) -> float:
    """Mantel and Haenszel's test, not corrected for continuity; Fisher's for a single stratum."""
    if len(pairs) == 1:
        (k1, n1), (k2, n2) = pairs[0]
        return float(stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]]).pvalue)
    surplus, variance = mantel_haenszel(pairs)
    return float(stats.chi2.sf(surplus**2 / variance, 1)) if variance else 1.0


def mantel_haenszel(pairs: Pairs) -> tuple[float, float]:
    """Return by how much the first sides' counts exceed what chance foretells, and its variance.

    Source: Mantel and Haenszel 1959, Journal of the National Cancer Institute 22:719.

    >>> mantel_haenszel([((1, 2), (1, 2))])
    (0.0, 0.3333333333333333)
    """
    surplus = variance = 0.0
    for (k1, n1), (k2, n2) in pairs:
        n, k = n1 + n2, k1 + k2
        surplus += k1 - n1 * k / n
        variance += n1 * n2 * k * (n - k) / (n * n * (n - 1)) if n > 1 else 0.0
    return surplus, variance


def _together(found: Sequence[Reading], policy: RespectPolicy) -> list[Reading]:
    """Hold the family together: what Holm does not bear out is "not shown"."""
    speak = [i for i, reading in enumerate(found) if "p" in reading.details]
    adjusted = holm([float(found[i].details["p"]) for i in speak])
    told = list(found)
    for i, p in zip(speak, adjusted, strict=True):
        details = dict(found[i].details) | {"p": round(p, 4)}
        if details["verdict"] == "unequal" and p >= 1 - policy.level:
            details["verdict"] = "not shown"
        told[i] = replace(found[i], details=details)
    return told
