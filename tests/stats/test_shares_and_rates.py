"""Shares and rates against published tables, R's documentation and SciPy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from wingbeat.stats import Estimate, WrongNumber
from wingbeat.stats.clusters import share_of
from wingbeat.stats.lift import crowding, difference, lift
from wingbeat.stats.rates import e_test, poisson_regression, quiet_enough, rate, rate_ratio
from wingbeat.stats.shares import (
    clopper_pearson,
    fisher,
    jeffreys,
    newcombe,
    ratio,
    silence_bounds,
    wilson,
)


# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_gives_the_intervals_of_its_paper(
    k1: int, n1: int, k2: int, n2: int, low: float, high: float
) -> None:
    found = newcombe(k1, n1, k2, n2)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_a_rate_is_that_of_the_example_of_poisson_test_in_r() -> None:
    found = rate(137, 24.19893)  # ?poisson.test: 5.661407, 4.753125 to 6.692709
    assert found.value == pytest.approx(5.661407, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((4.753125, 6.692709), abs=1e-6)


def test_a_rate_ratio_is_that_of_the_second_example_of_poisson_test_in_r() -> None:
    # ?poisson.test: c(11, 6+8+7), c(800, 1083+1050+878) gives 1.971488, 0.8584264 to 4.2772659
    found, test = rate_ratio(21, 3011, 11, 800)
    assert found.value == pytest.approx(1.971488, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)
    assert test.p == pytest.approx(0.07967, abs=5e-6)


def test_the_e_test_is_that_of_scipys_documentation() -> None:
    assert e_test(0, 100, 3, 100).p == pytest.approx(0.08837900929018157, abs=1e-9)


def test_twelve_before_and_three_after_by_hand() -> None:
    found, test = rate_ratio(12, 100, 3, 100)
    # two-sided binomial of 3 in 15 at one half: 2 (1 + 15 + 105 + 455) / 2^15
    assert test.p == pytest.approx(2 * 576 / 2**15)
    assert (found.low, found.high) == pytest.approx((0.045, 0.926), abs=5e-4)


def test_jeffreys_and_wilson_stay_in_bounds_at_none_and_all() -> None:
    assert jeffreys(0, 5).low == 0
    assert jeffreys(5, 5).high == 1
    assert wilson(0, 5).low == pytest.approx(0, abs=1e-12)


def test_four_fifths_ratio_and_fisher_of_the_worked_promises() -> None:
    assert ratio(45, 60, 54, 60).value == pytest.approx(0.8333, abs=1e-4)
    assert fisher(45, 60, 54, 60).p == pytest.approx(0.053, abs=5e-4)
    assert ratio(0, 10, 5, 10).low > 0


def test_a_regression_with_one_group_is_the_ratio_of_two_rates() -> None:
    [found] = poisson_regression([10, 12, 4, 6], [[0], [0], [1], [1]], [2, 2, 3, 1])
    assert found.value == pytest.approx((10 / 4) / (22 / 4), abs=1e-9)


def test_a_regression_is_the_maximum_that_scipy_finds() -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(7)
    x, exposure = rng.normal(size=(60, 2)), rng.uniform(1, 3, 60)
    y = rng.poisson(exposure * np.exp(0.5 + x @ [0.3, -0.4]))

    def unlikely(b: npt.NDArray[np.float64]) -> float:
        mean = exposure * np.exp(b[0] + x @ b[1:])
        return float((mean - y * np.log(mean)).sum())

    best = minimize(unlikely, np.zeros(3), tol=1e-12)
    found = [np.log(e.value) for e in poisson_regression(y, x, exposure)]
    assert found == pytest.approx(best.x[1:], abs=1e-4)


def test_a_regression_covers_where_counts_vary_four_times_as_much_as_a_poissons() -> None:
    rng, missed = np.random.default_rng(8), 0
    columns = [[week, float(week >= 0)] for week in range(-20, 20)]
    for _ in range(300):
        counts = rng.negative_binomial(12 / 3, 1 / 4, 40)  # mean 12, variance 48
        missed += poisson_regression(counts, columns, [1.0] * 40)[1].excludes(1)
    assert missed / 300 < 0.09


def test_a_step_of_three_weeks_on_either_side_is_told_once_in_twenty_times() -> None:
    """What comes in bursts of four, with a fix that does nothing: three degrees of freedom."""
    rng, missed = np.random.default_rng(8), 0
    columns = [[week, float(week >= 0)] for week in range(-3, 3)]
    for _ in range(400):
        counts = [rng.geometric(1 / 4, rng.poisson(3)).sum() for _ in columns]
        if min(sum(counts[:3]), sum(counts[3:])):
            missed += poisson_regression(counts, columns, [1.0] * 6)[1].excludes(1)
    assert missed / 400 < 0.06


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_every_interval_holds_its_value_and_mirrors(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    for method in (wilson, clopper_pearson, jeffreys):
        one, other = method(k, n), method(n - k, n)
        assert -1e-12 <= one.low <= one.value + 1e-12
        assert one.value - 1e-12 <= one.high <= 1 + 1e-12
        assert one.low == pytest.approx(1 - other.high, abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 40), st.integers(1, 500), st.integers(1, 500))
def test_interval_and_test_of_a_rate_ratio_turn_around_together(
    before: int, after: int, e0: int, e1: int
) -> None:
    one, test = rate_ratio(before, e0, after, e1)
    other, mirrored = rate_ratio(after, e1, before, e0)
    assert test.p == pytest.approx(mirrored.p, abs=1e-9)
    if before:
        assert one.value == pytest.approx(1 / other.value)
        assert one.low == pytest.approx(1 / other.high)


@given(st.integers(0, 30))
def test_enough_quiet_is_enough_by_the_poisson_law_itself(k: int) -> None:
    assert stats.poisson.cdf(k, quiet_enough(k)) == pytest.approx(0.05, abs=1e-9)


def test_a_wrong_count_is_named_with_what_is_allowed() -> None:
    with pytest.raises(WrongNumber, match="k is 7; allowed is a count from 0 to n = 5"):
        wilson(7, 5)
    with pytest.raises(WrongNumber, match="exposure is 0"):
        rate(1, 0)
    with pytest.raises(WrongNumber, match="at least one occurrence"):
        rate_ratio(0, 1, 0, 1)
    with pytest.raises(WrongNumber, match="level is 95"):
        ratio(1, 2, 1, 2, level=95)


def test_silence_is_bounded_by_the_worst_and_the_best_case() -> None:
    found = silence_bounds(3, 3, 100)
    assert (found.low, found.high, found.n) == (0.03, 1.0, 3)


@pytest.mark.parametrize("customers", [12, 40])
def test_the_interval_of_a_share_holds_where_customers_stand_for_several(customers: int) -> None:
    rng, held, plain, rounds = np.random.default_rng(3), 0, 0, 300
    for _ in range(rounds):
        of = rng.integers(1, 13, customers)
        good = rng.binomial(of, rng.beta(1.4, 0.6, customers))  # 7 of 10, and unlike
        found, alone = share_of(good, of, range(customers)), wilson(good.sum(), of.sum())
        assert isinstance(found, Estimate)
        held += found.low <= 0.7 <= found.high
        plain += alone.low <= 0.7 <= alone.high
    assert held / rounds > 0.92
    assert plain / rounds < 0.8


@pytest.mark.parametrize("share", [0.95, 0.97])
def test_the_interval_of_a_share_holds_near_its_end_too(share: float) -> None:
    rng, over, missed, rounds = np.random.default_rng(3), 0, 0, 600
    for _ in range(rounds):
        of = rng.integers(1, 13, 40)
        good = rng.binomial(of, rng.beta(share * 7 / 3, (1 - share) * 7 / 3, 40))
        found = share_of(good, of, range(40))
        assert isinstance(found, Estimate)
        over += found.low > share
        missed += found.excludes(share)
    assert over / rounds < 0.04
    assert missed / rounds < 0.06


def test_a_side_in_which_nothing_spreads_is_known_of_each_customer_once() -> None:
    def told(first_good: int, second_good: list[int]) -> Estimate:
        good = [first_good] * 4 + second_good
        found = difference(range(8), [1] * 4 + [0] * 4, good, [10] * 8, least=5, counted="waits")
        assert isinstance(found, Estimate)
        return found

    four = newcombe(4, 4, 0, 4)
    assert told(10, [0] * 4).low == pytest.approx(four.low)
    alone = share_of([10] * 4, [10] * 4, range(4))
    assert isinstance(alone, Estimate)
    some = told(10, [5, 4, 6, 5])  # nothing spreads on one side only
    assert some.high - some.value <= 0.5
    assert some.value - some.low >= 1 - alone.low
    inflation, freedom = crowding(
        [0] * 8, range(8), [(10, 10, 0, 0)] * 4 + [(0, 0, 10, 0)] * 4
    )  # fmt: skip
    joined = lift([(40, 40, 40, 0)], inflation=inflation, freedom=freedom)
    assert joined.low == pytest.approx(four.low)


def test_the_interval_of_a_difference_holds_where_customers_stand_for_several() -> None:
    """Fifteen customers, each on one side: half of them on either, and alike in the mean."""
    rng, held, plain, rounds = np.random.default_rng(5), 0, 0, 300
    for _ in range(rounds):
        of, first = rng.integers(1, 13, 30), np.arange(30) % 2
        good = rng.binomial(of, rng.beta(1.4, 0.6, 30))
        found = difference(
            range(30), first.tolist(), good.tolist(), of.tolist(), least=5, counted="waits"
        )
        k, n = (np.bincount(first, one, 2) for one in (good, of))
        alone = newcombe(k[1], n[1], k[0], n[0])
        assert isinstance(found, Estimate)
        held += not found.excludes(0)
        plain += not alone.excludes(0)
    assert held / rounds > 0.92
    assert plain / rounds < 0.8


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=3, max_size=8),
    st.integers(1, 40),
)
def test_customers_of_none_change_no_share_and_no_difference(
    told: list[tuple[int, int]], idle: int
) -> None:
    of = [n for n, _ in told] * 2
    good = [min(n, k) for n, k in told] * 2
    who = [*range(len(told))] * 2
    assert share_of(good, of, who) == share_of(
        good + [0] * idle, of + [0] * idle, [*who, *range(100, 100 + idle)]
    )
    first = [i % 2 for i in range(len(who))]
    assert difference(who, first, good, of, least=1, counted="") == difference(
        [*who, *range(100, 100 + idle)], first + [1] * idle, good + [0] * idle, of + [0] * idle,
        least=1, counted="",
    )  # fmt: skip
