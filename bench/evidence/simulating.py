"""Print the simulated figures that stand on the laws' pages: of fixes that do nothing, and such.

python -m bench.evidence.simulating     (about a minute)
"""

from __future__ import annotations

from math import ceil

import numpy as np

from wingbeat.laws.lessons import shipped_policy
from wingbeat.laws.lessons.coach import watch
from wingbeat.laws.lessons.report import Weeks, bursts
from wingbeat.stats import Estimate
from wingbeat.stats.clusters import share_of
from wingbeat.stats.rates import rate_ratio
from wingbeat.stats.shares import jeffreys

Days = np.ndarray[tuple[int], np.dtype[np.float64]]
LESSONS = shipped_policy()


def main() -> None:
    """Print every figure."""
    lessons_changed()
    lessons_held()
    ethics_held()


def lessons_changed(rounds: int = 1_000) -> None:
    """How often a change is told in 140 days on either side: of counts, and of bursts."""
    for size, left in ((4, 1.0), (1, 1.0), (1, 0.4)):
        rng, plain, told = np.random.default_rng(1), 0, 0
        for _ in range(rounds):
            before, after = _came(rng, 140, 14, size), _came(rng, 140, 14 * left, size)
            as_one = bursts(_weeks(before, 140), _weeks(after, 140))
            counts = max(1, len(before)), len(after)
            fewer = max(1, round(counts[0] / as_one)), round(counts[1] / as_one)
            plain += rate_ratio(counts[0], 140, counts[1], 140)[1].p < 0.05
            told += rate_ratio(fewer[0], 140, fewer[1], 140)[1].p < 0.05
        print(f"lessons: {size} at a time, {left:.0%} left: a change told of {plain} by counts, "
              f"of {told} by bursts, of {rounds:,}")  # fmt: skip


def lessons_held(rounds: int = 300) -> None:
    """How often an idle fix ever "holds", looked at every day for 200 days."""
    for size, mornings in ((4, 13), (4, 30), (4, 8), (1, 12)):
        rng, held, plain = np.random.default_rng(1), 0, 0
        for _ in range(rounds):
            before, after = _came(rng, 100, mornings, size), _came(rng, 200, 2 * mornings, size)
            looks = [_holds(before, after[after < day], day) for day in range(1, 200)]
            held, plain = held + any(one for one, _ in looks), plain + any(one for _, one in looks)
        print(f"lessons: {size} at a time, {mornings} mornings in 100 days: an idle fix held "
              f"{held} times by bursts, {plain} by counts, of {rounds}")  # fmt: skip


def _holds(before: Days, after: Days, day: int) -> tuple[bool, bool]:
    as_one = bursts(_weeks(before, 98), _weeks(after, day))
    by_bursts, by_counts = (
        watch(LESSONS, before=len(before) / one, days_before=100, after=ceil(len(after) / one),
              days_after=day).state == "holds"
        for one in (as_one, 1.0)
    )  # fmt: skip
    return by_bursts, by_counts


def _came(rng: np.random.Generator, days: int, mornings: float, size: int) -> Days:
    """When it came: mornings by chance, each brings geometrically many, `size` the mean."""
    at = rng.uniform(0, days, rng.poisson(mornings))
    return np.repeat(at, rng.geometric(1 / size, len(at)))


def _weeks(at: Days, days: int) -> Weeks:
    whole = days // 7
    counts = np.bincount((at // 7).astype(int), minlength=whole)[:whole]
    return dict(enumerate(map(int, counts)))


def ethics_held(rounds: int = 1_000) -> None:
    """How often the interval of a share holds it: 1 to 12 promises to each customer, rho 0.3."""
    for share in (0.7, 0.95, 0.97):
        for customers in (12, 40):
            rng, held, over, plain = np.random.default_rng(3), 0, 0, 0
            for _ in range(rounds):
                of = rng.integers(1, 13, customers)
                good = rng.binomial(of, rng.beta(share * 7 / 3, (1 - share) * 7 / 3, customers))
                found = share_of(good, of, range(customers), method=jeffreys)
                alone = jeffreys(int(good.sum()), int(of.sum()))
                assert isinstance(found, Estimate)
                held += not found.excludes(share)
                over += found.low > share
                plain += not alone.excludes(share)
            print(f"ethics: {share} of {customers} customers held {held} of {rounds:,}, too well "
                  f"{over}; plain {plain}")  # fmt: skip


if __name__ == "__main__":
    main()
