"""The difference of two shares, joined over strata: with an act and without, small and big."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf, sqrt

import numpy as np
from scipy import stats

from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import Floats, wider, worth
from wingbeat.stats.shares import newcombe, reach

Stratum = tuple[int, int, int, int]  # sown, of them good, not sown, of them good
UNITS = ((1, 0, 0, 0), (1, 1, 0, 0), (0, 0, 1, 0), (0, 0, 1, 1))  # one row of each sort


def lift(
    strata: Iterable[Stratum], *, inflation: float = 1.0, freedom: float = inf, level: float = 0.95
) -> Estimate:
    """Estimate the common difference of shares, sown minus not sown, inside strata.

    d = sum(w_i d_i) / sum(w_i) with w_i = n_i m_i / (n_i + m_i). Its variance holds for many thin
    strata as for few thick ones (Sato 1989, Biometrics 45:1323). Strata with nobody on one side say
    nothing and are left out. Where one customer stands in several, `inflation` says how many times
    the variance is that of independent messages (Kish 1965), and `freedom` (Student's t) of how few
    customers that is known. Where nothing spreads at all, Newcombe's bounds of the totals stand in,
    of as many fewer. Unit: difference of shares, -1 to 1.

    >>> found = lift([(100, 52, 100, 40)])
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.12, -0.02, 0.26)
    """
    usable = [(n, a, m, b) for n, a, m, b in strata if n and m]
    weight = sum(n * m / (n + m) for n, _, m, _ in usable)
    if not weight:
        raise ValueError("strata have nobody to compare; needed is one with both sides")
    d, variance = _moved(usable) / weight, _sato(usable)
    n, a, m, b = (sum(column) for column in zip(*usable, strict=True))
    if variance <= 1e-9:  # 0 but for rounding
        more = min(1e9, wider(inflation, freedom, level))
        wide = newcombe(a / more, n / more, b / more, m / more, level=level)
        low, high = d - (wide.value - wide.low), d + (wide.high - wide.value)
        return Estimate(d, max(-1.0, low), min(1.0, high), n + m, "Newcombe of the totals", level)
    half = reach(freedom, level=level) * sqrt(variance * inflation) / weight
    low, high = max(-1.0, d - half), min(1.0, d + half)
    return Estimate(d, low, high, n + m, "Mantel-Haenszel, Sato", level)


def chance(strata: Iterable[Stratum], *, inflation: float = 1.0, freedom: float = inf) -> float:
    """Return the two-sided p value of no difference in any stratum.

    The good ones among the sown are compared with what dealing them by lot would bring; without a
    correction for continuity. Source: Mantel and Haenszel 1959, JNCI 22:719.

    >>> round(chance([(100, 52, 100, 40)]), 3)
    0.089
    """
    usable = [(n, a, m, b) for n, a, m, b in strata if n and m]
    variance = sum(
        n * m * (a + b) * (n + m - a - b) / ((n + m) ** 2 * (n + m - 1)) for n, a, m, b in usable
    )
    far = abs(_moved(usable)) / sqrt(variance * inflation) if variance else 0.0
    return float(2 * stats.t.sf(far, freedom))


def crowding(
    stratum: Sequence[object], whose: Sequence[object], counts: Sequence[Stratum]
) -> tuple[float, float]:
    """Return `inflation` and `freedom` for the two above; a row holds one's counts in a stratum.

    T is the sum of squares of what leaving out each customer moves, R of leaving out each message
    by itself, V Sato's variance: inflation = 1 + (T - R)/V, never below 1. T alone would count what
    is independent twice in a stratum of two, where either one's leaving moves all of it (so do
    variances clustered in two ways: Cameron, Gelbach and Miller 2011, JBES 29:238). Freedom: as
    many customers as the smaller side is worth, less one; where V is 0, each counts once, without.

    >>> twice = [0, 0, 1, 1] * 10, [f"c{i // 4}{i % 2}" for i in range(40)]
    >>> told = [(1, i // 4 % 2, 0, 0) if i % 2 else (0, 0, 1, i // 8 % 2) for i in range(40)]
    >>> inflation, freedom = crowding(*twice, told)
    >>> round(inflation, 2), round(freedom, 2)
    (2.11, 9.0)
    """
    own = np.asarray(counts, dtype=float).reshape(-1, 4)
    at, who = (np.unique([str(x) for x in of], return_inverse=True)[1] for of in (stratum, whose))
    whole = np.zeros((at.max() + 1, 4))
    np.add.at(whole, at, own)
    moved, weight = _of_each(whole)
    d = moved.sum() / weight.sum()

    def moves(gone: Floats) -> Floats:
        left, still = _of_each(whole[at] - gone)
        by_it: Floats = moved[at] - d * weight[at] - (left - d * still)
        return by_it

    n, a, m, b = own.T
    together = float((np.bincount(who, moves(own)) ** 2).sum())
    alone = sum(float((count * moves(np.array(unit)) ** 2).sum())
                for count, unit in zip((n - a, a, m - b, b), UNITS, strict=True))  # fmt: skip
    told = (np.bincount(who, weight[at] * side / np.maximum(whole[at, column], 1))
            for side, column in ((n, 0), (m, 2)))  # fmt: skip
    variance = _sato([tuple(one) for one in whole[weight > 0].tolist()])
    free = min(worth(one) for one in told) - 1
    if variance > 1e-9:
        return max(1.0, 1 + (together - alone) / variance), free
    return max(_each_once(whose, side) for side in (n, m)), inf if free > 0 else free


def _each_once(whose: Sequence[object], of: Floats) -> float:
    """How many rows stand for one customer: each is known only once where nothing spreads."""
    sizes = np.bincount(np.unique([str(x) for x in whose], return_inverse=True)[1], of)
    return float(sizes.sum()) / worth(sizes)


def difference(
    whose: Sequence[object], first: Sequence[int], good: Sequence[int], of: Sequence[int],
    *, least: int, counted: str, level: float = 0.95,
) -> Estimate | NotEnough:  # fmt: skip
    """Estimate the difference of two shares where one customer stands for several.

    A row holds `good` of `of`, on the `first` side (1) or not (0). Newcombe's of as many fewer, by
    `crowding`, or of each customer once where a side does not spread; each side needs `least`.
    A row of none says nothing, and must not hide that others stand for several.

    >>> told = difference(range(40), [1, 0] * 20, [1, 1, 1, 0] * 10, [1] * 40, least=5, counted="")
    >>> told.value, round(told.low, 2), round(told.high, 2)
    (0.5, 0.24, 0.7)
    """
    rows = [row for row in zip(first, map(int, good), map(int, of), whose, strict=True) if row[2]]
    counts: list[Stratum] = [(n, k, 0, 0) if one else (0, 0, n, k) for one, k, n, _ in rows]
    whose = [row[3] for row in rows]
    n, a, m, b = (sum(row[column] for row in counts) for column in range(4))
    if min(n, m) < least:
        return NotEnough(min(n, m), least, of=counted)
    more, free = crowding([0] * len(counts), whose, counts)
    fewer = wider(more, free, level) if len(set(whose)) < n + m else 1.0
    if fewer == inf:
        return NotEnough(1, 2, of="one_customer")
    own = np.array(counts, dtype=float).T
    f, g = (fewer if 0 < k < side else max(fewer, _each_once(whose, own[column]))
            for k, side, column in ((a, n, 0), (b, m, 2)))  # fmt: skip
    return replace(newcombe(a / f, n / f, b / g, m / g, level=level), n=n + m)


def _of_each(whole: Floats) -> tuple[Floats, Floats]:
    """What each stratum moves, and its weight: 0 where a side is empty."""
    n, a, m, b = np.moveaxis(whole, -1, 0)
    both = np.maximum(n + m, 1)
    there = (n > 0) & (m > 0)
    return np.where(there, (a * m - b * n) / both, 0.0), np.where(there, n * m / both, 0.0)


def _sato(usable: Sequence[tuple[float, ...]]) -> float:
    d = _moved(usable) / sum(n * m / (n + m) for n, _, m, _ in usable)
    return sum(
        d * (n**2 * b - m**2 * a + n * m * (m - n) / 2) / (n + m) ** 2
        + (a * (m - b) + b * (n - a)) / (2 * (n + m))
        for n, a, m, b in usable
    )


def _moved(usable: Iterable[tuple[float, ...]]) -> float:
    """How many more good ones there are among the sown than if all were dealt by lot."""
    return sum((a / n - b / m) * n * m / (n + m) for n, a, m, b in usable)
