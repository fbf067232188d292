"""Ripples: by hand, against SciPy's Poisson, as properties, and on every engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from tests.laws.conftest import after, rows_of, seconds
from tests.laws.first_impression.test_waits import said
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Message, Rating
from wingbeat.laws.memory import felt
from wingbeat.laws.ripple import borel, many_small, measure, shipped_policy, talk_share
from wingbeat.laws.ripple.report import in_a_hundred, reach, report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough

POLICY = shipped_policy()
AS_OF = seconds(after(days=300))


def rated(stars: list[int]) -> list[Rating]:
    return [
        Rating(id=str(i), conversation=str(i), customer=str(i), at=after(hours=i), stars=one)
        for i, one in enumerate(stars)
    ]


def test_ten_small_acts_are_felt_more_than_one_of_their_size() -> None:
    assert 10 * felt(80) / felt(800) == pytest.approx(many_small(10), abs=1e-5)


def test_acts_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="acts is 0; allowed is 1 or more"):
        many_small(0)


@given(st.floats(0.01, 0.9))
def test_borel_is_a_distribution_with_its_mean(spread: float) -> None:
    shares = [borel(n, spread) for n in range(1, 4000)]
    assert sum(shares) == pytest.approx(1, abs=1e-6)
    mean = sum(n * share for n, share in enumerate(shares, start=1))
    assert mean == pytest.approx(1 / (1 - spread), rel=1e-3)


@given(st.integers(1, 60), st.floats(0.05, 0.95))
def test_borel_is_a_poisson_walk_that_first_comes_home(n: int, spread: float) -> None:
    """Oracle: Otter and Dwass' formula, P(n) = P(Poisson(n R) = n - 1) / n, by SciPy."""
    assert borel(n, spread) == pytest.approx(stats.poisson.pmf(n - 1, n * spread) / n, rel=1e-9)


@pytest.mark.parametrize("spread", [-0.1, 1.0])
def test_a_story_that_may_not_die_out_has_no_borel(spread: float) -> None:
    with pytest.raises(ValueError, match="may not die out"):
        borel(1, spread)


def test_the_worst_are_told_more_often_than_the_best() -> None:
    assert talk_share(-1, POLICY) == pytest.approx(0.45)
    assert talk_share(1, POLICY) == pytest.approx(0.35)
    assert talk_share(0, POLICY) == 0.1


def test_reach_has_the_branching_mean_and_a_tail() -> None:
    found, median = reach([(100, 0.3)], POLICY, n=100, seed=1)
    assert found.value == pytest.approx(30 * 5 / 0.7)
    assert found.low < median < found.high
    # sums of Borel's, of as many tellers as a binomial brings
    variance = 25 * (100 * 0.3 * 0.7 * (1 / 0.7) ** 2 + 30 * 0.3 / 0.7**3)
    assert (found.high - found.low) / 3.92 == pytest.approx(np.sqrt(variance), rel=0.08)


def test_one_customer_tells_once_or_never(duckdb_engine: Engine) -> None:
    chance = talk_share(-1, POLICY)
    ratings = duckdb_engine.put("ratings", table_of(Rating, rated([1] + [5] * 19)))
    bad, *_ = report({"ratings": ratings}, POLICY, as_of=AS_OF).readings
    assert isinstance(bad.result, Estimate)
    ends, tellers = 1 - chance, 0  # nobody tells, or so many of Borel's story
    while ends < 0.975:
        tellers += 1
        ends += chance * borel(tellers, POLICY.spread)
    assert (bad.result.low, bad.result.high) == (0, POLICY.contacts * tellers)


def test_tenfold_spread_is_told() -> None:
    wild, _ = reach([(10, 0.3)], replace(POLICY, retell_share=0.3), n=100, seed=1)
    assert wild.high == POLICY.contacts * POLICY.most_talkers
    calm = reach([(10, 0.3)], POLICY, n=100, seed=1)[0]
    more, _ = reach([(10, 0.3)], replace(POLICY, retell_share=0.18), n=100, seed=1)
    assert more.value > 5 * calm.value
    for retell in (0.0, POLICY.retell_share, 0.18):  # below 1 it dies out: generation by generation
        policy = replace(POLICY, retell_share=retell)
        heard = sum(policy.contacts * 3 * policy.spread**told for told in range(500))
        assert reach([(10, 0.3)], policy, n=100, seed=1)[0].value == pytest.approx(heard)


def test_ratings_travel_in_both_signs_and_acts_are_counted(engine: Engine) -> None:
    ratings = engine.put("ratings", table_of(Rating, rated([1, 1, 2] + [5] * 27)))
    thread = [
        said(f"c{i}", after(hours=i), "us", acts=acts, conversation=f"c{i}")
        for i, acts in enumerate(["names thanks"] * 10 + ["tip"] * 5 + ["asks"] * 15)
    ]
    messages = engine.put("messages", table_of(Message, thread))
    bad, good, acts = report(
        {"ratings": ratings, "messages": messages}, POLICY, as_of=AS_OF
    ).readings
    assert isinstance(bad.result, Estimate)
    assert bad.result.value == pytest.approx((2 * 0.45 + 0.275) * 5 / 0.7)
    assert isinstance(good.result, Estimate)
    assert good.result.value == pytest.approx(27 * 0.35 * 5 / 0.7)
    counted = {"names": 10, "thanks": 10, "follows_up": 0, "tip": 5}
    assert acts.details == counted | {"ten": 1.32}
    assert isinstance(acts.result, Estimate)
    assert acts.result.value == pytest.approx(25 / 0.30)


def test_few_ratings_and_no_messages_say_so(duckdb_engine: Engine) -> None:
    ratings = duckdb_engine.put("ratings", table_of(Rating, rated([1] * 19)))
    bad, _, acts = report({"ratings": ratings}, POLICY, as_of=AS_OF).readings
    assert (bad.result, acts.result) == (NotEnough(19, 20, of="ratings"), CannotBeSeen("messages"))


def test_a_story_that_may_not_die_out_is_told_in_other_words(duckdb_engine: Engine) -> None:
    ratings = duckdb_engine.put("ratings", table_of(Rating, rated([1] * 30)))
    wild = replace(POLICY, retell_share=0.3, runs=100, most_talkers=1000)
    bad, *_ = report({"ratings": ratings}, wild, as_of=AS_OF).readings
    assert "may not die out: each teller makes 1.50 new ones" in speak(bad.says, law="ripple")
    calm, *_ = report({"ratings": ratings}, POLICY, as_of=AS_OF).readings
    assert "may reach about" in speak(calm.says, law="ripple")


@pytest.mark.parametrize(("customers", "each"), [(40, 5), (20, 10)])
def test_acts_to_the_same_customers_are_counted_by_customer(customers: int, each: int) -> None:
    """Whoever is called by name and thanked is so always; a Poisson's range misses 17 and 27 %."""
    rng, missed = np.random.default_rng(0), 0
    for _ in range(400):
        share = rng.beta(1.5, 1.5, (customers, 1))
        acts = 2 * (rng.random((customers, each)) < share).sum(axis=1)
        found = in_a_hundred(acts, np.full(customers, each))
        assert isinstance(found, Estimate)
        missed += found.excludes(100)
    assert missed / 400 < 0.08


@pytest.mark.parametrize("acts", [2, 4, 8])
def test_rare_acts_have_a_range_that_holds(acts: int) -> None:
    """So few in a hundred conversations: a mean less twice its error misses one time in eight."""
    rng, missed = np.random.default_rng(6), 0
    for _ in range(400):
        found = in_a_hundred(rng.poisson(acts / 100, 100).astype(float), np.ones(100))
        assert isinstance(found, Estimate)
        missed += found.excludes(acts)
    assert missed / 400 < 0.07


def test_acts_that_are_alike_everywhere_have_a_range_and_those_of_one_have_none() -> None:
    none = in_a_hundred(np.zeros(20), np.full(20, 5))
    assert isinstance(none, Estimate)
    assert (none.value, none.low, none.n) == (0, 0, 100)
    assert none.high == pytest.approx(100 * 3.689 / 20, rel=1e-3)  # of twenty, not of a hundred
    assert in_a_hundred(np.array([30]), np.array([40])) == NotEnough(1, 2, of="one_customer")


def test_what_a_program_wrote_is_no_kindness(engine: Engine) -> None:
    thread = [
        said("ana", after(hours=1), "us", acts="names thanks", conversation="a", automatic=True),
        said("ana", after(hours=2), "us", acts="asks", conversation="a"),
        said("bo", after(hours=1), "us", acts="names thanks", conversation="b", automatic=True),
    ]
    messages = engine.put("messages", table_of(Message, thread))
    found = measure.acts_by_kind(messages, ("names", "thanks"), as_of=AS_OF)
    assert [tuple(r.values()) for r in rows_of(found, "customer")] == [("ana", 1, 0, 0)]


def test_a_kind_of_rating_that_nobody_gave_has_no_story(duckdb_engine: Engine) -> None:
    ratings = duckdb_engine.put("ratings", table_of(Rating, rated([5] * 30)))
    bad, good, _ = report({"ratings": ratings}, POLICY, as_of=AS_OF).readings
    assert speak(bad.says, law="ripple").startswith("None of 30 ratings is of this kind")
    told = speak(good.says, law="ripple")
    assert "30 good of 30 ratings" in told
    assert "19 of 20 runs of it end between" in told


def test_a_changed_rating_counts_once_on_every_engine(engine: Engine) -> None:
    first = rated([1] * 30)
    changed = [replace(one, id=f"{one.id}-later", at=after(hours=100), stars=5) for one in first]
    ratings = engine.put("ratings", table_of(Rating, first + changed))
    assert rows_of(measure.by_stars(ratings, as_of=AS_OF), "stars") == [{"stars": 5, "ratings": 30}]


def test_a_conversation_of_two_customers_is_one_on_every_engine(engine: Engine) -> None:
    words = [("a", "ana", "names"), ("a", "bo", "names"), ("a", "bo", "tip"), ("b", "bo", "asks"),
             ("c", "ana", "tip names"), ("d", "cy", None)]  # fmt: skip
    thread = [
        said(f"{i}", after(hours=i), "us", acts=acts, conversation=where, customer=who)
        for i, (where, who, acts) in enumerate(words)
    ]
    found = measure.acts_by_kind(
        engine.put("messages", table_of(Message, thread)), ("names", "tip"), as_of=AS_OF
    )
    assert [tuple(r.values()) for r in rows_of(found, "customer")] == [
        ("ana", 2, 2, 2), ("bo", 1, 0, 0),
    ]  # fmt: skip
