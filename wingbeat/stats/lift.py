"""The difference of two shares, joined over strata: with an act and without, small and big."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, sqrt

from scipy import stats

from wingbeat.stats import Estimate
from wingbeat.stats.shares import newcombe

Stratum = tuple[int, int, int, int]  # sown, of them good, not sown, of them good


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
    d = _moved(usable) / weight
    n, a, m, b = (sum(column) for column in zip(*usable, strict=True))
    variance = sum(
        d * (n**2 * b - m**2 * a + n * m * (m - n) / 2) / (n + m) ** 2
        + (a * (m - b) + b * (n - a)) / (2 * (n + m))
        for n, a, m, b in usable
    )
    z, t = (float(stats.t.ppf((1 + level) / 2, free)) for free in (inf, freedom))
    if variance <= 1e-9:  # 0 but for rounding
        more = min(1e9, inflation * (t / z) ** 2)
        wide = newcombe(a / more, n / more, b / more, m / more, level=level)
        low, high = d - (wide.value - wide.low), d + (wide.high - wide.value)
        return Estimate(d, max(-1.0, low), min(1.0, high), n + m, "Newcombe of the totals", level)
    half = t * sqrt(variance * inflation) / weight
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


def _moved(usable: Iterable[Stratum]) -> float:
    """How many more good ones there are among the sown than if all were dealt by lot."""
    return sum((a / n - b / m) * n * m / (n + m) for n, a, m, b in usable)
