"""Families: several questions asked at once, so that one false yes does not hide among them."""

from __future__ import annotations

from collections.abc import Sequence

from wingbeat.stats.results import WrongNumber


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p values so that the chance of any false yes in the family stays below the level.

    The i-th smallest of m becomes max over j <= i of (m - j + 1) p_j, at most 1.
    Source: Holm 1979, Scandinavian Journal of Statistics 6:65.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    _check(p)
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = highest
    return adjusted


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Adjust p values so that the expected share of false ones among the yeses stays below it.

    The i-th smallest of m becomes min over j >= i of p_j m / j, at most 1.
    Source: Benjamini and Hochberg 1995, JRSS B 57:289.

    >>> [round(q, 3) for q in benjamini_hochberg([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    _check(p)
    adjusted, lowest = [0.0] * len(p), 1.0
    order = sorted(range(len(p)), key=p.__getitem__)
    for rank in range(len(p), 0, -1):
        i = order[rank - 1]
        lowest = min(lowest, p[i] * len(p) / rank)
        adjusted[i] = lowest
    return adjusted


def _check(p: Sequence[float]) -> None:
    for value in p:
        if not 0 <= value <= 1:
            raise WrongNumber.of("p", value, "a probability from 0 to 1")
