"""Clusters: what one customer lives through again and again tells less than so many customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from wingbeat.stats.results import Estimate, NotEnough
from wingbeat.stats.shares import reach, wilson

Floats = npt.NDArray[np.float64]
# Customers. Below it Student's t has less than one freedom, and any range is an empty one.
LEAST_WORTH = 2.0


def worth(sizes: npt.ArrayLike) -> float:
    """Say how many clusters of one size tell as much as these: (sum n)^2 / sum n^2 (Kish 1965).

    >>> worth([5, 5, 5]), round(worth([100, 1, 1]), 2)
    (3.0, 1.04)
    """
    n = np.asarray(sizes, dtype=float)
    return float(n.sum() ** 2 / (n**2).sum())


def share_of(
    good: npt.ArrayLike, of: npt.ArrayLike, whose: npt.ArrayLike, *,
    method: Callable[..., Estimate] = wilson, level: float = 0.95,
) -> Estimate | NotEnough:  # fmt: skip
    """Estimate a share where one customer stands for several: the method's, of D times fewer.

    A row holds `good` of `of`; of none it says nothing. Per customer r = good - share n, and h = n
    over all. D = (sum (r / (1 - h))^2 + m^2/4) / (N p (1 - p) + m/4) (t / z)^2, never below 1, m =
    N over the customers that the rows are worth, t of as many degrees of freedom, less one. m is
    one customer more, of whom all are alike: near 0 and 1 those unlike the others are too few to be
    seen. Where each stands for one, D is 1; at 0 and 1 each customer counts once. Rows worth less
    than two customers are no sample. From: Rao and Scott 1992, Biometrics 48:577; Korn and Graubard
    1998, Survey Methodology 24:193.

    >>> apart = share_of([10] * 5 + [0] * 5, [10] * 10, range(10))
    >>> round(apart.low, 2), round(share_of([5] * 10, [10] * 10, range(10)).low, 2)
    (0.19, 0.39)
    """
    there = np.asarray(of) > 0
    names, own = np.unique(np.asarray(whose)[there], return_inverse=True)
    k, n = (np.bincount(own, np.asarray(c, dtype=float)[there], len(names)) for c in (good, of))
    rows, share = float(n.sum()), float(k.sum() / n.sum())
    freedom = worth(n) - 1
    if rows > 1 and worth(n) < LEAST_WORTH - 1e-9:
        return NotEnough(1, int(LEAST_WORTH), of="one_customer")
    few = rows / worth(n)
    if 0 < share < 1 and rows > len(names):
        apart = (((k - share * n) / (1 - n / rows)) ** 2).sum()
        few = float(fewer(rows * share * (1 - share), apart, few, freedom, level))
    found = method(share * rows / few, rows / few, level=level)
    low, high = min(found.low, share), max(found.high, share)  # rounding apart, they hold it
    return replace(found, value=share, low=low, high=high, n=int(rows))


def fewer(
    spread: npt.ArrayLike, apart: npt.ArrayLike, each: npt.ArrayLike, freedom: float, level: float
) -> Floats:
    """Return the D of `share_of`: `spread` is N p (1 - p), `apart` the squares, `each` m.

    >>> float(fewer(25, 250, 10, 9, 0.95).round(1)), float(fewer(25, 0, 1, 9, 0.95).round(1))
    (13.3, 1.0)
    """
    m = np.asarray(each)
    more = (np.asarray(apart) + m**2 / 4) / (np.asarray(spread) + m / 4)
    found: Floats = np.maximum(1.0, wider(more, freedom, level))
    return found


def wider(inflation: Any, freedom: float, level: float) -> Any:
    """Return as many times the variance as Student's t of so few customers makes of it.

    >>> round(wider(1, 9, 0.95), 2), wider(1, 0, 0.95)
    (1.33, inf)
    """
    times = reach(freedom, level=level) / reach(level=level) if freedom > 1e-9 else inf
    return inflation * times**2


def wilson_of(share: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """Return Wilson's bounds of shares of n, 0 to 1 where n is 0.

    >>> low, high = wilson_of(np.array([0.94]), np.array([50.0]), 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.838, 0.979)
    """
    z2 = reach(level=level) ** 2
    half = np.sqrt(z2 * (n * share * (1 - share) + z2 / 4))
    return (n * share + z2 / 2 - half) / (n + z2), (n * share + z2 / 2 + half) / (n + z2)


def products(columns: Floats, whose: npt.ArrayLike) -> Floats:
    """Return, for each cluster, its rows' sums of products of columns (rows x columns).

    >>> products(np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]), ["a", "a", "b"]).tolist()
    [[[2.0, 5.0], [5.0, 13.0]], [[1.0, 5.0], [5.0, 25.0]]]
    """
    names, own = np.unique(np.asarray(whose), return_inverse=True)
    sums = np.zeros((len(names), columns.shape[1], columns.shape[1]))
    np.add.at(sums, own, columns[:, :, None] * columns[:, None, :])
    return sums


def second_slope(sums: Floats) -> Floats:
    """Return the slope of the last column on the second, the others held, from `products`."""
    slopes: Floats = np.linalg.pinv(sums[..., :-1, :-1]) @ sums[..., :-1, -1:]
    return slopes[..., 1, 0]


def jackknife(parts: Floats, of: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """Return what a sum over clusters yields, and its errors by leaving out each in turn.

    sqrt((c - 1)/c sum (without - mean)^2) over c clusters. Source: Tukey 1958, Annals of
    Mathematical Statistics 29:614.

    >>> mean, error = jackknife(np.array([[1.0, 2.0], [1.0, 4.0]]), lambda s: s[..., 1] / s[..., 0])
    >>> float(mean), float(error)
    (3.0, 1.0)
    """
    whole, count = parts.sum(axis=0), len(parts)
    without = of(whole - parts)
    apart = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return of(whole), np.sqrt((count - 1) / count * apart)
