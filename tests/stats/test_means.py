"""Means between two bounds: sure of no more than what a sample can show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from wingbeat.stats import WrongNumber
from wingbeat.stats.clusters import Floats
from wingbeat.stats.means import bounded_mean
from wingbeat.stats.shares import clopper_pearson


def of_t(values: Floats) -> tuple[float, float]:
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return float(values.mean() - half), float(values.mean() + half)


def test_values_all_alike_are_no_certain_mean() -> None:
    """Of none of thirty unlike, 0.025^(1/30) may be alike at the least; the others lie anywhere."""
    unlike = 1 - 0.025 ** (1 / 30)
    found = bounded_mean(np.full(30, 0.4), -2.0, 1.0, seed=1)
    assert found.value == pytest.approx(0.4)
    assert found.low == pytest.approx(0.4 - unlike * 2.4, abs=0.03)
    assert found.high == pytest.approx(0.4 + unlike * 0.6, abs=0.01)


@pytest.mark.parametrize(("k", "n"), [(0, 20), (3, 15), (47, 50), (20, 20)])
def test_of_noughts_and_ones_it_is_clopper_and_pearsons(k: int, n: int) -> None:
    found = bounded_mean(np.repeat([1.0, 0.0], [k, n - k]), 0.0, 1.0, seed=1)
    exact = clopper_pearson(k, n)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.01)


def test_mirrored_values_have_the_mirrored_mean() -> None:
    values = np.random.default_rng(1).uniform(-1, 0.5, 40)
    one, other = bounded_mean(values, -1, 1, seed=1), bounded_mean(-values, -1, 1, seed=2)
    assert (one.value, one.low, one.high) == pytest.approx(
        (-other.value, -other.high, -other.low), abs=0.02
    )


@pytest.mark.parametrize(("n", "least"), [(20, 0.95), (60, 0.95), (300, 0.93)])
def test_the_range_holds_where_one_customer_in_twenty_was_hurt(n: int, least: float) -> None:
    """Twenty in a hundred samples of sixty show none or one of them, and two thirds of twenty."""
    rng, held, plain, rounds, true = np.random.default_rng(2), 0, 0, 300, 0.95 * 0.2 - 0.05 * 1.2
    for _ in range(rounds):
        hurt = rng.random(n) < 0.05
        values = np.where(hurt, -1.2, 0.2) + rng.uniform(-0.1, 0.1, n)
        held += not bounded_mean(values, -1.955, 1.0, seed=1).excludes(true)
        low, high = of_t(values)
        plain += low <= true <= high
    assert held / rounds >= least
    assert plain < held
    if n == 20:
        assert plain / rounds < 0.8


def test_of_many_it_is_as_narrow_as_students() -> None:
    values = np.clip(np.random.default_rng(3).normal(0.1, 0.3, 4000), -1.955, 1)
    found = bounded_mean(values, -1.955, 1.0, seed=1)
    low, high = of_t(values)
    assert found.high - found.low == pytest.approx(high - low, rel=0.08)


def test_what_lies_beyond_the_bounds_is_refused() -> None:
    for wrong in ([], [2.0], [float("nan")]):
        with pytest.raises(WrongNumber, match="values is"):
            bounded_mean(np.array(wrong), 0, 1, seed=1)
