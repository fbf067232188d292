"""Inequality: how evenly a load lies on several shoulders."""

from __future__ import annotations

from collections.abc import Sequence

from wingbeat.stats.results import WrongNumber, all_finite


def gini(loads: Sequence[float]) -> float:
    """Say how unevenly a load is shared: 0 when all carry the same, (n - 1)/n when one carries all.

    Over ascending loads: 2 sum(i x_i) / (n sum(x)) - (n + 1)/n. Unit: share, 0 to 1. A load of
    nothing at all is evenly shared. Source: Gini 1912.

    >>> round(gini([2, 3, 5, 10]), 3)
    0.325
    """
    if not loads or min(loads) < 0:
        raise WrongNumber.of("loads", list(loads), "one or more loads of 0 or above")
    all_finite("loads", loads)
    total, n = sum(loads), len(loads)
    if total == 0:
        return 0.0
    weighted = sum(i * x for i, x in enumerate(sorted(loads), start=1))
    return max(0.0, 2 * weighted / (n * total) - (n + 1) / n)
