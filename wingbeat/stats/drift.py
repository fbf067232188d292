"""Drift: whether a series has moved, with the false alarms stated beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from wingbeat.stats.results import WrongNumber, all_finite

MEAN_RANGE_TO_LIMIT = 2.66  # 3 / 1.128, the mean of a range of two in standard deviations


@dataclass(frozen=True, slots=True)
class Limits:
    """Natural limits of a series, and where it spoke (indexes of the points)."""

    mean: float
    low: float
    high: float
    outside: tuple[int, ...]
    runs: tuple[int, ...]


def xmr(values: Sequence[float]) -> Limits:
    """Draw the limits of a series from its own moving ranges: mean -+ 2.66 mean range.

    `outside` lists the points beyond; `runs` the points that end eight in a row on one side.
    Unit: that of the series. Source: Shewhart 1931; Wheeler 1993, Understanding Variation.

    >>> limits = xmr([52, 47, 50, 55, 49, 51, 48, 53, 50, 46])
    >>> round(limits.mean, 2), round(limits.low, 2), round(limits.high, 2)
    (50.1, 39.46, 60.74)
    """
    if len(values) < 2:
        raise WrongNumber.of("values", f"{len(values)} points", "two or more")
    all_finite("values", values)
    x = np.asarray(values, dtype=float)
    mean, reach = float(x.mean()), MEAN_RANGE_TO_LIMIT * float(np.abs(np.diff(x)).mean())
    outside = tuple(int(i) for i in np.flatnonzero(np.abs(x - mean) > reach))
    side = np.sign(x - mean)
    runs = [i for i in range(7, len(x)) if side[i] and (side[i - 7 : i + 1] == side[i]).all()]
    return Limits(mean, mean - reach, mean + reach, outside, tuple(runs))


@dataclass(frozen=True, slots=True)
class Alarm:
    """When a chart rang (index, None if never), to which side, and its two running sums."""

    at: int | None
    up: bool
    above: tuple[float, ...]
    below: tuple[float, ...]


def cusum(z: Sequence[float], *, k: float = 0.5, h: float = 5.0) -> Alarm:
    """Sum what lies beyond `k` on either side, and ring when a sum passes `h`.

    S+ = max(0, S+ + z - k), S- = max(0, S- - z - k), z in standard deviations from the target.
    Source: Page 1954, Biometrika 41:100.

    >>> ratings = [4.5, 4.0, 3.5, 4.0, 3.0, 3.5, 3.0]
    >>> alarm = cusum([(r - 4.5) / 0.5 for r in ratings])
    >>> alarm.below, alarm.at
    ((0.0, 0.5, 2.0, 2.5, 5.0, 6.5, 9.0), 5)
    """
    all_finite("z", z)
    above, below, plus, minus = [], [], 0.0, 0.0
    for value in z:
        plus, minus = max(0.0, plus + value - k), max(0.0, minus - value - k)
        above.append(plus)
        below.append(minus)
    return _alarm(above, below, h)


def page_hinkley(values: Sequence[float], *, delta: float, threshold: float) -> Alarm:
    """Watch a stream for a rise or fall of its mean, without a target and without a baseline.

    With the running mean m: U = sum of (x - m - delta), ring when U is more than `threshold` above
    its lowest, 0 included; the mirror image for falls. Delta is half the shift to catch, and the
    threshold what false alarms one accepts (case B17), never a library's default.
    Source: Page 1954, Biometrika 41:100; Hinkley 1971, Biometrika 58:509.

    >>> page_hinkley([0.0, 0.1] * 20 + [1.0, 1.1] * 10, delta=0.25, threshold=3.0).at
    44
    """
    all_finite("values", values)
    x = np.asarray(values, dtype=float)
    away = x - np.cumsum(x) / np.arange(1, len(x) + 1)
    sums = np.cumsum([away - delta, -away - delta], axis=1)
    above, below = sums - np.minimum.accumulate(np.minimum(sums, 0), axis=1)
    return _alarm(above.tolist(), below.tolist(), threshold)


def _alarm(above: Sequence[float], below: Sequence[float], limit: float) -> Alarm:
    rung = [i for i, both in enumerate(zip(above, below, strict=True)) if max(both) > limit]
    at = rung[0] if rung else None
    up = at is not None and above[at] > below[at]
    return Alarm(at, up, tuple(above), tuple(below))


def cusum_run_length(
    *, k: float = 0.5, h: float = 5.0, shift: float = 0.0, cells: int = 400
) -> float:
    """Say how many points a two-sided `cusum` takes on average until it rings.

    With `shift` 0 that is the wait between false alarms; otherwise the delay after a shift of so
    many standard deviations. Markov chain over `cells` (Brook and Evans 1972, Biometrika 59:539),
    both sides by 1/L = 1/L+ + 1/L- (Kemp 1961). Unit: points.

    >>> round(cusum_run_length(h=4)), round(cusum_run_length(h=5)), round(
    ...     cusum_run_length(h=5, shift=1), 1)
    (168, 465, 10.4)
    """
    return 1 / (1 / _one_side(k, h, shift, cells) + 1 / _one_side(k, h, -shift, cells))


def _one_side(k: float, h: float, shift: float, cells: int) -> float:
    width = 2 * h / (2 * cells - 1)
    middles = np.arange(cells) * width
    upper = middles[None, :] - middles[:, None] + width / 2 + k - shift
    steps = stats.norm.cdf(upper) - stats.norm.cdf(upper - width)
    steps[:, 0] = stats.norm.cdf(upper[:, 0])  # everything below falls into the empty cell
    return float(np.linalg.solve(np.eye(cells) - steps, np.ones(cells))[0])
