"""Whether a daily series has moved since it was last quiet, with its false alarms told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from scipy import stats

from wingbeat.laws.decay.policy import DecayPolicy
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.drift import cusum

WEEK = 7
MEDIAN_TO_SD = 1.4826  # of a normal distribution
Series: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class Drift:
    """When a series moved: each alarm's place in it, to which side, and what quiet would cost.

    `alarms` holds (index, up); after each the watch begins anew. `false_per_year` is how often
    independent days that do not move ring all the same, the short baseline's own error included.
    """

    alarms: tuple[tuple[int, bool], ...]
    false_per_year: float
    change: Estimate


def drift(values: Sequence[float], policy: DecayPolicy) -> Drift | NotEnough:
    """Watch the latest weeks of a daily series (one number a day, none left out).

    They are compared with the baseline just before them, and not with the first weeks there are:
    a desk grows, and would ring every day. Each weekday is compared with itself; the scale is the
    baseline's, by its median deviation, so that one odd day in it does no harm. `change` is the
    mean of the watched weeks over the baseline's, as a ratio. Its interval is made from whole weeks
    (Welch 1947): days of one week resemble each other and would seem to know too much. Source: Page
    1954.

    >>> from wingbeat.laws.decay import shipped_policy
    >>> quiet = [100 + (day * 7919) % 11 - 5 for day in range(80)]
    >>> drift(quiet, shipped_policy()).alarms, drift([*quiet, 130, 130], shipped_policy()).alarms
    ((), ((80, True), (81, True)))
    """
    n, base = len(values), policy.baseline_days
    if n < base + WEEK:
        return NotEnough(n, base + WEEK, of="days")
    before = max(0, n - base - policy.watch_days)
    x = np.asarray(values[before:], dtype=float)
    alarms = tuple((before + place, up) for place, up in _alarms(x, policy))
    return Drift(alarms, _false_per_year(policy), _change(x, base))


def _alarms(x: Series, policy: DecayPolicy) -> Iterator[tuple[int, bool]]:
    z, start = _standardized(x, policy.baseline_days), policy.baseline_days
    while start < len(x):
        found = cusum(z[start:].tolist(), k=policy.cusum_slack, h=policy.cusum_limit)
        if found.at is None:
            return
        yield start + found.at, found.up
        start += found.at + 1


def _standardized(x: Series, base: int) -> Series:
    weekday = np.arange(len(x)) % WEEK
    center = np.array([np.median(x[:base][weekday[:base] == day]) for day in range(WEEK)])
    rest = x - center[weekday]
    spread = MEDIAN_TO_SD * float(np.median(np.abs(rest[:base])))
    # The medians are fitted to the baseline, which makes its own deviations look small, and miss
    # the truth by themselves: a new day lies further away than both together would have it.
    weeks = base / WEEK
    wider = np.sqrt(weeks / (weeks - 1) * (1 + np.pi / 2 / weeks))
    z: Series = rest / ((spread or 1.0) * wider)
    return z


@lru_cache
def _false_per_year(policy: DecayPolicy) -> float:
    """Watch four thousand quiet series, each after a baseline of its own.

    The formula for a known mean promises one alarm in 465 days; no real baseline keeps that.
    """
    rng, days = np.random.default_rng(1954), policy.baseline_days + policy.watch_days
    rung = sum(len(list(_alarms(rng.normal(size=days), policy))) for _ in range(4000))
    return rung / 4000 * 365 / policy.watch_days


def _change(x: Series, base: int) -> Estimate:
    before, now = x[:base], x[base:]
    method = "ratio of means, Welch over weeks"
    if not before.mean() > 0 or not now.mean() > 0:  # nothing to divide by, or nothing left
        return Estimate(float(now.mean() > 0 or 1), 0.0, np.inf, len(x), method)
    ratio = float(now.mean() / before.mean())
    early, late = (_weeks(one) / one.mean() for one in (before, now))
    variances = [early.var(ddof=1) / len(early)]
    variances.append((late if len(late) > 1 else early).var(ddof=1) / max(1, len(late)))
    freedoms = [len(early) - 1, (len(late) if len(late) > 1 else len(early)) - 1]
    total = sum(variances)
    welch = sum(v**2 / f for v, f in zip(variances, freedoms, strict=True))
    reach = float(stats.t.ppf(0.975, total**2 / welch)) * np.sqrt(total) if welch else 0.0
    return Estimate(
        ratio, float(ratio * np.exp(-reach)), float(ratio * np.exp(reach)), len(x), method
    )


def _weeks(days: Series) -> Series:
    """The mean of each whole week, counted from the end; at least one."""
    whole = len(days) // WEEK * WEEK
    means: Series = days[len(days) - whole :].reshape(-1, WEEK).mean(axis=1)
    return means
