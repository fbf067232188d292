"""Mirroring: how much of our tone comes back in the next answer of the same conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wingbeat.stats import Estimate, Tested
from wingbeat.stats.clusters import jackknife, products, second_slope
from wingbeat.stats.shares import reach

Floats = npt.NDArray[np.float64]
LEAST = 10  # conversations: below them no interval holds what it promises


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


def mirroring(
    turns: Sequence[Turn], *, seed: int, permutations: int = 1000, level: float = 0.95
) -> Mirrored:
    """Estimate b in after = a_place + b ours + r before + e, conversation by conversation.

    The interval leaves out each conversation in turn (Tukey 1958), with Student's t of as many,
    less one: of three to thirty the normal's missed five to two times too often. The chance deals
    our messages anew among conversations, place by place. Conversation effects are not taken out,
    since doing so with a lagged tone biases b (Nickell 1981); the tone before stands in for them.
    Error in the tones pulls b towards 0. An association: problems being solved make both sides
    warmer. Source: Barger and Grandey 2006, for the question.
    """
    x, y, whose, places = _columns(turns)
    # The constant lies within the places, and changes no slope of ours.
    sums = products(np.column_stack([np.ones(len(y)), x, y]), whose)
    slope, error = jackknife(sums, second_slope)
    b, half = float(slope), float(reach(len(sums) - 1, level=level) * error)
    rng = np.random.default_rng(seed)
    extreme = 0
    for _ in range(permutations):
        dealt = x.copy()
        for place in np.unique(places):
            rows = np.flatnonzero(places == place)
            dealt[rows, 0] = x[rng.permutation(rows), 0]
        extreme += abs(float(np.linalg.lstsq(dealt, y, rcond=None)[0][0])) >= abs(b)
    estimate = Estimate(b, b - half, b + half, len(y), "least squares, jackknife", level)
    p = (extreme + 1) / (permutations + 1)
    return Mirrored(estimate, Tested(b, p, len(y), "permutation within places"))


def _columns(turns: Sequence[Turn]) -> tuple[Floats, Floats, list[str], npt.NDArray[np.int64]]:
    whose = [turn.conversation for turn in turns]
    if len(set(whose)) < LEAST:
        raise ValueError("turns come from fewer than ten conversations; needed are ten")
    places = np.array([turn.place for turn in turns])
    levels = [(places == place).astype(float) for place in np.unique(places)]
    ours, before = [turn.ours for turn in turns], [turn.before for turn in turns]
    x = np.column_stack([ours, before, *levels])
    return x, np.array([turn.after for turn in turns]), whose, places
