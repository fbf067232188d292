"""Comparing two groups: what is said of them, and what size could have been seen."""

from __future__ import annotations

from math import inf, sqrt
from typing import Literal

from scipy import stats

Verdict = Literal["equal", "unequal", "not shown"]


def detectable(
    n1: float, n2: float, *, level: float = 0.95, power: float = 0.80, freedom: float = inf
) -> float:
    """Say the smallest p above 0.5 that two groups of these sizes would usually show.

    Noether: z^2 = 12 N c (1 - c) (p - 1/2)^2 with c = n1/N. Unit: share, 0.5 to 1.
    Source: Noether 1987, JASA 82:645.

    >>> round(detectable(363, 363), 2), round(detectable(67, 67), 2)
    (0.56, 0.64)
    """
    errors = errors_needed(level, power=power, freedom=freedom)
    return min(1.0, 0.5 + errors / sqrt(12 * n1 * n2 / (n1 + n2)))


def errors_needed(level: float, *, power: float, freedom: float = inf) -> float:
    """Say how many standard errors large a difference must be to be told as often as `power`.

    By Student's t of so many degrees of freedom, where few customers tell the error.

    >>> round(errors_needed(0.95, power=0.8), 2), round(errors_needed(0.95, power=0.5), 2)
    (2.8, 1.96)
    """
    return float(stats.t.ppf((1 + level) / 2, freedom) + stats.t.ppf(power, freedom))
