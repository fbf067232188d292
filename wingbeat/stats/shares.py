"""Shares: k of n, with intervals that stay honest for small n and for 0 or n of n."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf, log, sqrt

from scipy import stats

from wingbeat.stats.results import Estimate, Tested, WrongNumber
from wingbeat.stats.score import wilson_bounds


def wilson(k: float, n: float, *, level: float = 0.95) -> Estimate:
    """Estimate a share by Wilson's score interval, the default for k of n.

    All p with |k/n - p| <= z sqrt(p (1 - p) / n). Unit: share, 0 to 1.
    Source: Wilson 1927, JASA 22:209.

    >>> e = wilson(47, 50)
    >>> round(e.value, 3), round(e.low, 3), round(e.high, 3)
    (0.94, 0.838, 0.979)
    """
    _check(k, n)
    return Estimate(k / n, *wilson_bounds(k, n, level=level), int(n), "Wilson", level)


def clopper_pearson(k: int, n: int, *, level: float = 0.95) -> Estimate:
    """Estimate a share so that the interval covers at least `level`, whatever the truth.

    Unit: share, 0 to 1. Source: Clopper and Pearson 1934, Biometrika 26:404.

    >>> e = clopper_pearson(3, 15)
    >>> round(e.low, 4), round(e.high, 4)
    (0.0433, 0.4809)
    """
    _check(k, n)
    bounds = stats.binomtest(k, n).proportion_ci(level, method="exact")
    return Estimate(k / n, float(bounds.low), float(bounds.high), n, "Clopper-Pearson", level)


def jeffreys(k: float, n: float, *, level: float = 0.95) -> Estimate:
    """Estimate a share by the quantiles of Beta(k + 1/2, n - k + 1/2).

    Unit: share, 0 to 1. The lower bound is 0 for k = 0, the upper one 1 for k = n.
    Source: Brown, Cai and DasGupta 2001, Statistical Science 16:101.

    >>> e = jeffreys(47, 50)
    >>> round(e.low, 3), round(e.high, 3)
    (0.848, 0.983)
    """
    _check(k, n)
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(stats.beta.ppf(tail, k + 0.5, n - k + 0.5))
    high = 1.0 if k == n else float(stats.beta.ppf(1 - tail, k + 0.5, n - k + 0.5))
    return Estimate(k / n, low, high, int(n), "Jeffreys", level)


def newcombe(k1: float, n1: float, k2: float, n2: float, *, level: float = 0.95) -> Estimate:
    """Estimate the difference of two shares, k1/n1 - k2/n2, by Newcombe's hybrid score interval.

    That is `apart` of Wilson's. Unit: difference of shares, -1 to 1.
    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.

    >>> e = newcombe(56, 70, 48, 80)
    >>> round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    found = apart(wilson(k1, n1, level=level), wilson(k2, n2, level=level))
    return replace(found, n=int(n1 + n2), method="Newcombe")


def apart(one: Estimate, other: Estimate) -> Estimate:
    """Estimate the difference of two independent estimates from the interval of each.

    low = d - sqrt((p1 - l1)^2 + (u2 - p2)^2), high = d + sqrt((u1 - p1)^2 + (p2 - l2)^2).
    Source: Zou and Donner 2008, Statistics in Medicine 27:1693.

    >>> found = apart(wilson(56, 70), wilson(48, 80))
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    d = one.value - other.value
    low = d - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = d + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Estimate(d, low, high, one.n + other.n, "Zou and Donner", one.level)


def ratio(k1: float, n1: float, k2: float, n2: float, *, level: float = 0.95) -> Estimate:
    """Estimate the ratio of two shares, (k1/n1) / (k2/n2), by Katz' log interval.

    Half a case is added to both sides where one of them has none. Where both have all, the logs
    have no spread, and the bounds are Wilson's over one another. Unit: ratio, above 0.
    Source: Katz et al. 1978, Biometrics 34:469; Donner and Zou 2012 for the second.

    >>> e = ratio(45, 60, 54, 60)
    >>> round(e.value, 3), round(e.low, 3), round(e.high, 3)
    (0.833, 0.704, 0.986)
    """
    _check(k1, n1)
    _check(k2, n2)
    if k1 == n1 and k2 == n2:
        lows = [wilson_bounds(k, n, level=level)[0] for k, n in ((k1, n1), (k2, n2))]
        return Estimate(1.0, lows[0], 1 / lows[1], int(n1 + n2), "Wilson over Wilson", level)
    add = 0.5 if 0 in (k1, k2) else 0.0
    a, b, m1, m2 = k1 + add, k2 + add, n1 + add, n2 + add
    value = (a / m1) / (b / m2)
    half = reach(level=level) * sqrt(1 / a - 1 / m1 + 1 / b - 1 / m2)
    low, high = exp(log(value) - half), exp(log(value) + half)
    return Estimate(value, low, high, int(n1 + n2), "Katz log", level)


def fisher(k1: int, n1: int, k2: int, n2: int) -> Tested:
    """Test whether two shares differ, exactly; the statistic is the odds ratio.

    Source: Fisher 1935. Example: 45 of 60 promises kept against 54 of 60.

    >>> round(fisher(45, 60, 54, 60).p, 3)
    0.053
    """
    _check(k1, n1)
    _check(k2, n2)
    found = stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]])
    return Tested(float(found.statistic), float(found.pvalue), n1 + n2, "Fisher exact")


def silence_bounds(good: int, answered: int, asked: int) -> Estimate:
    """Bound a share of good answers when not everybody answered.

    low: everyone silent was unhappy; high: everyone silent was happy. No probability is claimed, so
    the level is 1. Unit: share, 0 to 1. Source: Manski 1989, Journal of Human Resources 24:343.

    >>> e = silence_bounds(3, 3, 100)
    >>> e.low, e.high
    (0.03, 1.0)
    """
    _check(good, answered)
    _check(answered, asked)
    silent = asked - answered
    low, high = good / asked, (good + silent) / asked
    return Estimate(good / answered, low, high, answered, "worst and best case", 1.0)


def reach(freedom: float = inf, *, level: float = 0.95) -> float:
    """Say how many standard errors an interval reaches to either side, by Student's t.

    >>> round(reach(), 2), round(reach(9), 2)
    (1.96, 2.26)
    """
    if not 0 < level < 1:
        raise WrongNumber.of("level", level, "a share between 0 and 1, such as 0.95")
    return float(stats.t.ppf((1 + level) / 2, freedom))


def _check(k: float, n: float) -> None:
    if n <= 0:
        raise WrongNumber.of("n", n, "above 0; with none there is no share")
    if not 0 <= k <= n:
        raise WrongNumber.of("k", k, f"a count from 0 to n = {n}")
