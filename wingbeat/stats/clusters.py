"""Clusters: what one customer lives through again and again tells less than so many customers."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
import numpy.typing as npt
from scipy import stats


def design_effect(
    whose: Sequence[object],
    came: npt.ArrayLike,
    expected: npt.ArrayLike,
    *,
    variance: float,
    level: float = 0.95,
) -> float:
    """Say of how many rows only one counts, where rows of one cluster resemble one another.

    Per cluster r = came - (all came / all expected) expected, and h = its share of the expected:

        D = sum (r / (1 - h))^2 / variance * (t / z)^2,   never below 1

    `variance` is what rows that know nothing of one another would have; t has Kish's effective
    number of clusters, 1 / sum(h^2), less one, as degrees of freedom. A single cluster is no
    sample: infinite. Sources: Rao and Scott 1992, Biometrics 48:577; Korn and Graubard 1998,
    Survey Methodology 24:193.

    >>> kept, half = [1] * 50 + [0] * 50, [0.5] * 100
    >>> round(design_effect([i % 20 for i in range(100)], kept, half, variance=25), 2)
    1.0
    >>> round(design_effect([i // 5 for i in range(100)], kept, half, variance=25), 2)
    6.32
    """
    names, own = np.unique(np.asarray([str(one) for one in whose]), return_inverse=True)
    k, e = (np.bincount(own, np.asarray(c, dtype=float), len(names)) for c in (came, expected))
    if not (k.sum() > 0 and variance > 0):
        return 1.0
    h = e / e.sum()
    freedom = 1 / float((h**2).sum()) - 1
    if freedom <= 0 or h.max() >= 1:
        return inf
    apart = float((((k - h * k.sum()) / (1 - h)) ** 2).sum()) / variance
    tail = (1 + level) / 2
    return max(1.0, apart * float(stats.t.ppf(tail, freedom) / stats.norm.ppf(tail)) ** 2)
