"""What is tied, parted, empty or broken is told as such, and never as a certainty."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isinf, nan

import numpy as np
import pytest
from scipy import stats as scipy_stats

from bench.evidence.comparing import smaller, smaller_in_strata, verdict
from bench.evidence.ending import bunching
from wingbeat.laws.decay.fading import STEEPEST, fit
from wingbeat.stats.bunching import companion, density_jump
from wingbeat.stats.drift import cusum, page_hinkley, xmr
from wingbeat.stats.inequality import gini
from wingbeat.stats.rates import poisson_regression, rate
from wingbeat.stats.results import WrongNumber
from wingbeat.stats.shares import clopper_pearson, ratio
from wingbeat.stats.survival import Durations, cox, kaplan_meier, log_rank


def test_two_against_two_without_overlap_prove_nothing() -> None:
    found = smaller([1, 2], [3, 4])
    exact = scipy_stats.permutation_test(
        ([1, 2], [3, 4]), lambda x, y: np.mean(x) - np.mean(y), vectorized=False
    )
    assert found.test.p == pytest.approx(exact.pvalue)
    assert found.share.low == pytest.approx(clopper_pearson(2, 2).low)  # two pairs share nobody
    assert verdict(found) == "not shown"


def test_twenty_against_twenty_without_overlap_do() -> None:
    found = smaller(list(range(20)), list(range(20, 40)))
    assert verdict(found) == "unequal"
    assert 0.8 < found.share.low < 1 == found.share.high


def test_nothing_but_ties_is_no_equality_until_there_are_many() -> None:
    assert verdict(smaller([1, 1], [1, 1])) == "not shown"
    assert verdict(smaller_in_strata({"a": ([1, 1], [1, 1])})) == "not shown"
    assert verdict(smaller([1] * 40, [1] * 40)) == "equal"


def test_a_stratum_without_spread_lends_no_certainty() -> None:
    mixed = {"a": ([1.0, 2.0], [3.0, 4.0]), "b": ([1.0, 2.0, 4.0], [1.0, 3.0, 4.0])}
    assert verdict(smaller_in_strata(mixed)) == "not shown"


@pytest.mark.parametrize("rounds", [400])
def test_the_bound_of_alike_pairs_covers(rounds: int) -> None:
    """P(X < Y) is 0.95: the interval misses it in at most one of twenty small samples."""
    rng = np.random.default_rng(5)
    shift = scipy_stats.norm.ppf(0.95) * np.sqrt(2)
    missed = sum(
        smaller(list(rng.normal(size=4)), list(rng.normal(shift, size=4))).share.excludes(0.95)
        for _ in range(rounds)
    )
    assert missed / rounds < 0.12  # Brunner-Munzel at four a group is not exact, where it overlaps


def test_groups_that_are_parted_have_one_bound_and_it_is_the_score_tests() -> None:
    both, first = Durations.of(list(range(1, 21)), [True] * 20), [1] * 10 + [0] * 10
    [sooner], [later] = cox(both, first), cox(both, [1 - one for one in first])
    assert sooner.value == sooner.high == inf
    assert later.value == later.low == 0
    assert sooner.low == pytest.approx(1 / later.high)
    assert sooner.low > 1  # the log-rank test refuses 1, and so must the bound
    test = log_rank(both.only(np.arange(20) < 10), both.only(np.arange(20) >= 10))
    assert test.p < 0.05
    [few] = cox(Durations.of([1, 2, 3, 4], [True] * 4), [1, 1, 0, 0])
    assert isinf(few.value)
    assert few.low < 1


def test_the_score_bound_is_where_the_ordinary_one_tends_to() -> None:
    """One exchange makes the ratio finite; its lower bound is near that of the parted groups."""
    order = [1] * 9 + [0, 1] + [0] * 9
    [near] = cox(Durations.of(list(range(1, 21)), [True] * 20), order)
    [parted] = cox(Durations.of(list(range(1, 21)), [True] * 20), sorted(order, reverse=True))
    assert near.low < parted.low < near.value


def test_a_curve_without_an_end_is_as_sure_as_those_followed_so_long() -> None:
    curve = kaplan_meier(Durations.of([1.0] * 10 + [5.0] * 20, [False] * 30))
    early, late = curve.at(0.5), curve.at(5)
    assert early.low == pytest.approx(1 - clopper_pearson(0, 30).high)
    assert late.low == pytest.approx(1 - clopper_pearson(0, 20).high)
    assert late.value == late.high == 1
    with pytest.raises(WrongNumber, match="longest time"):
        curve.at(6)


def test_two_whole_groups_have_a_ratio_with_a_width() -> None:
    found = ratio(10, 10, 10, 10)
    assert found.low < 0.75
    assert found.high > 1.3
    assert ratio(100, 100, 100, 100).low > 0.95


@pytest.mark.parametrize("days", [[10.0] * 18 + [20.0, 20.0], [20.0] * 20])
def test_things_that_went_wrong_at_one_moment_have_the_steepest_curve(days: list[float]) -> None:
    found = fit(days, [day == 20 for day in days])
    assert found.shape == STEEPEST
    assert 19 < found.half_life < 21


BROKEN: list[Callable[[float], object]] = [
    lambda gap: xmr([1, gap, 2]), lambda gap: cusum([1, gap]),
    lambda gap: page_hinkley([1, gap], delta=0.1, threshold=1), lambda gap: gini([1, abs(gap)]),
    lambda gap: smaller([1, gap], [1, 2]), lambda gap: smaller_in_strata({"a": ([1, 2], [gap, 2])}),
    lambda gap: bunching([gap, 1, 2], 2, seed=1), lambda gap: companion([gap], 1, width=1),
    lambda gap: density_jump([gap, *range(20)], 10),
    lambda gap: cox(Durations.of([1, 2], [True, True]), [gap, 1]), lambda gap: rate(3, abs(gap)),
    lambda gap: poisson_regression([1, 2], [[0], [1]], [abs(gap), 1]),
    lambda gap: Durations.of([gap], [True]),
]  # fmt: skip


@pytest.mark.parametrize("gap", [nan, inf, -inf])
@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_gap_or_an_infinity_is_refused_by_name(
    broken: Callable[[float], object], gap: float
) -> None:
    with pytest.raises(WrongNumber):
        broken(gap)


def test_no_exposure_is_no_rate() -> None:
    with pytest.raises(WrongNumber, match="exposure"):
        poisson_regression([1, 2], [[0], [1]], [0, 1])
