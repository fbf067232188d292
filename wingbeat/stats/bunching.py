"""Bunching: whether times crowd just before a target, as they do when the target steers the work.

It shows a distorted process, not a dishonest person: a list sorted by due time bunches too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from wingbeat.stats.results import Estimate, Tested, WrongNumber, all_finite

BINS, HOLE, DEGREE = 12, 1, 5  # bins either side, left out around the target, of the polynomial
LEAST = 0.5  # answers foretold in a bin: of nothing at all there is no multiple
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bunch:
    """What stands before the target beyond what the surroundings foretell.

    `excess` is in bins: 1 says that one bin's worth too many stands in the last bin. `z` is the
    excess over the error it would have if nothing crowded. `fitted` is what each bin foretells.
    """

    excess: Estimate
    z: float
    fitted: npt.NDArray[np.floating]


def bunching_of(
    counts: npt.ArrayLike, below: int, *, seed: int, rounds: int = 200, level: float = 0.95,
    inflation: float = 1.0,
) -> Bunch:  # fmt: skip
    """Measure the crowd in the last bin before a target, before which `below` of the bins stand.

    A polynomial of degree five through all but the two bins at the target; excess b = (observed -
    fitted just below) / mean fitted of those two. Interval by Poisson bootstrap of the counts, z by
    drawing from the fitted ones; `inflation` says how many times a Poisson's their variance is (see
    `likeness`). Source: Chetty et al. 2011, QJE 126:749; Kleven 2016, Annual
    Review of Economics 8:435.

    >>> even = [100] * 11 + [180] + [100] * 12
    >>> round(bunching_of(even, 12, seed=1).excess.value, 2)
    0.8
    """
    seen = np.asarray(counts, dtype=float)
    if not 0 < below < len(seen):
        raise WrongNumber.of("below", below, f"1 to {len(seen) - 1} of {len(seen)} bins")
    fit = _hat(below, len(seen) - below)
    excess, fitted = _excess(seen, fit, below)
    rng = np.random.default_rng(seed)
    draws, null_draws = (
        inflation * rng.poisson(c / inflation, (rounds, len(c))) for c in (seen, fitted)
    )
    if not seen[below - 1]:  # nought draws only nought; the exact bound of none is an exponential's
        draws[:, below - 1] = inflation * rng.standard_exponential(rounds)
    drawn, quiet = ([_excess(row, fit, below)[0] for row in some] for some in (draws, null_draws))
    # By percentiles: where little is foretold the excess has a long tail, and no normal one.
    low, high = map(float, np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]))
    null = float(np.std(quiet))
    n = int(seen.sum())
    estimate = Estimate(
        excess, min(low, excess), max(high, excess), n, "polynomial bunching", level
    )
    return Bunch(estimate, excess / null if null else 0.0, fitted)


def _hat(below: int, above: int) -> Floats:
    """The matrix that makes fitted counts out of counts, the bins at the target left out."""
    place = (np.arange(-below, above) + 0.5) / BINS
    basis = np.vander(place, min(DEGREE, below) + 1)
    outside = np.abs(place * BINS) > HOLE
    solve: Floats = basis @ np.linalg.pinv(basis[outside]) @ np.eye(len(place))[outside]
    return solve


def _excess(counts: npt.NDArray[np.number], fit: Floats, below: int) -> tuple[float, Floats]:
    fitted = np.maximum(fit @ counts, LEAST)
    mean = fitted[below - HOLE : below + HOLE].mean()
    return float((counts - fitted)[below - 1] / mean), fitted


def likeness(counts: Floats, below: int) -> float:
    """Say how many times a Poisson's the variance of an excess is where a day's times are alike.

    Counts: a row a day, a column a bin. Each time moves the excess by a score; the squares of the
    days' sums of scores, less their mean, over those of the times themselves, never below 1. Thirty
    mails of one moment are no thirty times. From: Liang and Zeger 1986, Biometrika 73:13.

    >>> one_each, at_once = np.eye(24), np.repeat(np.eye(24), 30, axis=0).reshape(24, 30, 24).sum(1)
    >>> round(likeness(one_each, 12), 6), round(likeness(at_once, 12), 6)
    (1.0, 30.0)
    """
    score = np.eye(counts.shape[1])[below - 1] - _hat(below, counts.shape[1] - below)[below - 1]
    of_bins = counts.sum(axis=0)
    score = score - of_bins @ score / of_bins.sum()
    return max(1.0, float(((counts @ score) ** 2).sum() / (of_bins @ score**2)))


def companion(
    times: Sequence[float] | Floats, target: float, *, width: float, inflation: float = 1.0
) -> Tested:
    """Compare the bin before the target with the one after it, exactly: for few times.

    Statistic: share of both that stands before; one-sided p for more than half. It blames any
    falling density a little, so it accompanies `bunching` and does not replace it. Of as many
    fewer, rounded down, as `inflation` says.

    >>> companion([9.5, 9.6, 9.7, 9.8, 9.9, 9.95, 10.5], 10, width=1).p
    0.0625
    """
    all_finite("times", times)
    t = np.asarray(times, dtype=float)
    before = int(((t >= target - width) & (t < target)).sum() / inflation)
    after = int(((t >= target) & (t < target + width)).sum() / inflation)
    if before + after == 0:
        return Tested(0.5, 1.0, 0, "exact binomial, one-sided")
    found = stats.binomtest(before, before + after, 0.5, alternative="greater")
    n = before + after
    return Tested(before / n, float(found.pvalue), n, "exact binomial, one-sided")


def density_jump(
    times: Sequence[float] | Floats, target: float, *, inflation: float = 1.0
) -> Tested:
    """Test whether the density jumps at the target; below 0: mass is missing just above it.

    Fine bins of 2 sd n^-1/2, a tenth of h at most; a local line with triangular weights over h, a
    quarter of the target, on either side; theta = ln f+ - ln f-, its error the square root of
    24/5 (1/f+ + 1/f-)/(n h). The statistic is z. One-sided rule of the laws: z < -3. Where one side
    is empty, z is the signed root of the likelihood ratio of none against as many answers as the
    other side's error is worth. `inflation`: as above. Source: McCrary
    2008, J. Econometrics 142:698.

    >>> rng = np.random.default_rng(2)
    >>> times = rng.lognormal(np.log(180), 0.6, 4000)
    >>> abs(density_jump(times, 240).statistic) < 3
    True
    """
    all_finite("times", times)
    t = np.asarray(times, dtype=float)
    n, h = len(t), target / 4
    if n < 10:
        raise WrongNumber.of("times", f"{n} times", "ten or more")
    # A long tail must not blur the edge, and times that are all alike must not make bins of none.
    size = min(2 * float(t.std(ddof=1)) / sqrt(n), h / 10) or h / 10
    above = _edge(t, target, size, h, side=1)
    below = _edge(t, target, size, h, side=-1)
    method = "McCrary density jump"
    if above <= 0 or below <= 0:  # theta has no end: the root of the likelihood of 0 against m
        worth = max(above, below, 0.0) * n * h * 5 / 24  # in answers, as the error below counts
        z = (1 if above > 0 else -1 if below > 0 else 0) * sqrt(2 * log(2) * worth)
    else:
        z = (log(above) - log(below)) / sqrt(24 / 5 * (1 / above + 1 / below) / (n * h))
    z /= sqrt(inflation)
    return Tested(z, float(2 * stats.norm.sf(abs(z))), n, method)


def _edge(times: Floats, target: float, size: float, reach: float, *, side: int) -> float:
    """The density at the target, as seen from one side."""
    far = (times - target) * side
    bins = max(3, int(reach // size))
    inside = far >= 0 if side > 0 else far > 0
    counts = np.histogram(far[inside], size * np.arange(bins + 1))[0]
    middle = (np.arange(bins) + 0.5) * size
    weight = np.sqrt(np.maximum(0.0, 1 - middle / reach))
    basis = np.column_stack([np.ones(bins), middle]) * weight[:, None]
    level = np.linalg.lstsq(basis, counts / (len(times) * size) * weight, rcond=None)[0]
    return float(level[0])
