"""The fold: any order, any partition, the same bits; and the same numbers on every engine."""

from __future__ import annotations

import random
from dataclasses import astuple
from datetime import timedelta
from functools import reduce

import ibis
import pytest
from hypothesis import given, strategies as st

from tests.laws.conftest import BEGIN, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Moment
from wingbeat.laws.memory import Episode, Memory, episodes_of, measure, remember, shipped_policy
from wingbeat.laws.memory.episodes import Blend, Felt
from wingbeat.laws.tables import table_of

POLICY = shipped_policy()
FITTED = Blend(20, 380, 290, 310, lowest=-1_955_000)
FAR = Blend(90_000, 2380, 1290, 310, lowest=-1_955_000)
DAY = 86_400
U = st.integers(-1_955_000, 1_000_000)
moments = st.lists(
    st.builds(Felt, st.integers(10**9, 10**9 + 50), st.integers(0, 9), U),
    min_size=1, max_size=30, unique_by=lambda one: (one.at, one.seq),
)  # fmt: skip
episodes = st.lists(st.tuples(st.integers(0, 4000), U), min_size=1, max_size=30)


def folded(found: list[tuple[int, int]]) -> Memory:
    return reduce(Memory.merge, (Memory.of(d * DAY, d, 2 * u, 30) for d, u in found), Memory())


@given(moments, st.randoms())
def test_an_episode_is_the_same_in_any_order_and_partition(
    found: list[Felt], chance: random.Random
) -> None:
    whole = reduce(Episode.merge, map(Episode.of, found))
    shuffled = chance.sample(found, len(found))
    cut = chance.randrange(len(found))
    parts = [reduce(Episode.merge, map(Episode.of, part)) for part in
             (shuffled[:cut], shuffled[cut:]) if part]  # fmt: skip
    assert reduce(Episode.merge, parts) == whole


def test_two_thousand_random_orders_and_partitions_are_bit_equal() -> None:
    chance = random.Random(8)
    for _ in range(2000):
        found = [
            (chance.randrange(900), chance.randrange(-1_955_000, 1_000_000)) for _ in range(12)
        ]
        whole = folded(found)
        chance.shuffle(found)
        a, b = sorted(chance.sample(range(13), 2))
        parts = [folded(part) for part in (found[b:], found[:a], found[a:b])]
        joined = reduce(Memory.merge, parts)
        assert joined == whole
        for day in (900, 901, 1500):  # and what is read, to the last bit
            assert astuple(joined.read(day, POLICY)) == astuple(whole.read(day, POLICY))


@given(st.lists(moments, min_size=1, max_size=8))
def test_a_fold_in_one_pass_is_the_merge_of_all(found: list[list[Felt]]) -> None:
    whole = [reduce(Episode.merge, map(Episode.of, one)) for one in found]
    merged = reduce(
        Memory.merge,
        (Memory.of(one.latest, one.day, one.remembered(), 30) for one in whole),
        Memory(),
    )
    assert remember(whole, POLICY) == merged


def test_finishing_a_part_is_the_mistake_the_fold_prevents() -> None:
    a, b, c = (Episode.of(Felt(t, 0, u)) for t, u in enumerate((243_000, -1_247_000, 543_000)))
    apart = (b.merge(c).remembered() + a.remembered()) / 2
    assert apart != a.merge(b).merge(c).remembered()


@given(episodes, st.integers(4000, 5000), st.integers(1, 2000))
def test_the_strongest_today_is_the_strongest_tomorrow(
    found: list[tuple[int, int]], day: int, later: int
) -> None:
    memory = folded(found)
    today, then = memory.read(day, POLICY).peak, memory.read(day + later, POLICY).peak
    assert then == pytest.approx(today * 0.5 ** (later / 30), rel=1e-9, abs=1e-300)


@given(episodes)
def test_memory_stays_in_its_range(found: list[tuple[int, int]]) -> None:
    assert -1.955 <= folded(found).read(4001, POLICY).now <= 1


@given(episodes, st.integers(4001, 4100))
def test_a_better_farewell_never_hurts(found: list[tuple[int, int]], day: int) -> None:
    plain = folded([*found, (4001, -100_000)])
    better = folded([*found, (4001, 300_000)])
    assert better.read(day, POLICY).end > plain.read(day, POLICY).end
    assert better.read(day, POLICY).attitude > plain.read(day, POLICY).attitude


def desk(customers: int, *, seed: int) -> list[Moment]:
    """A desk at random, with ratings, gifts without a conversation, silences and ties."""
    chance = random.Random(seed)
    made: list[Moment] = []
    for who in range(customers):
        for _ in range(chance.randrange(1, 25)):
            kind = chance.choice(["answer"] * 8 + ["rating", "grant"])
            value = chance.choice([-1000, -500, 0, 500, 1000]) if kind == "rating" else (
                chance.randrange(-1000, 1001)
            )  # fmt: skip
            day = chance.choice([0, 1, 2, 3, 20, 40, 200])
            made.append(
                Moment(
                    customer=f"c{who}", at=BEGIN + timedelta(days=day, hours=chance.randrange(9)),
                    conversation=None if kind == "grant" else f"{who}-{chance.randrange(3)}",
                    seq=len(made), kind=kind, value=value, evidence=None,
                )
            )  # fmt: skip
    return made


@pytest.mark.parametrize("blend", [None, FITTED, FAR], ids=["peak-end", "blend", "far"])
def test_an_engine_finds_what_the_fold_finds(engine: Engine, blend: Blend | None) -> None:
    made = desk(40, seed=7)
    table = engine.put("moments", table_of(Moment, made))
    felt = engine.put("felt", measure.felt_table(POLICY))
    reaches = engine.put("reaches", measure.reach_table(POLICY))
    found = measure.remembered(
        measure.episodes(measure.attached(table, POLICY), felt, POLICY), blend
    )
    as_of = seconds(BEGIN) + 210 * DAY
    episodes = found.to_pyarrow()
    told = sorted(episodes.to_pylist(), key=lambda r: (r["customer"], r["latest"], r["opened"]))
    held = engine.put("episodes", episodes)  # or a cluster would work them out three times
    recalled = rows_of(measure.recollections(held, reaches, POLICY, as_of=as_of), "customer")
    customers = rows_of(measure.customers(held, reaches), "customer")
    for row, whole in zip(recalled, customers, strict=True):
        own = episodes_of([m for m in made if m.customer == row["customer"]], POLICY)
        theirs = [r for r in told if r["customer"] == row["customer"]]
        seen = sorted((r["latest"], r["opened"], r["kept"], r["computed"], r["n"]) for r in theirs)
        assert seen == sorted(
            (e.latest, e.opened, e.remembered(blend), e.computed(blend), e.n) for e in own
        )
        memory = remember(own, POLICY, blend)
        best = (memory.best[0] << 24) + memory.best[1] if memory.best else 0
        assert (whole["best_key"], whole["scar"], whole["n"]) == (best, memory.scar, memory.n)
        read = memory.read(as_of // DAY, POLICY)
        for name in ("now", "peak", "attitude", "fresh"):
            assert row[name] == pytest.approx(getattr(read, name), abs=1e-9), name


def test_a_thousand_moments_in_an_hour_fit_the_keys() -> None:
    made = [
        Moment(
            customer="a", conversation="1", at=BEGIN + timedelta(seconds=i // 3), seq=i % 3,
            kind="answer", value=(-1) ** i * (i % 1001), evidence=None,
        )
        for i in range(3000)
    ]  # fmt: skip
    found = measure.episodes(
        ibis.memtable(table_of(Moment, made)), ibis.memtable(measure.felt_table(POLICY)), POLICY
    )
    [row] = rows_of(found, "customer")
    [episode] = episodes_of(made, POLICY)
    assert episode.peak is not None
    assert episode.end is not None
    assert (row["peak"], row["end"], row["total"]) == (
        episode.peak.u, episode.end.u, episode.total,
    )  # fmt: skip
