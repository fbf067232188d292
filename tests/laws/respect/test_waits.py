"""What a desk does to small customers' waits is found, and what it does not do is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.laws.respect.desks import POLICY, at, waiting
from wingbeat.laws.readings import Reading
from wingbeat.laws.respect.report import (
    _together,
    counted,
    smaller_waits,
)
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough, NotSupported
from wingbeat.stats.survival import Durations


def verdicts(slower: float, rounds: int, n: int = 400) -> list[str]:
    rng = np.random.default_rng(3)
    return [
        str(smaller_waits(waiting(rng, n, slower), POLICY)[1]["verdict"]) for _ in range(rounds)
    ]


def test_twenty_percent_slower_service_to_the_small_is_found() -> None:
    # S4.15: p is .455 here; seen in most runs at 400 a group, and never called equal in most
    found = verdicts(1.25, 40)
    assert found.count("unequal") >= 24
    assert found.count("equal") <= 6


def test_even_service_is_seldom_called_unequal_and_often_shown_equal() -> None:
    found = verdicts(1.0, 60)
    assert found.count("unequal") <= 7
    assert found.count("equal") >= 30


def test_a_harder_need_is_no_unfairness() -> None:
    rows = waiting(np.random.default_rng(5), 600, share_slow_kind=(0.8, 0.2))
    within, across = (
        smaller_waits(rows, POLICY),
        smaller_waits([row | {"stratum": "all"} for row in rows], POLICY),
    )
    assert across[1]["verdict"] == "unequal"
    assert within[1]["verdict"] != "unequal"
    assert isinstance(within[0], Estimate)
    assert not within[0].excludes(0.5)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_turning_small_and_big_around_turns_the_chance_around(seed: int) -> None:
    rows = waiting(np.random.default_rng(seed), 30)
    turned = [r | {"size": "big" if r["size"] == "small" else "small"} for r in rows]
    one, other = smaller_waits(rows, POLICY)[0], smaller_waits(turned, POLICY)[0]
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert one.value + other.value == pytest.approx(1, abs=1e-6)


def test_sizes_that_never_meet_in_a_stratum_are_not_called_equal() -> None:
    small, big = range(60, 3000, 100), range(6000, 9000, 100)
    apart = [*at("1/chat", "small", small), *at("1/mail", "big", big)]
    assert smaller_waits(apart, POLICY) == (NotEnough(0, POLICY.least_each, of="answered"), {})
    met, _ = smaller_waits([*apart, *at("1/mail", "small", [6050] * 12)], POLICY)
    assert isinstance(met, Estimate)
    assert met.n == 42  # the chats compare with nobody


def test_small_ones_who_all_wait_less_are_surely_before_but_by_a_bound() -> None:
    found, details = smaller_waits(
        [*at("m", "small", range(12)), *at("m", "big", range(60, 72))], POLICY
    )
    assert isinstance(found, Estimate)
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.5 < found.low < 1
    assert details["verdict"] == "unequal"


def crossing(n: int, fast: float) -> list[dict[str, Any]]:
    """All small ones wait 1 to 2 hours; a share of the big less than one, the rest 10 to 20."""
    rng = np.random.default_rng(8)
    big = np.where(rng.random(n) < fast, rng.uniform(0, 1, n), rng.uniform(10, 20, n))
    return [*at("m", "small", rng.uniform(1, 2, n).tolist()), *at("m", "big", big.tolist())]


@pytest.mark.parametrize(("n", "fast"), [(600, 0.7), (150, 0.7), (600, 0.5)])
def test_curves_that_cross_are_told_by_the_pairs_and_not_by_the_hazards(
    n: int, fast: float
) -> None:
    rows = crossing(n, fast)
    found, details = smaller_waits(rows, POLICY)
    small, big = ([r["seconds"] for r in rows if r["size"] == size] for size in ("small", "big"))
    share = np.less.outer(small, big).mean()
    assert found == NotSupported(2 * n), "what hazards that cross would say is told nowhere"
    assert details["counted"] == pytest.approx(share)
    assert details["verdict"] == "not shown"
    told = Reading(
        "respect.first_words", found, "chance", "fairness", "need", details, details["telling"]
    )
    row = told.as_row()
    assert (row["state"], "value" in row, "low" in row) == ("not_supported", False, False)
    said = speak(told.says, law="respect")
    assert f"in {100 * share:.0f}\N{NO-BREAK SPACE}% of the pairs" in said
    assert said.count("%") == 1, "the hazards' share is not told"


def test_the_small_who_surely_wait_longer_are_found_where_hazards_cross() -> None:
    rng = np.random.default_rng(2)
    small, big = rng.uniform(4, 40, 600).tolist(), rng.uniform(1, 10, 600).tolist()
    found, details = smaller_waits([*at("m", "small", small), *at("m", "big", big)], POLICY)
    assert isinstance(found, Estimate)
    assert (details["verdict"], details["counted"] < 0.2) == ("unequal", True)
    crossed = NotSupported(1200)  # who fares worse is told by the pairs as counted
    one = Reading("respect.first_words", crossed, "chance", "fairness", "need", details)
    assert _together([one], POLICY)[0].details["verdict"] == "small fare worse"


def test_pairs_of_unknown_order_are_not_counted() -> None:
    # of four pairs one is lost to two open waits; the small one wins one and ties one
    waits = Durations.of([2, 3, 2, 3], [True, False, True, False])
    small, stratum = np.array([True, True, False, False]), np.array(["m"] * 4)
    assert counted(waits, small, stratum) == pytest.approx(1.5 / 3)


def test_even_hazards_are_seldom_told_as_crossing() -> None:
    rng = np.random.default_rng(4)
    crossed = [
        "telling" in smaller_waits(waiting(rng, 100, factor), POLICY)[1]
        for factor in (1, 1.5, 3) for _ in range(40)
    ]  # fmt: skip
    assert sum(crossed) <= 3
