"""Whether a daily series has moved since it was last quiet, with its false alarms told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from scipy import stats

from wingbeat.laws.decay.policy import DecayPolicy
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.drift import cusum

WEEK, ROUNDS = 7, 2000
MEDIAN_TO_SD = 1.4826  # of a normal distribution
Series: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class Drift:
    """When a series moved: each alarm's place in it, to which side, and what quiet would cost.

    `alarms` holds (index, up); after each the watch begins anew. `false_per_year` is how often
    independent days that do not move ring all the same, the short baseline's own error included:
    of counts, Poisson's days with the baseline's mean of each weekday.
    """

    alarms: tuple[tuple[int, bool], ...]
    false_per_year: float
    change: Estimate | NotEnough


def drift(values: Sequence[float], policy: DecayPolicy) -> Drift | NotEnough:
    """Watch the latest weeks of a daily series (one number a day, none left out).

    They are compared with the baseline just before them, and not with the first weeks there are:
    a desk grows, and would ring every day. Each weekday is compared with itself; the scale is the
    baseline's, by its median deviation, so that one odd day in it does no harm. Counts (whole
    numbers of 0 or more) are compared by their roots, so that busy days vary no more than others.
    `change` is the mean of the watched weeks over the baseline's, as a ratio. Its interval is made
    from whole weeks (Welch 1947): days of one week resemble each other and would seem to know too
    much. Source: Page 1954.

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
    rung = tuple((before + place, up) for place, up in alarms(x, policy))
    means = _by_weekday(x[:base], np.mean).round(1).tolist() if _are_counts(x) else ()
    return Drift(rung, _false_per_year(policy, tuple(means)), change(x, policy))


def alarms(x: Series, policy: DecayPolicy) -> Iterator[tuple[int, bool]]:
    """Yield (index, up) for each alarm after the baseline that the series begins with."""
    z, start = _standardized(x, policy), policy.baseline_days
    while start < len(x):
        found = cusum(z[start:].tolist(), k=policy.cusum_slack, h=policy.cusum_limit)
        if found.at is None:
            return
        yield start + found.at, found.up
        start += found.at + 1


def _are_counts(x: Series) -> bool:
    return bool((x >= 0).all() and (x == np.round(x)).all())


def _standardized(x: Series, policy: DecayPolicy) -> Series:
    busy, base = np.ones(WEEK, dtype=bool), policy.baseline_days
    weekday = np.arange(len(x)) % WEEK
    if _are_counts(x):
        # Busy days vary more than quiet ones, and a closed day not at all: one scale for all rings
        # every week. On this one all counts vary alike, by about 1. Source: Anscombe 1948.
        busy = _by_weekday(x[:base], np.median) >= policy.least_a_day
        x = 2 * np.sqrt(x + 3 / 8)
    rest = x - _by_weekday(x[:base], np.median)[weekday]
    scale = np.abs(rest[:base][busy[weekday[:base]]])
    spread = MEDIAN_TO_SD * float(np.median(scale)) if scale.size else 0.0
    # The medians are fitted to the baseline, which makes its own deviations look small, and miss
    # the truth by themselves: a new day lies further away than both together would have it.
    weeks = base / WEEK
    wider = np.sqrt(weeks / (weeks - 1) * (1 + np.pi / 2 / weeks))
    z: Series = rest / ((spread or 1.0) * wider)
    return z


def _by_weekday(x: Series, what: Callable[[Series], np.floating]) -> Series:
    return np.array([float(what(x[day::WEEK])) for day in range(WEEK)])


@lru_cache
def _false_per_year(policy: DecayPolicy, means: tuple[float, ...]) -> float:
    """Watch two thousand series that do not move, each after a baseline of its own.

    `means` are the weekdays' of a desk that counts; without any the days are normal. The formula
    for a known mean promises one alarm in 465 days; no real baseline keeps that.
    """
    rng, days = np.random.default_rng(1954), policy.baseline_days + policy.watch_days
    made = rng.normal(size=(ROUNDS, days))
    if means:
        made = rng.poisson(np.resize(means, days), (ROUNDS, days)).astype(float)
    return sum(len(list(alarms(x, policy))) for x in made) / ROUNDS * 365 / policy.watch_days


def change(x: Series, policy: DecayPolicy, *, level: float = 0.95) -> Estimate | NotEnough:
    """Estimate the mean of the watched days over the baseline's, from whole weeks (Welch 1947).

    Fewer weeks than the policy's know too little of how they differ: the baseline's then stand in.
    Counts differ at least as a Poisson's; of what is not counted and all alike there is no range.
    """
    before, now = x[: policy.baseline_days], x[policy.baseline_days :]
    if not before.mean() > 0:
        return NotEnough(0, 1, of="conversations")  # nothing to divide by
    if not now.mean() > 0:
        # The most that so few of a Poisson's weeks may hide, by as much more as weeks differ here.
        weeks = WEEK * _weeks(before)
        more = max(1.0, float(weeks.var(ddof=1) / weeks.mean()))
        high = -np.log((1 - level) / 2) * more / float(before.mean() * len(now))
        method = "none left, Poisson spread over weeks"
        return Estimate(0.0, 0.0, float(high), len(x), method, level)
    early, late = (_weeks(one) / one.mean() for one in (before, now))
    own = len(late) >= policy.least_weeks
    first = early.var(ddof=1) / len(early)
    second = (late if own else early).var(ddof=1) / len(late)
    total, tail = first + second, (1 + level) / 2
    welch = first**2 / (len(early) - 1) + second**2 / (len(late) - 1) if own else 0.0
    free = total**2 / welch if welch else len(early) - 1
    reach = float(stats.t.ppf(tail, free)) * np.sqrt(total)
    if _are_counts(x):
        reach = max(reach, stats.norm.ppf(tail) * np.sqrt(1 / before.sum() + 1 / now.sum()))
    if reach < 1e-9:
        return NotEnough(1, 2, of="different")
    ratio = float(now.mean() / before.mean())
    ends = float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))
    return Estimate(ratio, *ends, len(x), "ratio of means, Welch over weeks", level)


def _weeks(days: Series) -> Series:
    """The mean of each whole week, counted from the end; at least one."""
    whole = len(days) // WEEK * WEEK
    means: Series = days[len(days) - whole :].reshape(-1, WEEK).mean(axis=1)
    return means
