"""Survival against Freireich's trial, lifelines and SciPy."""

from __future__ import annotations

from math import inf, isinf
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from wingbeat.stats import Estimate, NotEnough, WrongNumber
from wingbeat.stats.clusters import fewer, share_of, worth
from wingbeat.stats.survival import Curve, Durations, cox, kaplan_meier, log_rank

MEDIAN = 6.363  # of a lognormal pace times an exponential of mean 10, by quadrature

# Freireich et al. 1963, Blood 21:699: weeks in remission, 6-MP against placebo.
SIX_MP = Durations.of(
    [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
    [True] * 9 + [False] * 12,
)
PLACEBO = Durations.of(
    [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [True] * 21
)


def drawn(seed: int, n: int = 120) -> Durations:
    rng = np.random.default_rng(seed)
    times, censored = np.round(rng.exponential(10, n), 0), rng.uniform(0, 25, n).round(0)
    return Durations.of(np.minimum(times, censored) + 1, times <= censored)


def test_freireichs_curve_medians_and_log_rank_are_the_published_ones() -> None:
    curve = kaplan_meier(SIX_MP)
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    for week, share in published.items():
        assert curve.at(week).value == pytest.approx(share, abs=5e-5)
    assert (curve.quantile().value, kaplan_meier(PLACEBO).quantile().value) == (23, 8)
    test = log_rank(SIX_MP, PLACEBO)
    assert test.statistic**2 == pytest.approx(16.79, abs=5e-3)
    assert test.statistic < 0  # 6-MP ends later
    assert test.p == pytest.approx(4.2e-5, abs=5e-7)


def test_freireichs_hazard_ratio_is_rs_with_efrons_ties() -> None:
    both = Durations.of(np.r_[SIX_MP.times, PLACEBO.times], np.r_[SIX_MP.ended, PLACEBO.ended])
    [hazard] = cox(both, [0] * 21 + [1] * 21)
    assert np.log(hazard.value) == pytest.approx(1.5721, abs=5e-4)  # R: coxph, se 0.4124
    assert np.log(hazard.high / hazard.low) / 2 / 1.959964 == pytest.approx(0.4124, abs=5e-4)


@pytest.mark.parametrize("seed", range(4))
def test_curve_and_interval_are_those_of_scipy(seed: int) -> None:
    durations = drawn(seed)
    curve = kaplan_meier(durations)
    sample = stats.CensoredData(
        uncensored=durations.times[durations.ended], right=durations.times[~durations.ended]
    )
    theirs = stats.ecdf(sample).sf
    with np.errstate(all="ignore"):
        bounds = theirs.confidence_interval(method="log-log")
    for i, time in enumerate(curve.times):
        assert curve.share[i] == pytest.approx(theirs.evaluate(time))
        if 0 < curve.share[i] < 1:
            assert curve.low[i] == pytest.approx(bounds.low.evaluate(time))
            assert curve.high[i] == pytest.approx(bounds.high.evaluate(time))


@pytest.mark.parametrize("seed", range(4))
def test_log_rank_is_that_of_scipy(seed: int) -> None:
    def theirs(d: Durations) -> stats.CensoredData:
        return stats.CensoredData(uncensored=d.times[d.ended], right=d.times[~d.ended])

    one, other = drawn(seed), drawn(seed + 50, 80)
    found = stats.logrank(theirs(one), theirs(other))
    ours = log_rank(one, other)
    assert ours.p == pytest.approx(found.pvalue)
    assert abs(ours.statistic) == pytest.approx(abs(found.statistic))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # lifelines' own
@pytest.mark.parametrize("seed", [1, 2])
def test_hazards_are_those_of_lifelines(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines", reason="needs the oracles group")
    pandas = pytest.importorskip("pandas")
    durations, rng = drawn(seed), np.random.default_rng(seed)
    x, stratum = rng.normal(size=(120, 2)), rng.integers(0, 3, 120)
    frame = pandas.DataFrame({"t": durations.times, "e": durations.ended, "a": x[:, 0]})
    frame = frame.assign(b=x[:, 1], s=stratum)
    theirs = lifelines.CoxPHFitter().fit(frame, "t", "e", strata=["s"])
    ours = cox(durations, x, strata=stratum.tolist())
    assert np.log([e.value for e in ours]) == pytest.approx(theirs.params_.to_numpy(), abs=1e-5)
    low = theirs.confidence_intervals_.to_numpy()[:, 0]
    assert np.log([e.low for e in ours]) == pytest.approx(low, abs=1e-4)


def test_the_closed_only_median_deceives_and_the_curve_does_not() -> None:
    rng = np.random.default_rng(5)
    opened = rng.uniform(0, 72, 4000)
    needs = rng.exponential(33.3 / np.log(2), 4000)
    ended = opened + needs <= 72
    seen = np.where(ended, needs, 72 - opened)
    median = kaplan_meier(Durations.of(seen, ended)).quantile()
    assert median.value == pytest.approx(33.3, rel=0.10)
    assert float(np.median(needs[ended])) < 17  # less than half of the truth


def test_strata_undo_a_paradox_that_the_pooled_test_sees() -> None:
    rng = np.random.default_rng(3)
    one = Durations.of(np.r_[rng.exponential(1, 300), rng.exponential(9, 100)], [True] * 400)
    other = Durations.of(np.r_[rng.exponential(1, 100), rng.exponential(9, 300)], [True] * 400)
    kinds = (["quick"] * 300 + ["slow"] * 100, ["quick"] * 100 + ["slow"] * 300)
    assert log_rank(one, other).p < 1e-6
    assert log_rank(one, other, strata=kinds).p > 0.05


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_a_curve_falls_from_one_and_stays_inside_its_band(rows: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(Durations.of([t for t, _ in rows], [e for _, e in rows]))
    assert (np.diff(np.r_[1.0, curve.share]) <= 0).all()
    assert (curve.low <= curve.share + 1e-12).all()
    assert (curve.share <= curve.high + 1e-12).all()
    if not any(e for _, e in rows):
        assert isinf(curve.quantile().value)


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_without_open_cases_it_is_the_plain_share(times: list[int]) -> None:
    curve = kaplan_meier(Durations.of(times, [True] * len(times)))
    for t in range(31):
        assert curve.at(t).value == pytest.approx(sum(x > t for x in times) / len(times))


def of_few(seed: int, customers: int = 30) -> tuple[Durations, Durations]:
    """Up to nine cases a customer, each customer with a pace of their own; and the same alone."""
    rng = np.random.default_rng(seed)
    whose = np.repeat(np.arange(customers), rng.integers(1, 10, customers))
    times = (rng.lognormal(0, 1, customers)[whose] * rng.exponential(10, len(whose))).round(1)
    until = rng.uniform(2, 40, len(whose)).round(1)
    told = np.minimum(times, until), times <= until
    return Durations.of(*told, whose), Durations.of(*told)


def test_ten_customers_of_ten_alike_by_hand() -> None:
    """Five customers' ten cases end at 1, five customers' at 3: S(1) = 1/2, Greenwood 1/100.

    D = (10 (5 / (1 - 1/10))^2 + 25) / (25 + 2.5) (2.2622 / 1.96)^2 = 16.16, and Wilson's half
    length of 6.187 = 100/16.16 is 1.96 sqrt(6.187/4 + 1.96^2/4) / (6.187 + 1.96^2) = 0.3095.
    """
    whose = np.repeat(np.arange(10), 10)
    curve = kaplan_meier(Durations.of(np.where(whose < 5, 1, 3), [True] * 100, whose))
    assert curve.spread[0] == pytest.approx(0.1616, abs=5e-5)
    assert (curve.at(1).low, curve.at(1).high) == pytest.approx((0.1905, 0.8095), abs=5e-5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # lifelines' own
def test_what_customers_move_is_what_lifelines_moves_when_they_weigh_more() -> None:
    """The infinitesimal jackknife by hand: lifelines' weighted curve, each customer a bit heavier.

    Summed by customer, this is what R's survfit calls its robust variance.
    """
    lifelines = pytest.importorskip("lifelines", reason="needs the oracles group")
    durations, _ = of_few(8, 12)
    assert durations.whose is not None
    sizes, curve = np.bincount(durations.whose), kaplan_meier(durations)

    def logs(weights: object) -> npt.NDArray[np.float64]:
        fitted = lifelines.KaplanMeierFitter().fit(
            durations.times, durations.ended, weights=weights
        )
        found: npt.NDArray[np.float64] = fitted.survival_function_at_times(curve.times).to_numpy()
        return np.log(found)

    apart = np.zeros(len(curve.times))
    for one, size in enumerate(sizes):
        heavier = 1e-5 * (durations.whose == one)
        moved = (logs(1 + heavier) - logs(1 - heavier)) / 2e-5
        apart += (moved / (1 - size / len(durations))) ** 2
    alone = kaplan_meier(Durations.of(durations.times, durations.ended)).spread
    share, rows = curve.share, (1 - curve.share) / (curve.share * alone)
    times = fewer(
        rows * share * (1 - share), apart * (rows * share) ** 2, rows / worth(sizes),
        worth(sizes) - 1, 0.95,
    )  # fmt: skip
    told = share > 0
    assert curve.spread[told] == pytest.approx((alone * times)[told], rel=1e-4)
    assert (times > 1.5).any()


def test_the_spread_of_a_curve_is_that_of_drawing_customers_anew() -> None:
    """Second hand: the bootstrap over customers, 400 draws."""
    durations, alone = of_few(3, 60)
    assert durations.whose is not None
    rng, drawn_anew = np.random.default_rng(1), []
    for _ in range(400):
        rows = [np.flatnonzero(durations.whose == one) for one in rng.integers(0, 60, 60)]
        all_rows = np.concatenate(rows)
        again = kaplan_meier(Durations.of(durations.times[all_rows], durations.ended[all_rows]))
        drawn_anew.append(np.log(again.at(8).value))
    curve, plain = kaplan_meier(durations), kaplan_meier(alone)
    at = int(np.searchsorted(curve.times, 8, side="right")) - 1
    assert np.sqrt(curve.spread[at]) == pytest.approx(np.std(drawn_anew), rel=0.2)
    assert np.sqrt(plain.spread[at]) < 0.75 * np.std(drawn_anew)


def test_without_open_cases_it_counts_as_many_fewer_as_a_share() -> None:
    rng = np.random.default_rng(6)
    whose = np.repeat(np.arange(20), rng.integers(1, 8, 20))
    times = rng.lognormal(0, 1, 20)[whose] * rng.exponential(10, len(whose))
    curve = kaplan_meier(Durations.of(times, [True] * len(times), whose))
    for t in np.quantile(times, [0.1, 0.5, 0.9]):
        share, one = share_of(times > t, np.ones(len(times)), whose), curve.at(t)
        assert isinstance(share, Estimate)
        assert (one.value, one.low, one.high) == pytest.approx((share.value, share.low, share.high))


def test_one_early_end_does_not_blow_the_range_up() -> None:
    """Thirty cases of one customer and seventy of one each, of which one has ended."""
    whose, times = np.r_[np.zeros(30, int), 1:71], np.r_[np.full(99, 2.0), 1]
    curve = kaplan_meier(Durations.of(times, [True] * 100, whose))
    assert (curve.at(1).low, curve.at(1).high) == pytest.approx((0.7170, 0.9998), abs=5e-4)


def test_a_median_does_not_begin_at_the_first_end() -> None:
    at_first = wide = 0
    for seed in range(100):
        durations, _ = of_few(seed, 12)
        found = kaplan_meier(durations).quantile()
        at_first += found.low <= durations.times[durations.ended].min()
        ninth = kaplan_meier(durations).quantile(0.9)
        wide += ninth.low < found.value / 4
    assert (at_first, wide) == (0, 0)


def test_what_is_nearly_all_one_customers_is_no_sample() -> None:
    whose = np.r_[np.zeros(49_000, int), 1]
    assert share_of(whose, np.ones(49_001), whose) == NotEnough(1, 2, of="one_customer")
    assert Durations.of([1.0] * 49_001, [True] * 49_001, whose).is_of_one
    assert not Durations.of([1, 2, 3, 4], [True] * 4, [1, 1, 2, 2]).is_of_one
    assert isinstance(share_of([3, 2], [5, 5], ["ana", "bo"]), Estimate)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 4)), min_size=2, max_size=30
    ),
    st.randoms(use_true_random=False),
)
def test_a_customers_cases_never_tell_more_than_as_many_customers(
    rows: list[tuple[int, bool, int]], lot: Random
) -> None:
    def curve(some: list[tuple[int, bool, int]], *, by: bool = True) -> Curve:
        times, ended, whose = zip(*some, strict=True)
        return kaplan_meier(Durations.of(times, ended, whose if by else None))

    found, alone = curve(rows), curve(rows, by=False)
    assert (found.share == alone.share).all()
    told = alone.share > 0  # of those the spread says of how many Wilson's bounds are
    assert (found.spread[told] >= alone.spread[told] * (1 - 1e-9)).all()
    mixed = curve(lot.sample(rows, len(rows)))
    assert mixed.low == pytest.approx(found.low)
    twice = curve([(t, e, i) for i, (t, e, _) in enumerate(rows) for _ in range(2)])
    assert (twice.spread[told] >= alone.spread[told] * (1 - 1e-9)).all()
    each = curve([(t, e, i) for i, (t, e, _) in enumerate(rows)])
    assert (each.low == alone.low).all()


def test_of_one_customer_nothing_is_known() -> None:
    lone = Durations.of([1, 2, 3], [True, True, False], ["ana"] * 3)
    assert lone.is_of_one
    assert not Durations.of([1, 2], [True, True]).is_of_one
    found = kaplan_meier(lone)
    assert (found.at(2).low, found.at(2).high) == (0, 1)
    assert found.quantile().high == inf
    open_still = kaplan_meier(Durations.of([5, 5, 5, 9], [False] * 3 + [True], [0, 0, 0, 1]))
    assert open_still.at(4).low == pytest.approx(0.025 ** (1 / 1.6))  # worth 16 / 10 customers


def test_the_median_of_few_customers_is_held_as_often_as_told() -> None:
    held = plain = 0
    for seed in range(300):
        durations, alone = of_few(seed, 40)
        held += not kaplan_meier(durations).quantile().excludes(MEDIAN)
        plain += not kaplan_meier(alone).quantile().excludes(MEDIAN)
    assert held / 300 > 0.92
    assert plain / 300 < 0.85


def test_wrong_times_are_named() -> None:
    with pytest.raises(WrongNumber, match="ended is 1 long"):
        Durations.of([1, 2], [True])
    with pytest.raises(WrongNumber, match="whose is 3 long; allowed is one a time, 2 here"):
        Durations.of([1, 2], [True, True], ["a", "b", "b"])
    with pytest.raises(WrongNumber, match="finite times"):
        Durations.of([1, inf], [True, True])
    with pytest.raises(WrongNumber, match="durations"):
        kaplan_meier(Durations.of([], []))
