"""Survival against Freireich's trial, lifelines and SciPy."""

from __future__ import annotations

from math import inf, isinf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wingbeat.stats import WrongNumber
from wingbeat.stats.survival import Durations, cox, kaplan_meier, log_rank

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


def test_wrong_times_are_named() -> None:
    with pytest.raises(WrongNumber, match="1 flags"):
        Durations.of([1, 2], [True])
    with pytest.raises(WrongNumber, match="finite times"):
        Durations.of([1, inf], [True, True])
    with pytest.raises(WrongNumber, match="durations"):
        kaplan_meier(Durations.of([], []))
