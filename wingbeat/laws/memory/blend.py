"""The weights of peak, end and mean, fitted to a desk's own ratings and judged on unseen ones.

Ridge towards a prior: minimize |y - X w|^2 + tau |w - w0|^2 over standardized columns, so that
tau = 50 is worth fifty ratings. Judged out of sample in ten folds against peak-end, which gets a
fitted line of its own, so that it is not beaten for its units alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from wingbeat.laws.memory.episodes import Blend
from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.stats import Estimate

FOLDS, ROUNDS = 10, 400
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """Standardized weights of peak, end and mean, what they foretell, and whether they are used.

    `ahead` is how far R2 out of sample lies above that of peak-end; `blend` is None unless it does.
    """

    weights: tuple[Estimate, Estimate, Estimate]
    blend: Blend | None
    r2: float
    r2_peak_end: float
    spearman: float
    spearman_peak_end: float
    ahead: Estimate


def fit(columns: npt.ArrayLike, rated: npt.ArrayLike, policy: MemoryPolicy, *, seed: int) -> Fitted:
    """Fit weights to episodes (rows: peak, end, mean of u) and what their ratings were felt as.

    >>> from wingbeat.laws.memory import shipped_policy
    >>> rng = np.random.default_rng(3)
    >>> x = rng.normal(size=(400, 3))
    >>> found = fit(x, x @ [0.1, 0.8, 0.1] + rng.normal(0, 0.3, 400), shipped_policy(), seed=1)
    >>> found.weights[1].value > 0.7, found.ahead.low > 0
    (True, True)
    """
    x, y = np.asarray(columns, dtype=float), np.asarray(rated, dtype=float)
    rng = np.random.default_rng(seed)
    folds = rng.permutation(len(y)) % FOLDS
    told, plain, mean = (np.empty(len(y)) for _ in range(3))
    peak_end = (x[:, 0] + x[:, 1]) / 2
    for fold in range(FOLDS):
        unseen, seen = folds == fold, folds != fold
        base, slopes = _ridge(x[seen], y[seen], policy)
        told[unseen] = base + x[unseen] @ slopes
        slope, start = np.polyfit(peak_end[seen], y[seen], 1) if peak_end[seen].std() else (0, 0)
        plain[unseen] = start + slope * peak_end[unseen]
        mean[unseen] = y[seen].mean()
    errors = np.stack([(y - told) ** 2, (y - plain) ** 2, (y - mean) ** 2])
    ahead = _ahead(errors, rng)
    base, slopes = _ridge(x, y, policy)
    whole = [round(1000 * float(one)) for one in (base * 1000, *slopes)]
    return Fitted(
        _weights(x, y, policy, rng),
        Blend(*whole) if ahead.value > 0 else None,
        1 - errors[0].sum() / errors[2].sum(),
        1 - errors[1].sum() / errors[2].sum(),
        _spearman(told, y),
        _spearman(plain, y),
        ahead,
    )


def _ridge(x: Floats, y: Floats, policy: MemoryPolicy) -> tuple[float, Floats]:
    """Return the base and the slopes in the columns' own units."""
    spread, prior = x.std(axis=0), np.asarray(policy.blend_prior)
    spread = np.where(spread > 0, spread, 1.0)
    z, scale = (x - x.mean(axis=0)) / spread, y.std() or 1.0
    pull = policy.blend_pull * np.eye(3)
    right = z.T @ ((y - y.mean()) / scale) + policy.blend_pull * prior
    slopes = np.linalg.solve(z.T @ z + pull, right) * scale / spread
    return float(y.mean() - x.mean(axis=0) @ slopes), slopes


def _weights(
    x: Floats, y: Floats, policy: MemoryPolicy, rng: np.random.Generator
) -> tuple[Estimate, Estimate, Estimate]:
    def standardized(rows: npt.NDArray[np.int64]) -> Floats:
        slopes = _ridge(x[rows], y[rows], policy)[1]
        weights: Floats = slopes * x[rows].std(axis=0) / (y[rows].std() or 1.0)
        return weights

    drawn = np.array([standardized(rng.integers(0, len(y), len(y))) for _ in range(ROUNDS)])
    value = standardized(np.arange(len(y)))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    a, b, c = (
        Estimate(float(v), float(lo), float(hi), len(y), "ridge, bootstrap")
        for v, lo, hi in zip(value, low, high, strict=True)
    )
    return a, b, c


def _ahead(errors: Floats, rng: np.random.Generator) -> Estimate:
    def gain(chosen: Floats) -> float:
        return float((chosen[1].sum() - chosen[0].sum()) / chosen[2].sum())

    n = errors.shape[1]
    drawn = [gain(errors[:, rng.integers(0, n, n)]) for _ in range(ROUNDS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(gain(errors), float(low), float(high), n, "ten folds, bootstrap")


def _spearman(told: Floats, y: Floats) -> float:
    if told.std() == 0 or y.std() == 0:
        return 0.0
    return float(stats.spearmanr(told, y).statistic)
