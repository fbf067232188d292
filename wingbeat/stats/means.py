"""Means of what lies between two bounds, where a few far away may not have been seen yet."""

from __future__ import annotations

import numpy as np

from wingbeat.stats.clusters import Floats
from wingbeat.stats.results import Estimate, WrongNumber

ROUNDS, GRAINS = 10_000, 500  # draws; steps from the lowest to the highest


def bounded_mean(
    values: Floats, lowest: float, highest: float, *, seed: int, level: float = 0.95
) -> Estimate:
    """Estimate the mean of values between `lowest` and `highest`, with one value more at either.

    The values are weighed anew by exponential draws (Dirichlet's of ones), together with one more
    at the lowest bound for the low end, at the highest for the high end: where one in twenty lies
    far off, many samples of twenty show none, and Student's t is sure of what it has not seen. Of
    values all alike it is the exact bound of those unlike, of noughts and ones Clopper and
    Pearson's. Unit: that of the values. Source: Gaffke 2005, Mathematical Methods of Statistics
    14:451; Learned-Miller and Thomas 2019, arXiv:1905.06208.

    >>> found = bounded_mean(np.full(20, 0.5), 0.0, 1.0, seed=1)
    >>> found.value, round(found.low, 1), round(found.high, 1)
    (0.5, 0.4, 0.6)
    """
    step = (highest - lowest) / GRAINS
    if not (len(values) and lowest - step < values.min() and values.max() < highest + step):
        raise WrongNumber.of("values", values, f"one or more from {lowest} to {highest}")
    mean = float(values.mean())
    places, counts = np.unique(np.round((values - lowest) / step), return_counts=True)
    kinds = lowest + step * places
    kinds += mean - float(kinds @ counts) / len(values)  # rounding moves no mean
    rng = np.random.default_rng(seed)
    weights = rng.standard_gamma(counts, (ROUNDS, len(counts)))
    one, tail = rng.standard_exponential(ROUNDS), (1 - level) / 2
    total = weights.sum(axis=1) + one
    low, high = (
        float(np.quantile((weights @ kinds + one * bound) / total, share))
        for bound, share in ((lowest, tail), (highest, 1 - tail))
    )
    return Estimate(mean, low, high, len(values), "one more at either bound, Dirichlet", level)
