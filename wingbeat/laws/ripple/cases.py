"""The cases of the law of ripples."""

from __future__ import annotations

import random
from functools import lru_cache
from math import exp

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.ripple import borel, many_small, shipped_policy, talk_share, told_of


@lru_cache
def _cascades() -> Numbers:
    """Play 200,000 stories with R = 0.5, one teller at a time."""
    chance = random.Random(11)
    sizes = []
    for _ in range(200_000):
        size = alive = 1
        while alive:
            alive = sum(_poisson(chance, 0.5) for _ in range(alive))
            size += alive
        sizes.append(size)
    mean = sum(sizes) / len(sizes)
    variance = sum((size - mean) ** 2 for size in sizes) / len(sizes)
    return mean, variance, sizes.count(1) / len(sizes), sizes.count(2) / len(sizes)


def _poisson(chance: random.Random, mean: float) -> int:
    left, product, count = exp(-mean), chance.random(), 0
    while product > left:
        product *= chance.random()
        count += 1
    return count


def _both_signs() -> Numbers:
    policy = shipped_policy()
    return (0.8 * talk_share(0.6, policy) / (0.2 * talk_share(-0.6, policy)),)


def _triangle() -> Numbers:
    return (told_of({("a", "b"): 0.5, ("b", "c"): 0.5, ("a", "c"): 0.2}, "a"),)


CASES = (
    Case("V10", "2, 4, 5 and 10 small acts against one", "own", (1.087, 1.181, 1.213, 1.318), 0.001,
         "n^0.12", lambda: tuple(many_small(n) for n in (2, 4, 5, 10))),
    Case("V11", "stories with R = 0.5: mean and variance of tellers", "published",
         (2.0, 4.0), 0.08, "Borel 1942, played 200,000 times", lambda: _cascades()[:2]),
    Case("V11b", "the same stories: P(1), P(2)", "published", (0.6065, 0.1839), 0.003,
         "Borel 1942, played 200,000 times", lambda: _cascades()[2:]),
    Case("V11c", "Borel's formula: P(1), P(2) at R = 0.5", "published", (0.6065, 0.1839), 0.0001,
         "Borel 1942", lambda: (borel(1, 0.5), borel(2, 0.5))),
    Case("V12", "a triangle of ties, .5, .5 and .2: how many know in the end", "own", (1.9,), 1e-9,
         "1 + .5 + 1 - (1 - .2)(1 - .25), by hand", _triangle),
    Case("V13", "good word of mouth against bad, 80 to 20", "own", (3.23,), 0.01,
         "East et al. 2007 find 3 to 1", _both_signs),
)  # fmt: skip
