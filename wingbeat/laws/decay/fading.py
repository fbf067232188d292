"""Weibull's curve of things left alone, fitted with those that are still right counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
import numpy.typing as npt
from scipy import optimize

from wingbeat.stats import Estimate, shares
from wingbeat.stats.clusters import worth

STEEPEST = 20.0


@dataclass(frozen=True)
class Fading:
    """How one kind of thing goes stale: `scale` in days, `shape` above 1 is wearing out."""

    scale: float
    shape: float
    n: int
    wrong: int
    spread: float = 0.0  # standard error of the logarithm of the half-life
    bend: float = 0.0  # and of the shape's
    freedom: float = 1.0  # how many things the errors are worth, less one

    def stale(self, age_days: float) -> float:
        """Return the chance that a thing checked so many days ago is wrong by now.

        >>> round(Fading(scale=180 / log(2), shape=1, n=1, wrong=1).stale(90), 3)
        0.293
        """
        return 1 - exp(-((max(age_days, 0.0) / self.scale) ** self.shape))

    @property
    def half_life(self) -> float:
        """The days after which half are wrong."""
        return float(self.scale * log(2) ** (1 / self.shape))

    def estimate(self, *, level: float = 0.95) -> Estimate:
        """Return the half-life with its interval."""
        return self._around(self.half_life, self.spread, level)

    def wear(self, *, level: float = 0.95) -> Estimate:
        """Return the shape with its interval: wholly below 1, what lasted lasts all the longer."""
        return self._around(self.shape, self.bend, level)

    def _around(self, value: float, spread: float, level: float) -> Estimate:
        """An interval on the scale of logarithms.

        By Student's t of as many things as the errors are worth, less one, and never below one: the
        normal's missed twice too often.
        """
        half = shares.reach(max(1.0, self.freedom), level=level) * spread
        times = exp(min(half, 700.0))
        return Estimate(value, value / times, value * times, self.n, "Weibull", level)


def fit(
    days: Sequence[float] | npt.NDArray[np.float64],
    wrong: Sequence[bool] | npt.NDArray[np.bool_],
    whose: npt.NDArray[np.int64] | None = None,
) -> Fading:
    """Fit the curve by maximum likelihood; `wrong` tells which spans ended in an error.

    With times t and events d the shape k solves sum(t^k log t)/sum(t^k) - 1/k = mean log t over the
    events; then scale^k = sum(t^k)/events. Times below one hour count as one hour; a shape above 20
    (all went wrong at one moment) counts as 20. Needs two errors or more. `whose` numbers the thing
    of each span, where one has several: its errors are then those of so many things, never smaller
    than of as many spans. Source: Kalbfleisch and Prentice 1980, section 3.2.

    >>> found = fit([10, 20, 30, 40], [True, True, True, False])
    >>> round(found.scale, 1), round(found.shape, 2)
    (31.6, 1.83)
    """
    t = np.maximum(np.asarray(days, dtype=float), 1 / 24)
    d = np.asarray(wrong, dtype=bool)
    if d.sum() < 2:
        raise ValueError(f"wrong has {int(d.sum())} errors; allowed is two or more")
    unit = float(t.max())  # powers of large times would overflow
    s = t / unit
    aim = float(np.log(s[d]).mean())

    def score(k: float) -> float:
        powers = s**k
        return float((powers * np.log(s)).sum() / powers.sum() - 1 / k - aim)

    shape = STEEPEST if score(STEEPEST) < 0 else float(optimize.brentq(score, 1e-3, STEEPEST))
    scale = unit * float((s**shape).sum() / d.sum()) ** (1 / shape)
    own = np.arange(len(t)) if whose is None else whose
    errors = _errors(t / scale, d, shape, own)
    freedom = worth(np.bincount(own, d)) - 1
    return Fading(scale, shape, len(t), int(d.sum()), *errors, freedom)


def _errors(
    t: npt.NDArray[np.float64], wrong: npt.NDArray[np.bool_], shape: float,
    own: npt.NDArray[np.int64],
) -> tuple[float, float]:  # fmt: skip
    """The errors of log half-life = log scale + log(log 2) / shape and of log shape.

    By the observed information I; where a thing has several spans by I^-1 M I^-1, if that is more,
    M the sum over things of the squares of their scores (White 1982, Econometrica 50:1).
    """
    u = np.log(t)
    z = np.exp(shape * u)
    across = shape * float((z * u).sum())
    information = np.array(
        [[shape**2 * wrong.sum(), -across],
         [-across, wrong.sum() / shape**2 + float((z * u * u).sum())]]
    )  # fmt: skip
    aims = np.array([[1.0, -log(log(2)) / shape**2], [0.0, 1 / shape]])
    covariance = np.linalg.pinv(information)
    variances = ((aims @ covariance) * aims).sum(axis=1)
    things = len(np.unique(own))
    if things < len(t):
        scores = shape * (z - wrong), wrong * (1 / shape + u) - z * u
        moved = aims @ covariance @ np.array([np.bincount(own, one) for one in scores])
        variances = np.maximum(variances, (moved**2).sum(axis=1) * things / max(1, things - 1))
    half_life, wear = np.sqrt(variances).tolist()
    return half_life, wear
