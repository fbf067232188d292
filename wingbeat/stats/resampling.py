"""Resampling: intervals where no formula fits. The seed is an argument, as time is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from wingbeat.stats.results import Estimate, WrongNumber, all_finite

Floats = npt.NDArray[np.float64]


def bootstrap(
    sample: Sequence[float],
    statistic: Callable[[Floats], float],
    *,
    seed: int,
    level: float = 0.95,
    rounds: int = 2000,
) -> Estimate:
    """Estimate any statistic of one sample by drawing it again and again (percentile interval).

    Unit: that of the statistic. Source: Efron 1979, Annals of Statistics 7:1.

    >>> e = bootstrap([52, 47, 50, 55, 49, 51, 48, 53, 50, 46], np.median, seed=1)
    >>> e.value, 47 < e.low < e.value < e.high < 53
    (50.0, True)
    """
    all_finite("sample", sample)
    values = np.asarray(sample, dtype=float)
    if len(values) < 2:
        raise WrongNumber.of("sample", f"{len(values)} values", "two or more")
    rng = np.random.default_rng(seed)
    drawn = [float(statistic(rng.choice(values, len(values)))) for _ in range(rounds)]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        float(statistic(values)), float(low), float(high), len(values), "bootstrap", level
    )
