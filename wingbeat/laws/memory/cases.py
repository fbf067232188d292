"""The cases of the law of memory."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from math import exp, isclose, log, log10

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.memory import Episode, Memory, felt, shipped_policy, vivid
from wingbeat.laws.memory.episodes import Felt
from wingbeat.laws.memory.value import MILLION

POLICY = shipped_policy()
MINUTES = (19, 63, 525, 1440, 2880, 8640, 44640)  # 19 min, 63 min, 8.75 h, 1, 2, 6 and 31 days


def _days(*episodes: tuple[int, float]) -> Memory:
    made = (Memory.of(day * 86_400, day, round(u * 2e6), 30) for day, u in episodes)
    return reduce(Memory.merge, made, Memory())


def _value() -> Numbers:
    # x = 100 lies outside the table, which ends at 1; v is homogeneous: v(100) = 100^a v(1).
    scale = 100**POLICY.exponent / 1e6
    return felt(1000) * scale, felt(-1000, loss_aversion=2.25) * scale


def _kept(pain: Sequence[float]) -> float:
    """What the law keeps of pains from 0 to 10, in their order, each felt as it is."""
    parts = (Episode.of(Felt(at, 0, -round(MILLION * one))) for at, one in enumerate(pain))
    return reduce(Episode.merge, parts).remembered() / MILLION / 2


def _colonoscopy() -> Numbers:
    """With equal peaks the rule foretells half of the gain in the last pain, in hundredths."""
    gain = 100 * (_kept([2, 7, 1.7]) - _kept([2, 7, 2.5]))
    odds = exp(log(1.41) / 2)
    before, after = (50.4 / 49.6) / odds, (50.4 / 49.6) * odds
    return gain, 100 * before / (1 + before), 100 * after / (1 + after)


def _cold_water() -> Numbers:
    """Pain by the minute, up to 8.4; the long trial then warms to 5.7."""
    short = [2.0, 5.0, 7.0, 8.4]
    long = [*short, 7.0, 5.7]
    return float(sum(short) < sum(long)), float(_kept(long) > _kept(short))


def _ebbinghaus() -> Numbers:
    return tuple(100 * 1.84 / (log10(minutes) ** 1.25 + 1.84) for minutes in MINUTES)


def _five_reads() -> Numbers:
    example = _days((0, 0.6), (20, -1.2), (50, 0.5))
    last = _days((0, 0.6), (20, 0.5), (50, -1.2))
    reads = [example.read(day, POLICY).now for day in (50, 80, 140, 415)]
    return *reads, last.read(50, POLICY).now


def _draws(chance: random.Random) -> list[tuple[int, float]]:
    return [(chance.randrange(900), chance.uniform(-1.955, 1)) for _ in range(12)]


def _merge() -> Numbers:
    chance = random.Random(8)
    wrong = 0
    for _ in range(2000):
        found = _draws(chance)
        whole = _days(*found)
        chance.shuffle(found)
        cut = chance.randrange(12)
        wrong += _days(*found[cut:]).merge(_days(*found[:cut])) != whole
    return (float(wrong),)


def _winner() -> Numbers:
    chance = random.Random(9)
    changed, days = 0, (900, 960, 1200, 2000)
    for _ in range(2000):
        memory = _days(*_draws(chance))
        # The same episode, unless what it was on its own day differs.
        fresh = [memory.read(day, POLICY).peak * 2 ** (day / 30) for day in days]
        changed += not all(isclose(a, b) for a, b in pairwise(fresh))
    return (float(changed),)


def _mixture() -> Numbers:
    """A power law of forgetting as four mergeable terms, at its worst day in two years."""
    terms = ((0.4446, 1), (0.3384, 7), (0.1222, 60), (0.0713, 720))
    errors = [
        abs(
            (1 + d) ** -0.5
            - sum(
                weight * vivid(1000, days=d, half_life_days=half) / MILLION
                for weight, half in terms
            )
        )
        for d in range(731)
    ]
    return (max(errors),)


CASES = (
    Case("V3", "value of +100 and -100", "published", (57.54, -129.47), 0.01,
         "Tversky and Kahneman 1992", _value),
    Case("V4", "colonoscopy trial: gain in memory (hundredths), return", "published",
         (40, 46.1, 54.7), 0.1, "Redelmeier, Katz and Kahneman 2003 (seen: 50, 14 to 86)",
         _colonoscopy),
    Case("V5", "cold water: the sum prefers the short trial, memory the long one", "published",
         (1, 1), 0, "Kahneman et al. 1993, by direction", _cold_water),
    Case("V6", "Ebbinghaus' formula at seven times", "published",
         (57.5, 46.9, 34.5, 30.4, 28.1, 24.9, 21.2), 0.1, "Ebbinghaus 1885", _ebbinghaus),
    Case("V7", "memory at four reads; the bad one last", "own",
         (-0.050, 0.039, 0.008, -0.018, -1.2), 0.001, "by hand", _five_reads),
    Case("V8", "2,000 random orders and partitions that differ", "own", (0,), 0,
         "the fold in another order", _merge),
    Case("V9", "2,000 strongest episodes that change later", "own", (0,), 0,
         "read at four days", _winner),
    Case("V26", "four exponentials against a power law, largest error", "own", (0.024,), 0.001,
         "(1 + d)^-0.5", _mixture),
)  # fmt: skip
