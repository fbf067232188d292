"""Comparing two groups of closed cases, over strata, too: who fares better, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from wingbeat.stats import Estimate, Tested, WrongNumber
from wingbeat.stats.comparing import Verdict
from wingbeat.stats.results import all_finite

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Smaller:
    """The chance that one group has the smaller value: estimate, its 90 % twin, and test."""

    share: Estimate
    share_90: Estimate
    test: Tested


def smaller(one: Sequence[float], other: Sequence[float], *, level: float = 0.95) -> Smaller:
    """Estimate p = P(X < Y) + P(X = Y)/2 for X in `one`, Y in `other`, variances free to differ.

    For waits, p above 0.5 says that `one` waits less. Interval and test by Brunner and Munzel with
    Satterthwaite's degrees of freedom. Unit: share, 0.5 is no difference.
    Source: Brunner and Munzel 2000, Biometrical Journal 42:17.

    >>> x = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
    >>> found = smaller(x, [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4])
    >>> round(found.share.value, 6), round(found.test.statistic, 5), round(found.test.p, 7)
    (0.788961, 3.13747, 0.0057862)
    """
    p, v1, v2 = placements(np.asarray(one, dtype=float), np.asarray(other, dtype=float))
    variance, n = v1 + v2, len(one) + len(other)
    if variance == 0:  # all pairs tell the same, so their spread tells nothing
        return _alike(p, len(one), len(other), level)
    freedom = variance**2 / (v1**2 / (len(one) - 1) + v2**2 / (len(other) - 1))
    statistic = (p - 0.5) / sqrt(variance)
    test = Tested(statistic, float(2 * stats.t.sf(abs(statistic), freedom)), n, "Brunner-Munzel")

    def within(asked: float) -> Estimate:
        half = float(stats.t.ppf((1 + asked) / 2, freedom)) * sqrt(variance)
        return Estimate(p, max(0.0, p - half), min(1.0, p + half), n, "Brunner-Munzel", asked)

    return Smaller(within(level), within(0.90), test)


def _alike(p: float, n1: int, n2: int, level: float) -> Smaller:
    """Say how sure one may be where every pair told the same: no overlap, or nothing but ties.

    min(n1, n2) pairs share no member, so their exact binomial bound holds; the test counts deals.
    """
    n, method = n1 + n2, "exact, pairs alike"

    def within(asked: float) -> Estimate:
        half = unseen(n1, n2, asked) * (0.5 if p == 0.5 else 1.0)
        return Estimate(p, max(0.0, p - half), min(1.0, p + half), n, method, asked)

    deals = 1.0 if p == 0.5 else min(1.0, 2 / comb(n, n1))
    return Smaller(within(level), within(0.90), Tested(p - 0.5, deals, n, method))


def unseen(n1: int, n2: int, level: float) -> float:
    """The largest share of other pairs that min(n1, n2) alike ones leave likely enough."""
    return float(1 - ((1 - level) / 2) ** (1 / min(n1, n2)))


def placements(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Share and the two parts of its variance, by ranks within and over both groups."""
    if min(len(x), len(y)) < 2:
        raise WrongNumber.of("group", f"{len(x)} and {len(y)} values", "two or more in each")
    all_finite("one", x)
    all_finite("other", y)
    ranks = stats.rankdata(np.concatenate([x, y]))
    placed_x = ranks[: len(x)] - stats.rankdata(x)  # how many of y lie below each x
    placed_y = ranks[len(x) :] - stats.rankdata(y)
    p = float(placed_y.mean() / len(x))
    v1 = float(np.var(placed_x, ddof=1)) / (len(x) * len(y) ** 2)
    v2 = float(np.var(placed_y, ddof=1)) / (len(y) * len(x) ** 2)
    return p, v1, v2


def smaller_in_strata(
    strata: Mapping[str, tuple[Sequence[float], Sequence[float]]], *, level: float = 0.95
) -> Smaller:
    """Estimate the same share inside each stratum, and join them.

    Weights n1 n2 / (n1 + n2 + 1) (van Elteren 1960), variances add; strata in which a group has
    fewer than two are left out. It guards against Simpson's paradox: small customers who ask the
    slower kind of question are not treated worse for that.

    >>> quick, slow = ([1, 2, 3, 4], [1, 2, 3, 4, 4]), ([11, 12, 13, 14, 11], [11, 12, 13, 14])
    >>> found = smaller_in_strata({"address": quick, "refund": slow})
    >>> found.share.within(0.1, 0.9) and not found.share.excludes(0.5)
    True
    """
    usable = [(a, b) for a, b in strata.values() if min(len(a), len(b)) >= 2]
    if not usable:
        raise WrongNumber.of("strata", len(strata), "at least one with two or more in both groups")
    rows = [placements(np.asarray(a, dtype=float), np.asarray(b, dtype=float)) for a, b in usable]
    weights = np.array([len(a) * len(b) / (len(a) + len(b) + 1) for a, b in usable])
    weights = weights / weights.sum()
    p = float(sum(w * row[0] for w, row in zip(weights, rows, strict=True)))
    # A stratum whose pairs all tell the same has no spread of its own; its exact bound stands in.
    variances = [
        row[1] + row[2] or (unseen(len(a), len(b), level) / stats.norm.ppf((1 + level) / 2)) ** 2
        for row, (a, b) in zip(rows, usable, strict=True)
    ]
    spread = sqrt(sum(w**2 * v for w, v in zip(weights, variances, strict=True)))
    n, method = sum(len(a) + len(b) for a, b in usable), "stratified Brunner-Munzel"
    z = (p - 0.5) / spread

    def within(asked: float) -> Estimate:
        half = float(stats.norm.ppf((1 + asked) / 2)) * spread
        return Estimate(p, max(0.0, p - half), min(1.0, p + half), n, method, asked)

    return Smaller(
        within(level), within(0.90), Tested(z, float(2 * stats.norm.sf(abs(z))), n, method)
    )


def verdict(found: Smaller, *, low: float = 0.44, high: float = 0.56, p: float = 0.05) -> Verdict:
    """Say "unequal" by the test, "equal" only by two one-sided tests, and otherwise "not shown".

    Equality is claimed when the 90 % interval lies wholly inside the margin. An inequality inside
    the margin is both and is called equal: too small to matter. Source: Schuirmann 1987,
    J. Pharmacokinetics and Biopharmaceutics 15:657; margin: Vargha and Delaney 2000.

    >>> verdict(smaller(list(range(400)), list(range(400))))
    'equal'
    >>> verdict(smaller([1, 2, 3], [2, 3, 4]))
    'not shown'
    """
    if found.share_90.within(low, high):
        return "equal"
    return "unequal" if found.test.p < p else "not shown"
