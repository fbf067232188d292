"""The cases of the law of harvest."""

from __future__ import annotations

import random

from wingbeat.laws.cases import Case, Numbers


def _nothing_sown() -> Numbers:
    """How often 400 desks where an act changes nothing are told that it does."""
    from wingbeat.stats.lift import lift

    lot, wrong = random.Random(26), 0
    for _ in range(400):
        strata = []
        for share in (0.1, 0.3, 0.6):
            n, m = lot.randrange(20, 80), lot.randrange(20, 80)
            good = [sum(lot.random() < share for _ in range(k)) for k in (n, m)]
            strata.append((n, good[0], m, good[1]))
        found = lift(strata)
        wrong += found.low > 0 or found.high < 0
    return (wrong / 400,)


def _joined() -> Numbers:
    from wingbeat.stats.lift import chance, lift

    strata = [(106, 8, 120, 5), (98, 22, 85, 16)]
    found = lift(strata, level=0.9)
    return found.value, found.low, found.high, chance(strata)


def _each() -> Numbers:
    from wingbeat.stats.shares import wilson

    found = wilson(81, 263)
    return found.value, found.low, found.high


CASES = (
    Case("B26", "81 good words on 263 acts: share, interval", "published", (0.308, 0.2553, 0.3662),
         1e-4, "Newcombe 1998, Statistics in Medicine 17:857", _each),
    Case("B26c", "difference joined over two strata, its 90 % interval, and chance", "published",
         (0.0349, -0.0176, 0.0874, 0.2750), 1e-4,
         "Rothman 2008, table 15-1, as R's metafor computes it", _joined),
    Case("B26b", "share of idle acts that are told to matter", "own", (0.05,), 0.025,
         "simulation of no effect", _nothing_sown),
)  # fmt: skip
