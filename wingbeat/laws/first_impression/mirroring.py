"""Mirroring: how much of our tone comes back in the next answer of the same conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wingbeat.stats import Estimate, Tested

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """One of our messages with what stood before and after it; tones run from -1 to 1."""

    conversation: str
    place: int
    before: float
    ours: float
    after: float


@dataclass(frozen=True)
class Mirrored:
    """`b`: how much warmer the answer is for each unit of our warmth; `chance`: by shuffling."""

    b: Estimate
    chance: Tested


def mirroring(turns: Sequence[Turn], *, seed: int, permutations: int = 1000) -> Mirrored:
    """Estimate b in after = a_place + b ours + r before + e, errors together by conversation.

    The chance deals our messages anew among conversations, place by place. Conversation effects
    are not taken out, since doing so with a lagged tone biases b (Nickell 1981); the tone before
    stands in for them. Error in the tones pulls b towards 0. An association: problems being solved
    make both sides warmer. Source: Barger and Grandey 2006, for the question.
    """
    x, y, clusters, places = _columns(turns)
    b, error = _clustered(x, y, clusters)
    rng = np.random.default_rng(seed)
    extreme = 0
    for _ in range(permutations):
        dealt = x.copy()
        for place in np.unique(places):
            rows = np.flatnonzero(places == place)
            dealt[rows, 0] = x[rng.permutation(rows), 0]
        extreme += abs(float(np.linalg.lstsq(dealt, y, rcond=None)[0][0])) >= abs(b)
    estimate = Estimate(b, b - 1.96 * error, b + 1.96 * error, len(y), "clustered least squares")
    p = (extreme + 1) / (permutations + 1)
    return Mirrored(estimate, Tested(b, p, len(y), "permutation within places"))


def _columns(
    turns: Sequence[Turn],
) -> tuple[Floats, Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    if len({turn.conversation for turn in turns}) < 3:
        raise ValueError("turns come from fewer than three conversations; needed are three")
    places = np.array([turn.place for turn in turns])
    _, clusters = np.unique([turn.conversation for turn in turns], return_inverse=True)
    levels = [(places == place).astype(float) for place in np.unique(places)]
    ours, before = [turn.ours for turn in turns], [turn.before for turn in turns]
    x = np.column_stack([ours, before, *levels])
    return x, np.array([turn.after for turn in turns]), clusters, places


def _clustered(x: Floats, y: Floats, clusters: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return b and its error, robust to what the messages of one conversation share (CR1)."""
    bread = np.linalg.pinv(x.T @ x)
    slopes = bread @ x.T @ y
    scores = x * (y - x @ slopes)[:, None]
    groups = int(clusters.max()) + 1
    summed = np.zeros((groups, x.shape[1]))
    np.add.at(summed, clusters, scores)
    n, k = x.shape
    small = groups / (groups - 1) * (n - 1) / (n - k)
    covariance = small * bread @ summed.T @ summed @ bread
    return float(slopes[0]), float(np.sqrt(covariance[0, 0]))
