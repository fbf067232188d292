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
    for value in p:
        if not 0 <= value <= 1:
            raise WrongNumber.of("p", value, "a probability from 0 to 1")
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = highest
    return adjusted
