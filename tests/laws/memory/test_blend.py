"""The fitted blend: bounds, customers kept whole, and intervals that hold the truth."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import timedelta

import numpy as np
import pytest

from tests.laws.conftest import BEGIN, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Moment
from wingbeat.laws.memory import episodes_of, remember, shipped_policy
from wingbeat.laws.memory.blend import Floats, _ridge, fit
from wingbeat.laws.memory.episodes import Blend
from wingbeat.laws.memory.report import report
from wingbeat.laws.readings import Reading
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

POLICY = shipped_policy()
TRUE = np.array([0.1, 0.5, 0.2])


def moment(who: str, day: int, kind: str, value: int) -> Moment:
    return Moment(customer=who, conversation=f"{who}-{day // 30}", at=BEGIN + timedelta(days=day),
                  seq=0, kind=kind, value=value, evidence=None)  # fmt: skip


@pytest.mark.parametrize(("value", "kept"), [(1000, 2_000_000), (-1000, -3_910_000)])
def test_a_blend_stays_where_a_rating_can_be(value: int, kept: int) -> None:
    found = episodes_of([moment("ana", 0, "answer", value)], POLICY)
    far = Blend(0, 2000, 2000, 2000, lowest=-1_955_000)
    assert found[0].computed(far) == kept
    assert remember(found, POLICY, far).scar == min(kept, 0)


def blend_of(engine: Engine, moments: list[Moment]) -> Reading:
    tables = {"moments": engine.put("moments", table_of(Moment, moments))}
    return report(tables, POLICY, as_of=seconds(BEGIN + timedelta(days=400))).readings[-1]


@pytest.mark.parametrize(("loss", "turns"), [(-500, True), (-100, False)])
def test_a_memory_that_turns_with_the_weight_of_losses_says_so(
    duckdb_engine: Engine, loss: int, turns: bool
) -> None:
    """A gain of .8 and, at the end, a loss of half: above nothing or below, as losses weigh."""
    moments = [one for i in range(30) for one in (
        moment(f"c{i}", 0, "thanks", 800), moment(f"c{i}", 1, "complaint", loss),
    )]  # fmt: skip
    tables = {"moments": duckdb_engine.put("moments", table_of(Moment, moments))}
    told = report(tables, POLICY, as_of=seconds(BEGIN + timedelta(days=3))).readings[0]
    values = [told.details[f"at_{name}"] for name in ("1_31", "1_955", "2_25")]
    assert (min(values) < 0 < max(values)) == turns, values  # type: ignore[operator]
    said = speak(told.says, law="memory")
    assert ("depends on an assumption: how much more a loss weighs" in said) == turns
    few = report(
        {"moments": duckdb_engine.put("moments", table_of(Moment, moments[:8]))}, POLICY,
        as_of=seconds(BEGIN + timedelta(days=3)),
    ).readings[0]  # fmt: skip
    assert speak(few.says, law="memory").startswith("Too little to say yet: 4 of the 20")


def test_shares_and_means_that_turn_with_the_weight_of_losses_say_so(
    duckdb_engine: Engine,
) -> None:
    """A refusal, then thanks: nobody is worse off, or everybody, by how much a loss weighs."""

    def told(values: list[int]) -> list[Reading]:
        moments = [one for i in range(40) for one in (
            moment(f"c{i}", 0, "refusal", values[0]), moment(f"c{i}", 1, "thanks", values[1]),
        )]  # fmt: skip
        tables = {"moments": duckdb_engine.put("moments", table_of(Moment, moments))}
        return list(report(tables, POLICY, as_of=seconds(BEGIN + timedelta(days=3))).readings)

    _, lived, worse, _ = told([-300, 500])
    assert speak(lived.says, law="memory").endswith("how much more a loss weighs than a gain.")
    assert lived.telling == "memory.lived_turns"
    assert (worse.details["least"], worse.details["most"]) == (0.0, 1.0)
    said = speak(worse.says, law="memory").replace("\N{NO-BREAK SPACE}", " ")
    assert "It is 0 % to 100 %, depending" in said
    _, lived, worse, _ = told([-100, 500])
    assert (lived.telling, worse.telling) == ("", "")


def test_the_sign_tells_whether_memory_works_for_a_desk_or_against_it(
    duckdb_engine: Engine,
) -> None:
    def remembered(values: list[int]) -> tuple[Reading, Reading]:
        moments = [moment(f"c{i}", 0, "answer", value) for i, value in enumerate(values)]
        tables = {"moments": duckdb_engine.put("moments", table_of(Moment, moments))}
        found = report(tables, POLICY, as_of=seconds(BEGIN + timedelta(days=3))).readings
        return found[0], found[2]

    (kept, worse), (lost, worse_there) = remembered([400] * 30), remembered([-400] * 30)
    mixed, _some = remembered([400] * 20 + [-400] * 10)
    results = [one.result for one in (kept, lost, mixed, worse, worse_there)]
    assert all(isinstance(one, Estimate) for one in results)
    for_us, against_us, neither, few, all_of_them = results
    assert for_us.low > 0 > against_us.high  # type: ignore[union-attr]  # estimates, as seen
    assert not neither.excludes(0)  # type: ignore[union-attr]
    assert (few.value, all_of_them.value) == (0, 1)  # type: ignore[union-attr]
    assert "+0." in speak(kept.says, law="memory")
    assert "is -0." in speak(lost.says, law="memory")


def rated(customers: int, stars: list[int], *, moments: int = 3) -> list[Moment]:
    """Sixty rated episodes: an answer each time better, then two things that do not go with it."""
    return [
        one
        for i in range(60)
        for who, day in [(f"c{i % customers}", 30 * (i // customers))]
        for one in (
            *[
                moment(who, day, "answer", -900 + 31 * i),
                moment(who, day + 1, "apology", i % 7 * 90),
                moment(who, day + 2, "farewell", i % 5 * 70),
            ][:moments],
            moment(who, day + 3, "rating", stars[i % len(stars)]),
        )
    ]


@pytest.mark.parametrize("order", [0, 4])
def test_what_comes_after_a_rating_foretells_it_no_more(engine: Engine, order: int) -> None:
    """A star, then a complaint, an apology and a grant: the fit sees none of those."""
    before = rated(30, [500, -500, 1000, -1000])
    after = [
        replace(one, kind=kind, value=value, at=one.at + timedelta(hours=order), seq=1 + order)
        for one in before if one.kind == "rating"
        for kind, value in [("thanks", 500) if one.value > 0 else ("complaint", -500)]
    ]  # fmt: skip
    plain, later = blend_of(engine, before), blend_of(engine, before + after)
    assert isinstance(plain.result, Estimate)
    assert (later.result, later.details) == (plain.result, plain.details)


def test_a_blend_that_foretells_less_than_the_mean_is_not_used() -> None:
    rng = np.random.default_rng(1)
    ahead = 0
    for seed in range(40):
        x, y = rng.standard_t(1.5, size=(60, 3)), rng.normal(size=60)
        found = fit(x, y, range(60), POLICY, seed=seed)
        ahead += found.ahead.value > 0 >= found.r2
        assert found.blend is None or min(found.r2, found.spearman) > 0
    assert ahead > 0


def test_ratings_that_are_all_alike_foretell_nothing(duckdb_engine: Engine) -> None:
    told = blend_of(duckdb_engine, rated(60, [1000]))
    assert told.result == NotEnough(1, 2, of="different")
    assert "1 of the 2 needed (different ratings)" in speak(told.says, law="memory")


def test_a_law_that_orders_no_ratings_says_not_to_lean_on_it(duckdb_engine: Engine) -> None:
    told = blend_of(duckdb_engine, rated(60, [1000, -1000]))
    assert told.details["used"] == "neither"
    assert speak(told.says, law="memory").endswith("do not lean on this law here.")


def test_episodes_of_one_moment_do_not_tell_peak_end_and_mean_apart(duckdb_engine: Engine) -> None:
    told = blend_of(duckdb_engine, rated(60, [500, -500, 1000], moments=1))
    assert told.result == NotEnough(1, 2, of="unlike")
    assert told.details == {}
    said = speak(told.says, law="memory")
    assert "1 of the 2 needed (episodes in which peak, end and mean come apart)" in said
    assert isinstance(blend_of(duckdb_engine, rated(60, [500, -500, 1000])).result, Estimate)


def test_customers_who_lived_through_the_same_are_no_certain_mean(duckdb_engine: Engine) -> None:
    moments = [moment(f"c{i}", 0, "answer", 400) for i in range(30)]
    tables = {"moments": duckdb_engine.put("moments", table_of(Moment, moments))}
    found = report(tables, POLICY, as_of=seconds(BEGIN + timedelta(days=3))).readings
    for told in found[:2]:
        assert isinstance(told.result, Estimate)
        assert told.result.low < told.result.value - 0.1 < told.result.value + 0.03
        assert told.result.value + 0.03 < told.result.high


def test_many_ratings_of_few_customers_are_few(duckdb_engine: Engine) -> None:
    assert blend_of(duckdb_engine, rated(6, [500, -500])).result == NotEnough(6, 20, of="customers")
    assert isinstance(blend_of(duckdb_engine, rated(30, [500, -500])).result, Estimate)


def simulated(customers: int, *, seed: int) -> tuple[Floats, Floats, list[int]]:
    """Customers with a nature of their own; peak, end and mean go together."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), 1 + rng.poisson(1.5, customers))
    together = np.linalg.cholesky(0.6 + 0.4 * np.eye(3))
    own, each = rng.normal(size=(customers, 4)), rng.normal(size=(len(who), 4))
    drawn = np.sqrt(0.3) * own[who] + np.sqrt(0.7) * each
    x = drawn[:, :3] @ together.T
    return x, x @ TRUE + 0.7 * drawn[:, 3], who.tolist()


def test_a_customer_who_says_the_same_five_times_is_no_more_evidence() -> None:
    alone = replace(POLICY, blend_pull=0.0)
    x, y, _ = simulated(50, seed=1)
    who = np.arange(len(y))
    once = fit(x, y, who, alone, seed=1)
    often = fit(np.repeat(x, 5, axis=0), np.repeat(y, 5), np.repeat(who, 5), alone, seed=1)
    assert (once.r2, once.r2_peak_end) == pytest.approx((often.r2, often.r2_peak_end))
    for one, other in zip((once.ahead, *once.weights), (often.ahead, *often.weights), strict=True):
        assert astuple(one)[:3] == pytest.approx(astuple(other)[:3])


@pytest.mark.parametrize("customers", [20, 60])
def test_the_weights_intervals_hold_the_truth(customers: int) -> None:
    held = np.zeros(3)
    spread = np.sqrt(TRUE @ (0.6 + 0.4 * np.eye(3)) @ TRUE + 0.49)
    for seed in range(200):
        weights = fit(*simulated(customers, seed=seed), POLICY, seed=seed).weights
        held += [
            one.low <= true <= one.high for one, true in zip(weights, TRUE / spread, strict=True)
        ]
    assert (held / 200 > 0.91).all()


@pytest.mark.parametrize(("customers", "least"), [(20, 0.88), (50, 0.9), (200, 0.9)])
def test_the_interval_of_what_is_foretold_ahead_holds_what_new_customers_bring(
    customers: int, least: float
) -> None:
    x, y, _ = simulated(20_000, seed=10**6)
    plain, held, rounds = (x[:, 0] + x[:, 1]) / 2, 0, 100
    for seed in range(rounds):
        seen, rated_as, who = simulated(customers, seed=seed)
        found = fit(seen, rated_as, who, POLICY, seed=seed)
        base, slopes = _ridge(seen, rated_as, POLICY)
        slope, start = np.polyfit((seen[:, 0] + seen[:, 1]) / 2, rated_as, 1)
        blend, peak_end = ((y - told) ** 2 for told in (base + x @ slopes, start + slope * plain))
        gain = (peak_end - blend).mean() / ((y - rated_as.mean()) ** 2).mean()
        held += found.ahead.low <= gain <= found.ahead.high
    assert held / rounds >= least
