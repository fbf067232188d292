"""The weights of peak, end and mean, fitted to a desk's own ratings and judged on unseen ones.

Ridge towards a prior: minimize |y - X w|^2 + tau |w - w0|^2 over standardized columns, so that
tau = 50 is worth fifty ratings. Judged out of sample in ten folds against peak-end, which gets a
fitted line of its own, so that it is not beaten for its units alone. One customer's ratings
resemble each other: they are never parted, neither by folds nor by intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from wingbeat.laws.memory.episodes import Blend
from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.stats import Estimate
from wingbeat.stats.clusters import jackknife, products
from wingbeat.stats.shares import reach

FOLDS = 10
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Fitted:
    """Standardized weights of peak, end and mean, what they foretell, and whether they are used.

    `weights` are what the ratings alone say, without the prior: an interval around what is pulled
    holds the truth nearly never. `ahead` is how far R2 out of sample lies above that of peak-end;
    `blend` (pulled) is None unless it does, and puts unseen ratings in order at all.
    """

    weights: tuple[Estimate, Estimate, Estimate]
    blend: Blend | None
    r2: float
    r2_peak_end: float
    spearman: float
    spearman_peak_end: float
    ahead: Estimate


def fit(
    columns: ArrayLike, rated: ArrayLike, whose: ArrayLike, policy: MemoryPolicy, *, seed: int
) -> Fitted:
    """Fit weights to episodes (rows: peak, end, mean of u) and what their ratings were felt as.

    `whose` names each row's customer. The ratings must differ, or there is nothing to foretell.

    >>> from wingbeat.laws.memory import shipped_policy
    >>> rng = np.random.default_rng(3)
    >>> x, who = rng.normal(size=(400, 3)), np.arange(400) // 2
    >>> y = x @ [0.1, 0.8, 0.1] + rng.normal(0, 0.3, 400)
    >>> found = fit(x, y, who, shipped_policy(), seed=1)
    >>> found.weights[1].value > 0.7, found.ahead.low > 0
    (True, True)
    """
    x, y = np.asarray(columns, dtype=float), np.asarray(rated, dtype=float)
    customers, who = np.unique(np.asarray(whose), return_inverse=True)
    folds = (np.random.default_rng(seed).permutation(len(customers)) % FOLDS)[who]
    foretold = _unseen(x, y, folds, policy)
    errors: Floats = (y - foretold) ** 2
    ahead = _ahead(x, y, folds, policy)
    base, slopes = _ridge(x, y, policy)
    parts = (base * 1000, *slopes, -1000 * policy.loss_aversion)
    blend = Blend(*(round(1000 * float(one)) for one in parts))
    r2, r2_peak_end = 1 - errors[:2].sum(axis=1) / errors[2].sum()
    order, order_peak_end = (_spearman(told, y) for told in foretold[:2])
    used = blend if min(ahead.value, r2, order) > 0 else None
    return Fitted(
        _weights(x, y, who), used, float(r2), float(r2_peak_end), order, order_peak_end, ahead
    )  # fmt: skip


def _unseen(x: Floats, y: Floats, folds: Places, policy: MemoryPolicy) -> Floats:
    """What blend, peak-end and mean each foretell of a fold from all the others."""
    found, peak_end = np.empty((3, len(y))), (x[:, 0] + x[:, 1]) / 2
    for fold in range(FOLDS):
        unseen, seen = folds == fold, folds != fold
        base, slopes = _ridge(x[seen], y[seen], policy)
        middle, level = y[seen].mean(), not peak_end[seen].std()
        slope, start = (0, middle) if level else np.polyfit(peak_end[seen], y[seen], 1)
        plain = start + slope * peak_end[unseen]
        found[:, unseen] = base + x[unseen] @ slopes, plain, np.full(len(plain), middle)
    return found


def _ridge(x: Floats, y: Floats, policy: MemoryPolicy) -> tuple[float, Floats]:
    """Return the base and the slopes in the columns' own units."""
    spread, prior = x.std(axis=0), np.asarray(policy.blend_prior)
    spread = np.where(spread > 0, spread, 1.0)
    z, scale = (x - x.mean(axis=0)) / spread, y.std()
    pull = policy.blend_pull * np.eye(3)
    right = z.T @ ((y - y.mean()) / (scale or 1.0)) + policy.blend_pull * prior
    slopes = np.linalg.solve(z.T @ z + pull, right) * scale / spread
    return float(y.mean() - x.mean(axis=0) @ slopes), slopes


def _weights(x: Floats, y: Floats, who: Places) -> tuple[Estimate, Estimate, Estimate]:
    """Least squares from sums of products; interval by leaving out each customer in turn.

    Source: Tukey 1958, the jackknife; Student's t, since some desks have twenty raters.
    """
    z = np.column_stack([x, y])
    z = np.column_stack([np.ones(len(y)), z - z.mean(axis=0)])
    sums = products(z, who)
    value, spread = jackknife(sums, _standardized)
    half = reach(len(sums) - 1) * spread
    a, b, c = (
        Estimate(float(v), float(v - h), float(v + h), len(y), "least squares, jackknife")
        for v, h in zip(value, half, strict=True)
    )
    return a, b, c


def _standardized(sums: Floats) -> Floats:
    """Slopes in standard deviations, from sums of products of 1, three columns and the rating."""
    n = sums[..., :1, :1]
    mean = sums[..., :1, 1:] / n
    spread = sums[..., 1:, 1:] / n - np.swapaxes(mean, -1, -2) * mean
    deviation = np.sqrt(np.clip(np.diagonal(spread, axis1=-2, axis2=-1), 0, None))
    slopes = (np.linalg.pinv(spread[..., :3, :3]) @ spread[..., :3, 3:])[..., 0]
    y = deviation[..., 3:]
    weights: Floats = slopes * deviation[..., :3] / np.where(y > 0, y, np.inf)
    return weights


def _ahead(x: Floats, y: Floats, folds: Places, policy: MemoryPolicy) -> Estimate:
    """How much more of new customers' ratings is foretold; each fold's customers left out in turn.

    All is fitted anew without them: what is foretold hangs on who was there to be fitted to.
    Source: Kott 2001, Journal of Official Statistics 17:521, the delete-a-group jackknife.
    """

    def gain(kept: NDArray[np.bool_]) -> float:
        errors = (y[kept] - _unseen(x[kept], y[kept], folds[kept], policy)) ** 2
        blend, peak_end, mean = errors.sum(axis=1)
        return float((peak_end - blend) / mean)

    value = gain(folds >= 0)
    without = np.array([gain(folds != one) for one in range(FOLDS)])
    error = np.sqrt((FOLDS - 1) * without.var())
    half = float(reach(FOLDS - 1) * error)
    return Estimate(value, value - half, value + half, len(y), "ten folds, jackknife")


def _spearman(told: Floats, y: Floats) -> float:
    if told.std() == 0 or y.std() == 0:
        return 0.0
    return float(stats.spearmanr(told, y).statistic)
