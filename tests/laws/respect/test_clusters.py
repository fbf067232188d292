"""One big customer's many conversations are not many customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.laws.respect.desks import POLICY, of_few, promised_to_few, summed, thin, thin_waits
from wingbeat.laws.respect.report import (
    shares,
    smaller_waits,
)
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.survival import Durations, crowding, log_rank


def test_ten_big_customers_are_not_four_hundred() -> None:
    rng, told = np.random.default_rng(7), {True: 0, False: 0}
    for _ in range(40):
        rows = of_few(rng, 0.6)
        for known in told:
            seen = [r if known else r | {"customer": None} for r in rows]
            told[known] += smaller_waits(seen, POLICY)[1].get("verdict") == "unequal"
    assert told[False] >= 10  # who takes each for its own cries wolf every third time
    assert told[True] <= 5


def test_promises_to_ten_big_customers_are_weighed_together() -> None:
    rng, told = np.random.default_rng(7), {True: 0, False: 0}
    for _ in range(150):
        rows = promised_to_few(rng)
        for known in told:
            seen = rows if known else summed(rows)
            told[known] += shares(seen, POLICY)[1].get("verdict") == "unequal"
    assert told[False] >= 45
    assert told[True] <= 14


def test_one_big_customer_is_no_group() -> None:
    rows = [{"stratum": "s", "size": "small", "customer": f"s{i}", "k": i % 2, "n": 1}
            for i in range(40)]  # fmt: skip
    rows += [{"stratum": "s", "size": "big", "customer": "b", "k": 20, "n": 40}]
    assert shares(rows, POLICY)[0] == NotEnough(0, POLICY.least_each, of="weighed")


@pytest.mark.parametrize("each", [1, 6])
def test_even_service_in_thin_strata_is_called_unequal_one_time_in_twenty(each: int) -> None:
    lot, told, missed, rounds = np.random.default_rng(4), 0, 0, 300
    for _ in range(rounds):
        rows = thin(lot, 120 if each == 1 else 40, each)
        if each == 1:
            rows = [row | {"customer": None} for row in rows]
        found, details = shares(rows, POLICY)
        assert isinstance(found, Estimate)
        told += details["p"] < 0.05
        missed += found.excludes(0)
    assert 0.02 < told / rounds < 0.075
    assert 0.02 < missed / rounds < 0.08


def test_even_waits_in_thin_strata_ring_one_time_in_twenty() -> None:
    lot, rounds = np.random.default_rng(4), 150
    told = sum(smaller_waits(thin_waits(lot, 40, 6), POLICY)[1]["p"] < 0.05 for _ in range(rounds))
    assert 0.01 < told / rounds < 0.1


def test_what_leaving_a_wait_out_moves_is_what_the_test_moves_without_it() -> None:
    lot = np.random.default_rng(6)
    waits = Durations.of(
        lot.integers(1, 9, 14).astype(float), lot.random(14) < 0.8
    )  # ties and open ones, too
    small, where = np.arange(14) % 3 == 0, np.array(["m"] * 14)

    def surplus(keep: Any) -> tuple[float, float]:
        one, other = waits.only(keep & small), waits.only(keep & ~small)
        z = log_rank(one, other).statistic
        ended = np.unique(waits.times[keep & waits.ended])
        parts = [[(waits.times[keep & side] >= t).sum() for side in (small, ~small)] for t in ended]
        d = [(waits.times[keep & waits.ended] == t).sum() for t in ended]
        variance = sum(
            dt * a * b * (a + b - dt) / (a + b) ** 2 / (a + b - 1)
            for dt, (a, b) in zip(d, parts, strict=True) if a + b > 1
        )  # fmt: skip
        return z * variance**0.5, variance

    whole, variance = surplus(np.ones(14, dtype=bool))
    moved = np.array([whole - surplus(np.arange(14) != i)[0] for i in range(14)])
    pairs = np.arange(14) // 2
    by_hand = 1 + ((np.bincount(pairs, moved) ** 2).sum() - (moved**2).sum()) / variance
    found, _ = crowding(waits, small, where, pairs)
    assert found == pytest.approx(max(1.0, by_hand))
