"""The cases of the law of ripples."""

from __future__ import annotations

from functools import lru_cache

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.ripple import borel, many_small, shipped_policy, talk_share, told_of


@lru_cache
def _cascades() -> Numbers:
    """Play 200,000 stories with R = 0.5, as a reading plays them."""
    import numpy as np

    from wingbeat.laws.ripple.report import played

    told = played(np.ones(200_000), 0.5, most=10**6, rng=np.random.default_rng(11))
    return float(told.mean()), float(told.var()), *(float((told == n).mean()) for n in (1, 2))


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
