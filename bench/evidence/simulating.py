"""Print the simulated figures that stand on the laws' pages: of fixes that do nothing, and such.

python -m bench.evidence.simulating     (some minutes)
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log

import numpy as np
from scipy.stats import norm

from tests.laws.recovery.test_effect import many_each
from tests.laws.respect.desks import of_few, promised_to_few, thin, thin_waits
from tests.laws.support.test_crowds import POLICY as SUPPORT, with_bulk
from wingbeat.laws import decay, recovery, respect
from wingbeat.laws.decay.drifting import change
from wingbeat.laws.decay.fading import fit
from wingbeat.laws.lessons import shipped_policy
from wingbeat.laws.lessons.coach import watch
from wingbeat.laws.lessons.report import Weeks, bursts
from wingbeat.laws.recovery.report import effect, limit_of
from wingbeat.laws.respect.report import shares, smaller_waits
from wingbeat.laws.ripple.report import in_a_hundred
from wingbeat.laws.support.report import crowd
from wingbeat.stats import Estimate
from wingbeat.stats.clusters import share_of
from wingbeat.stats.rates import poisson_regression, rate, rate_ratio
from wingbeat.stats.shares import jeffreys
from wingbeat.stats.survival import Durations, kaplan_meier

Days = np.ndarray[tuple[int], np.dtype[np.float64]]
LESSONS, RESPECT, RECOVERY = shipped_policy(), respect.shipped_policy(), recovery.shipped_policy()
DECAY = decay.shipped_policy()
# A customer's pace is lognormal, a wait exponential with mean 10 h: the median, and 9 of 10 open.
MEDIAN, NINTH = 6.363, 0.6933


def main() -> None:
    """Print every figure."""
    lessons_changed()
    lessons_held()
    lessons_step_held()
    ethics_held()
    recovery_told()
    limit_held()
    curves_held()
    decay_held()
    decay_of_things_held()
    decay_change_held()
    respect_told()
    ripple_held()
    crowds_told()


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


def lessons_step_held(rounds: int = 1_000) -> None:
    """How often the step of an idle fix is told: of bursts of four, twelve a week in the mean."""
    for earlier, later in ((3, 3), (4, 4), (14, 3), (14, 12), (14, 30)):
        rng, told, asked = np.random.default_rng(8), 0, 0
        columns = [[week, float(week >= 0)] for week in range(-earlier, later)]
        while asked < rounds:
            counts = [int(rng.geometric(1 / 4, rng.poisson(3)).sum()) for _ in columns]
            if min(sum(counts[:earlier]), sum(counts[earlier:])):
                asked += 1
                told += poisson_regression(counts, columns, [1.0] * len(columns))[1].excludes(1)
        print(f"lessons: {earlier} weeks before and {later} since: an idle fix has a step {told} "
              f"times of {rounds:,}")  # fmt: skip


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


def recovery_told(rounds: int = 1_000) -> None:
    """How often grants that do nothing change something: of failures, and of customers."""
    for customers in (60, 200):
        plain = told = 0
        for seed in range(rounds):
            rows = many_each(np.random.default_rng(seed), customers)
            alone = {**rows, "customer": np.arange(len(rows["customer"]))}
            plain, told = plain + effect(alone).excludes(0), told + effect(rows).excludes(0)
        print(f"recovery: {customers} customers, idle grants told {plain} times of failures, "
              f"{told} of customers, of {rounds:,}")  # fmt: skip


def limit_held(rounds: int = 1_000) -> None:
    """How often the range of the limit misses: margins lognormal, four of five stay, alike or not.

    Where margins and staying go together, whoever brings more stays oftener (probit, slope 0.8).
    """
    for customers in (30, 100, 300):
        for spread in (0.8, 1.2):
            for slope in (0.0, 0.8):
                rng, missed, plain = np.random.default_rng(4), 0, 0
                for _ in range(rounds):
                    luck = rng.normal(size=customers)
                    cents = 6000 * np.exp(spread * luck - spread**2 / 2)
                    stay = norm.cdf(norm.ppf(0.8) * np.sqrt(1 + slope**2) + slope * luck)
                    stayed = (rng.random(customers) < stay).astype(int)
                    found, _ = limit_of(cents, stayed, RECOVERY)
                    assert isinstance(found, Estimate)
                    alone, _ = limit_of(np.full(customers, cents.mean()), stayed, RECOVERY)
                    assert isinstance(alone, Estimate)
                    missed, plain = missed + found.excludes(37.5), plain + alone.excludes(37.5)
                print(
                    f"recovery: {customers} customers, spread {spread}, slope {slope}: the range"
                    f" of the limit missed {missed}, of retention alone {plain}, of {rounds:,}"
                )


def curves_held(rounds: int = 1_000) -> None:
    """How often a curve's median and share hold, how wide: 1 to 12 waits a customer of one pace."""
    for customers, open_by in ((12, 80.0), (40, 80.0), (150, 80.0), (40, 20.0)):
        rng, held, plain = np.random.default_rng(6), [0, 0], [0, 0]
        wide: list[tuple[float, ...]] = []
        for _ in range(rounds):
            whose = np.repeat(np.arange(customers), rng.integers(1, 13, customers))
            hours = rng.lognormal(0, 1, customers)[whose] * rng.exponential(10, len(whose))
            until = rng.uniform(0, open_by, len(whose))
            told = np.minimum(hours, until), hours <= until
            for counts, curve in ((held, kaplan_meier(Durations.of(*told, whose))),
                                  (plain, kaplan_meier(Durations.of(*told)))):  # fmt: skip
                middle, share = curve.quantile(), curve.at(NINTH) if curve.tells(NINTH) else None
                counts[0] += not middle.excludes(MEDIAN)
                counts[1] += share is None or not share.excludes(0.9)
                if counts is held:
                    ends = (share.low, share.high) if share else (0.0, 1.0)
                    wide.append((middle.low, middle.high, *ends, middle.low <= curve.times[0]))
        print(f"curves: {customers} customers, watched for up to {open_by:.0f} h: the median held "
              f"{held[0]}, of waits alone {plain[0]}; the share open after {NINTH} h {held[1]}, "
              f"alone {plain[1]}, of {rounds:,}")  # fmt: skip
        low, high, under, above, at_first = np.array(wide).T
        print(f"    by customer, in the middle: median {np.median(low):.1f} to "
              f"{np.median(high):.1f} h ({np.isinf(high).mean():.1%} without an end, "
              f"{at_first.mean():.1%} from the first answer on), share "
              f"{np.median(under):.3f} to {np.median(above):.3f}")  # fmt: skip


def decay_of_things_held(rounds: int = 1_000) -> None:
    """The same for spans, 1 to 7 of each thing, each thing with a pace of its own."""
    rng = np.random.default_rng(1)
    paces = np.repeat(rng.lognormal(0, 1, 100_000), 4)
    days = paces * rng.weibull(1.3, len(paces)) * 100
    true = fit(np.minimum(days, 80), days <= 80)  # the curve that all things together have
    for things in (10, 30, 100):
        held, plain, worn, alone = 0, 0, 0, 0
        for _ in range(rounds):
            whose = np.repeat(np.arange(things), rng.integers(1, 8, things))
            days = rng.lognormal(0, 1, things)[whose] * rng.weibull(1.3, len(whose)) * 100
            told = np.minimum(days, 80), days <= 80
            found, single = fit(*told, whose), fit(*told)
            held += not found.estimate().excludes(true.half_life)
            plain += not single.estimate().excludes(true.half_life)
            worn += not found.wear().excludes(true.shape)
            alone += not single.wear().excludes(true.shape)
        print(f"decay: {things} things with 1 to 7 spans: half-life held {held}, of spans alone "
              f"{plain}; shape {worn}, {alone}, of {rounds:,}")  # fmt: skip


def decay_change_held(rounds: int = 1_000) -> None:
    """How often a change is told where there is none: weeks alike, and each with its own level."""
    alone = replace(DECAY, least_weeks=2)
    for apart in (0.0, 0.2):
        for weeks in (2, 3, 4):
            rng, told, plain = np.random.default_rng(1), 0, 0
            for _ in range(rounds):
                levels = np.repeat(20 * rng.lognormal(0, apart, 8 + weeks), 7)
                came = rng.poisson(levels).astype(float)
                found, own = change(came, DECAY), change(came, alone)
                told += isinstance(found, Estimate) and found.excludes(1)
                plain += isinstance(own, Estimate) and own.excludes(1)
            print(f"decay: {weeks} weeks watched, no change, weeks {apart:.0%} apart: told {told}, "
                  f"by these weeks' own spread {plain}, of {rounds:,}")  # fmt: skip


def decay_held(rounds: int = 200) -> None:
    """How often shape and half-life lie in their intervals, where five errors speak."""
    for things in (40, 300):
        for shape in (0.7, 1.0, 1.6):
            for watched in (0.3, 1.0, 2.0):
                _decay(things, shape, watched, rounds)


def _decay(things: int, shape: float, watched: float, rounds: int) -> None:
    rng, half = np.random.default_rng(1), 180.0  # days
    until, tried, seen, worn, held = watched * half, 0, 0, 0, 0
    while seen < rounds and tried < 100 * rounds:
        days, tried = half * rng.weibull(shape, things) / log(2) ** (1 / shape), tried + 1
        if (days <= until).sum() >= 5:
            found = fit(np.minimum(days, until), days <= until)
            seen += 1
            worn += not found.wear().excludes(shape)
            held += not found.estimate().excludes(half)
    print(f"decay: {things} things, shape {shape}, watched {watched} of a half-life ({seen} of "
          f"{tried} speak): shape held {worn / seen:.0%}, half-life {held / seen:.0%}")  # fmt: skip


def respect_told(rounds: int = 300) -> None:
    """How often even service is called unequal: promises, their interval, waits."""
    for name, promises, waits in (
        ("40 a side, 6 each", lambda lot: thin(lot, 40, 6), lambda lot: thin_waits(lot, 40, 6)),
        ("40 a side, 12 each", lambda lot: thin(lot, 40, 12), lambda lot: thin_waits(lot, 40, 12)),
        ("10 big of 40, 400 small", promised_to_few, lambda lot: of_few(lot, 0.6)),
    ):
        lot, kept, apart, late = np.random.default_rng(4), 0, 0, 0
        for _ in range(rounds):
            found, details = shares(promises(lot), RESPECT)
            kept += details["p"] < 0.05
            apart += isinstance(found, Estimate) and found.excludes(0)
            late += smaller_waits(waits(lot), RESPECT)[1]["p"] < 0.05
        print(f"respect: {name}: promises {kept}, interval {apart}, waits {late}, of {rounds}")


def ripple_held(rounds: int = 1_000) -> None:
    """How often the range of small acts misses: two go together, each customer has a share."""
    for customers, each in ((200, 1), (40, 5), (20, 10)):
        rng, missed, plain = np.random.default_rng(1), 0, 0
        for _ in range(rounds):
            share = rng.beta(1.5, 1.5, (customers, 1))
            acts = 2 * (rng.random((customers, each)) < share).sum(axis=1)
            found = in_a_hundred(acts, np.full(customers, each))
            missed += isinstance(found, Estimate) and found.excludes(100)
            plain += rate(int(acts.sum()), customers * each / 100).excludes(100)
        print(f"ripple: {customers} customers of {each}: missed {missed}, by a Poisson's {plain}, "
              f"of {rounds:,}")  # fmt: skip


def crowds_told(rounds: int = 500) -> None:
    """How often bulk mails beside 600 single answers are told as a crowd: by day, and by answer."""
    for mails, moved in ((5, 0.0), (20, 0.0), (0, 0.0), (0, 0.3)):
        rng, told, alone, spread = np.random.default_rng(5), 0, 0, [[0.0], [0.0]]
        for _ in range(rounds):
            rows = with_bulk(rng, mails, moved=moved)
            found = crowd(rows, SUPPORT).details
            each = crowd([row | {"day": i} for i, row in enumerate(rows)], SUPPORT).details
            told, alone = told + (found["verdict"] == "crowd"), alone + (each["verdict"] == "crowd")
            spread[0].append(float(found["z"]))
            spread[1].append(float(each["z"]))
        wide = " and ".join(f"{np.std(one):.2f}" for one in spread)
        print(f"support: {mails} mails to thirty, {moved:.0%} of the late moved: told {told} times "
              f"by days, {alone} by answers, of {rounds}; z spreads by {wide}")  # fmt: skip


if __name__ == "__main__":
    main()
