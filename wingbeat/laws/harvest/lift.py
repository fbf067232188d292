"""The difference that an act makes, joined over strata."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from scipy import stats

from wingbeat.stats import Estimate
from wingbeat.stats.shares import newcombe

Stratum = tuple[int, int, int, int]  # sown, of them good, not sown, of them good


def lift(
    strata: Iterable[Stratum], *, spread: tuple[float, int] | None = None, level: float = 0.95
) -> Estimate:
    """Estimate the common difference of shares, sown minus not sown, inside strata.

    d = sum(w_i d_i) / sum(w_i) with w_i = n_i m_i / (n_i + m_i). Variance of Greenland and Robins
    1985, Biometrics 41:55: sum of (a(n-a) m^3 + b(m-b) n^3) / (n m (n+m)^2) over (sum w)^2. Strata
    with nobody on one side say nothing and are left out. Where one customer stands in several,
    `spread` gives the sum of squares of what each moves, and how many there are (Liang and Zeger
    1986). Where nothing spreads at all, Newcombe's bounds of the totals stand in. Unit: difference
    of shares, -1 to 1.

    >>> found = lift([(100, 52, 100, 40)])
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.12, -0.02, 0.26)
    """
    usable = [(n, a, m, b) for n, a, m, b in strata if n and m]
    weight = sum(n * m / (n + m) for n, _, m, _ in usable)
    if not weight:
        raise ValueError("strata have nobody to compare; needed is one with both sides")
    d = sum((a / n - b / m) * n * m / (n + m) for n, a, m, b in usable) / weight
    total = sum(n + m for n, _, m, _ in usable)
    variance = sum(
        (a * (n - a) * m**3 + b * (m - b) * n**3) / (n * m * (n + m) ** 2) for n, a, m, b in usable
    )
    method = "Mantel-Haenszel, Greenland-Robins"
    if variance == 0:
        n, a, m, b = (sum(column) for column in zip(*usable, strict=True))
        wide = newcombe(a, n, b, m, level=level)
        low, high = d - (wide.value - wide.low), d + (wide.high - wide.value)
        return Estimate(d, max(-1.0, low), min(1.0, high), total, "Newcombe of the totals", level)
    if spread is not None and spread[1] > 1:
        variance, method = spread[0] * spread[1] / (spread[1] - 1), "Mantel-Haenszel, by customer"
    half = float(stats.norm.ppf((1 + level) / 2)) * sqrt(variance) / weight
    return Estimate(d, d - half, d + half, total, method, level)


def chance(found: Estimate) -> float:
    """Return the two-sided p value that belongs to a lift's interval: that of no difference.

    >>> round(chance(lift([(100, 52, 100, 40)])), 3)
    0.086
    """
    half = (found.high - found.low) / 2
    z = float(stats.norm.ppf((1 + found.level) / 2)) * abs(found.value)
    return float(2 * stats.norm.sf(z / half)) if half else float(found.value == 0)


def through_referrals(each: float, spread: float) -> float:
    """Return what one act brings when every good outcome brings `spread` more by referral.

    each / (1 - R), the sum of a geometric series; R is 0 to below 1, or there is no end to it.

    >>> through_referrals(1.5, 0.25)
    2.0
    """
    if not 0 <= spread < 1:
        raise ValueError(f"spread is {spread}; allowed is 0 to below 1")
    return each / (1 - spread)
