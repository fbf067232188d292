"""The cases of the law of harvest."""

from __future__ import annotations

import random

from wingbeat.laws.cases import Case, Numbers


def _nothing_sown() -> Numbers:
    """How often 400 desks where an act changes nothing are told that it does."""
    from wingbeat.laws.harvest.lift import lift

    chance, wrong = random.Random(26), 0
    for _ in range(400):
        strata = []
        for share in (0.1, 0.3, 0.6):
            n, m = chance.randrange(20, 80), chance.randrange(20, 80)
            good = [sum(chance.random() < share for _ in range(k)) for k in (n, m)]
            strata.append((n, good[0], m, good[1]))
        found = lift(strata)
        wrong += found.low > 0 or found.high < 0
    return (wrong / 400,)


def _each() -> Numbers:
    from wingbeat.stats.rates import rate

    found = rate(18, 12)
    return found.value, found.low, found.high


def _referred() -> Numbers:
    from wingbeat.laws.harvest.lift import through_referrals

    return (through_referrals(1.5, 0.25),)


CASES = (
    Case("B26c", "1.5 good words an act, a quarter more of each by referral", "own", (2.0,), 1e-9,
         "a geometric series", _referred),
    Case("B26", "18 good words on 12 acts, exact interval", "own", (1.5, 0.89, 2.37), 0.005,
         "Garwood 1936: halves of chi-squared at 36 and 38", _each),
    Case("B26b", "share of idle acts that are told to matter", "own", (0.05,), 0.025,
         "simulation of no effect", _nothing_sown),
)  # fmt: skip
