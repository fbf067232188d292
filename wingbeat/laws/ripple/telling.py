"""How acts add up, and how stories travel: the formulas, light enough for a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import exp, lgamma, log

from wingbeat.laws.ripple.policy import RipplePolicy


def many_small(acts: int, *, exponent: float = 0.88) -> float:
    """Return how much more n acts of size x/n are felt than one of size x: n^(1 - a).

    A ratio of the model, not a measured effect; money lost is repaid at once and in full.
    Source: value function of Tversky and Kahneman 1992; direction: Thaler 1985.

    >>> [round(many_small(n), 3) for n in (1, 2, 4, 5, 10)]
    [1.0, 1.087, 1.181, 1.213, 1.318]
    """
    if acts < 1:
        raise ValueError(f"acts is {acts}; allowed is 1 or more")
    return float(acts ** (1 - exponent))


def talk_share(left_with: float, policy: RipplePolicy) -> float:
    """Return the share who tell somebody, when left with -1 (worst) to 1 (best).

    >>> from wingbeat.laws.ripple import shipped_policy
    >>> round(talk_share(0.6, shipped_policy()), 3), round(talk_share(-0.6, shipped_policy()), 3)
    (0.25, 0.31)
    """
    bad, good = max(0.0, -left_with), max(0.0, left_with)
    return min(1.0, policy.talk_base + policy.talk_bad * bad + policy.talk_good * good)


def borel(tellers: int, spread: float) -> float:
    """Return the chance that a story ends after exactly so many tellers: Borel's distribution.

    P(n) = e^(-R n) (R n)^(n - 1) / n! for R < 1; mean 1/(1 - R), variance R/(1 - R)^3.
    Source: Borel 1942.

    >>> round(borel(1, 0.5), 4), round(borel(2, 0.5), 4)
    (0.6065, 0.1839)
    """
    if not 0 <= spread < 1:
        raise ValueError(f"spread is {spread}; allowed is 0 to below 1: else it may not die out")
    if spread == 0:
        return float(tellers == 1)
    n = tellers
    return exp(-spread * n + (n - 1) * log(spread * n) - lgamma(n + 1))


MOST_TIES = 16


def told_of(ties: Mapping[tuple[str, str], float], first: str) -> float:
    """Return how many people are expected to know in the end, where it is known who talks to whom.

    Independent cascade (Kempe, Kleinberg and Tardos 2003): whoever hears of it tries each tie once.
    Computed exactly, over all ways in which the ties may carry it; so at most sixteen ties.

    >>> round(told_of({("a", "b"): 0.5, ("b", "c"): 0.5, ("a", "c"): 0.2}, "a"), 9)
    1.9
    """
    if len(ties) > MOST_TIES:
        raise ValueError(f"ties are {len(ties)}; allowed are {MOST_TIES}, each doubles the work")
    expected = 0.0
    for live in product((False, True), repeat=len(ties)):
        chance, open_ties = 1.0, []
        for (tie, share), carries in zip(ties.items(), live, strict=True):
            chance *= share if carries else 1 - share
            open_ties += [tie] if carries else []
        expected += chance * len(_reached(open_ties, first))
    return expected


def _reached(ties: Sequence[tuple[str, str]], first: str) -> set[str]:
    known, fresh = {first}, {first}
    while fresh:
        fresh = {to for by, to in ties if by in fresh} - known
        known |= fresh
    return known
