"""Rates: counts in an exposure, such as recurrences in customer-days."""

from __future__ import annotations

from math import exp, inf, isfinite

import numpy as np
import numpy.typing as npt
from scipy import stats

from wingbeat.stats.results import Estimate, Tested, WrongNumber, all_finite
from wingbeat.stats.shares import clopper_pearson


def rate(count: int, exposure: float, *, level: float = 0.95) -> Estimate:
    """Estimate a rate by the exact Poisson interval.

    chi2(a/2; 2k)/2 to chi2(1-a/2; 2k+2)/2, over the exposure. Unit: count per unit of exposure.
    Source: Garwood 1936, Biometrika 28:437.

    >>> e = rate(18, 12)
    >>> round(e.value, 2), round(e.low, 2), round(e.high, 2)
    (1.5, 0.89, 2.37)
    """
    _check(count, exposure)
    tail = (1 - level) / 2
    low = float(stats.chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(stats.chi2.ppf(1 - tail, 2 * count + 2)) / 2
    return Estimate(
        count / exposure, low / exposure, high / exposure, count, "exact Poisson", level
    )


def rate_ratio(
    before: int, exposure_before: float, after: int, exposure_after: float, *, level: float = 0.95
) -> tuple[Estimate, Tested]:
    """Compare two rates: (after / its exposure) over (before / its exposure).

    Given their sum, `after` is binomial with share q = RR e1 / (RR e1 + e0); Clopper-Pearson's
    bounds of q become those of RR. It is the conservative one of the exact tests. Unit: ratio.
    Source: Przyborowski and Wilenski 1940, Biometrika 31:313.

    >>> ratio, test = rate_ratio(12, 100, 3, 100)
    >>> round(ratio.value, 2), round(ratio.low, 3), round(ratio.high, 3), round(test.p, 3)
    (0.25, 0.045, 0.926, 0.035)
    """
    _check(before, exposure_before)
    _check(after, exposure_after)
    total = before + after
    if total == 0:
        raise WrongNumber.of("before + after", 0, "at least one occurrence")
    share = clopper_pearson(after, total, level=level)
    swap = exposure_before / exposure_after
    value, low, high = (
        inf if q >= 1 else q / (1 - q) * swap for q in (share.value, share.low, share.high)
    )
    null = exposure_after / (exposure_after + exposure_before)
    p = float(stats.binomtest(after, total, null).pvalue)
    method = "conditional binomial"
    return Estimate(value, low, high, total, method, level), Tested(value, p, total, method)


def e_test(count1: int, exposure1: float, count2: int, exposure2: float) -> Tested:
    """Compare two rates by the E-test, less conservative: the second opinion beside `rate_ratio`.

    Source: Krishnamoorthy and Thomson 2004, J. Statistical Planning and Inference 119:23.

    >>> round(e_test(0, 100, 3, 100).p, 5)
    0.08838
    """
    _check(count1, exposure1)
    _check(count2, exposure2)
    found = stats.poisson_means_test(count1, exposure1, count2, exposure2)
    return Tested(float(found.statistic), float(found.pvalue), count1 + count2, "E-test")


def quiet_enough(recurrences: int, *, level: float = 0.95) -> float:
    """Say how many occurrences the old rate must have led one to expect before few mean something.

    The m with P(Poisson(m) <= recurrences) = 1 - level, that is chi2(level; 2k + 2) / 2.
    Unit: expected count. "Rule of three" for none: Hanley and Lippman-Hand 1983, JAMA 249:1743.

    >>> [round(quiet_enough(k), 2) for k in (0, 1, 2)]
    [3.0, 4.74, 6.3]
    """
    if recurrences < 0:
        raise WrongNumber.of("recurrences", recurrences, "0 or more")
    return float(stats.chi2.ppf(level, 2 * recurrences + 2)) / 2


def poisson_regression(
    counts: npt.ArrayLike, columns: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95
) -> list[Estimate]:
    """Fit counts to log-linear columns: log E(count) = log exposure + intercept + columns b.

    Newton's method on the likelihood; Wald intervals, wider where counts vary more than a Poisson's
    by max(1, Pearson's X2 / degrees of freedom), with Student's t of as many (rows less columns):
    so few tell how much they vary. Returns exp(b) for every column, without the intercept. Unit:
    rate ratio per unit of the column. Source: McCullagh and Nelder 1989, 6 and 9.

    >>> [e] = poisson_regression([10, 12, 4, 6], [[0], [0], [1], [1]], [1, 1, 1, 1])
    >>> round(e.value, 4), round(e.low, 3), round(e.high, 3)
    (0.4545, 0.088, 2.346)
    """
    for name, given in (("counts", counts), ("columns", columns), ("exposure", exposure)):
        all_finite(name, np.ravel(np.asarray(given, dtype=float)))
    if np.min(np.asarray(exposure, dtype=float)) <= 0:
        raise WrongNumber.of("exposure", np.min(np.asarray(exposure)), "above 0")
    y = np.asarray(counts, dtype=float)
    x = np.column_stack([np.ones(len(y)), np.asarray(columns, dtype=float)])
    offset = np.log(np.asarray(exposure, dtype=float))
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(max(y.sum(), 0.5) / np.exp(offset).sum())
    for _ in range(100):
        mean = np.exp(offset + x @ beta)
        step = np.linalg.lstsq((x.T * mean) @ x, x.T @ (y - mean), rcond=None)[0]
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            break
    mean = np.exp(offset + x @ beta)
    freedom = max(1, len(y) - x.shape[1])
    excess = float(((y - mean) ** 2 / np.maximum(mean, 1e-300)).sum()) / freedom
    spread = np.sqrt(np.diag(np.linalg.pinv((x.T * mean) @ x)) * max(1.0, excess))
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * spread
    return [
        Estimate(exp(b), exp(b - h), exp(min(b + h, 700)), int(y.sum()), "Poisson, Wald", level)
        for b, h in zip(beta[1:], half[1:], strict=True)
    ]


def _check(count: int, exposure: float) -> None:
    if count < 0:
        raise WrongNumber.of("count", count, "0 or more")
    if not exposure > 0 or not isfinite(exposure):
        raise WrongNumber.of(
            "exposure", exposure, "above 0 and finite, such as customers times days"
        )
