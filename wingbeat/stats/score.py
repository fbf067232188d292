"""The score interval of a share, without any package: light enough for a page of the desk."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson_bounds(k: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of k of n, n > 0. Unit: share, 0 to 1.

    All p with |k/n - p| <= z sqrt(p (1 - p) / n). A sum of scores from 0 to 1 will do for k: it
    spreads no further. Source: Wilson 1927, JASA 22:209.

    >>> low, high = wilson_bounds(47, 50)
    >>> round(low, 3), round(high, 3)
    (0.838, 0.979)
    """
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (k + z2 / 2) / (n + z2)
    half = sqrt(z2 * (k * (n - k) / n + z2 / 4)) / (n + z2)
    return max(0.0, middle - half), min(1.0, middle + half)
