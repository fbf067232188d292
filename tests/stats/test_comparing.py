"""Two groups and families against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from bench.evidence.comparing import smaller, smaller_in_strata, verdict
from wingbeat.stats.comparing import detectable
from wingbeat.stats.families import holm
from wingbeat.stats.inequality import gini
from wingbeat.stats.queues import Queue

SOME = st.lists(st.integers(0, 12).map(float), min_size=2, max_size=30)


@pytest.mark.parametrize("seed", range(5))
def test_the_test_is_scipys_brunner_munzel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, 25).tolist(), rng.integers(2, 12, 40).tolist()
    theirs, ours = stats.brunnermunzel(x, y), smaller(x, y)
    assert ours.test.statistic == pytest.approx(theirs.statistic)
    assert ours.test.p == pytest.approx(theirs.pvalue)
    assert ours.share.excludes(0.5) == (theirs.pvalue < 0.05)


def test_the_share_counts_pairs() -> None:
    found = smaller([1, 2, 5], [2, 3])
    assert found.share.value == pytest.approx((2 + 1.5 + 0) / 6)


@settings(deadline=None)
@given(SOME, SOME)
def test_turning_the_groups_around_turns_the_share_around(x: list[float], y: list[float]) -> None:
    assert smaller(x, y).share.value + smaller(y, x).share.value == pytest.approx(1)
    assert smaller([3 * v + 1 for v in x], [3 * v + 1 for v in y]) == smaller(x, y)


def test_strata_undo_simpsons_paradox() -> None:
    rng = np.random.default_rng(2)
    quick, slow = rng.exponential(1, 1000), rng.exponential(9, 1000)
    small = quick[:400].tolist(), slow[:100].tolist()
    big = quick[400:500].tolist(), slow[100:500].tolist()
    pooled = smaller([*small[0], *small[1]], [*big[0], *big[1]])
    apart = smaller_in_strata({"a": (small[0], big[0]), "b": (small[1], big[1])})
    assert verdict(pooled) == "unequal"
    assert verdict(apart) != "unequal"


def test_one_stratum_is_no_stratum() -> None:
    x, y = [1.0, 2, 4, 4, 7, 9], [2.0, 3, 6, 8, 8, 9]
    assert smaller_in_strata({"all": (x, y)}).share.value == smaller(x, y).share.value


def test_equality_is_claimed_rarely_enough_and_often_enough() -> None:
    rng, false, true = np.random.default_rng(8), 0, 0
    for _ in range(200):
        # p = .56 exactly at the margin: P(X < X' + d) = Phi(d / sqrt 2)
        shift = float(stats.norm.ppf(0.56)) * np.sqrt(2)
        x, y = rng.normal(0, 1, 600), rng.normal(0, 1, 600)
        false += verdict(smaller(x.tolist(), (y + shift).tolist())) == "equal"
        true += verdict(smaller(x.tolist(), y.tolist())) == "equal"
    assert false / 200 <= 0.09
    assert true / 200 >= 0.85


def test_the_detectable_size_is_detected_in_four_of_five() -> None:
    n, rng = 300, np.random.default_rng(6)
    shift = float(stats.norm.ppf(detectable(n, n))) * np.sqrt(2)
    found = [
        smaller(rng.normal(0, 1, n).tolist(), rng.normal(shift, 1, n).tolist()).test.p < 0.05
        for _ in range(300)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.07)


def test_groups_that_do_not_overlap_are_unequal_from_four_on() -> None:
    assert verdict(smaller([1, 2, 3, 4], [6, 7, 8, 9])) == "unequal"  # 2 of 70 deals
    assert verdict(smaller([1, 2, 3], [7, 8, 9])) == "not shown"  # 2 of 20


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_is_stricter_than_benjamini_and_hochberg(p: list[float]) -> None:
    """Oracle for theirs: SciPy."""
    rows = zip(holm(p), stats.false_discovery_control(p).tolist(), p, strict=True)
    assert all(h + 1e-12 >= b >= q - 1e-12 for h, b, q in rows)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=30), st.integers(1, 50))
def test_gini_knows_no_scale_and_no_names(loads: list[float], scale: int) -> None:
    found = gini(loads)
    assert found == pytest.approx(gini([scale * x for x in reversed(loads)]), abs=1e-9)
    assert 0 <= found <= 1 - 1 / len(loads) + 1e-12
    mean = sum(loads) / len(loads)
    if mean:  # half the relative mean difference, the other definition
        gaps = sum(abs(a - b) for a in loads for b in loads) / len(loads) ** 2
        assert found == pytest.approx(gaps / (2 * mean), abs=1e-9)


def test_a_queue_of_one_seat_waits_as_often_as_it_is_busy() -> None:
    queue = Queue.of(arrivals_per_hour=6, handling_minutes=5, seats=1)
    assert queue.wait_share == pytest.approx(0.5)
    assert queue.answered_within(0) == pytest.approx(0.5)
    crowded = Queue.of(arrivals_per_hour=60, handling_minutes=6, seats=6)
    assert (crowded.wait_share, crowded.answered_within(600)) == (1.0, 0.0)


def test_a_queue_waits_as_long_as_a_simulated_one() -> None:
    rng, seats, waits = np.random.default_rng(1), 8, []
    free, now = np.zeros(seats), 0.0
    for _ in range(60_000):
        now += rng.exponential(60)
        seat = int(free.argmin())
        begin = max(now, free[seat])
        free[seat] = begin + rng.exponential(360)
        waits.append(begin - now)
    queue = Queue.of(arrivals_per_hour=60, handling_minutes=6, seats=seats)
    assert np.mean(np.array(waits) > 0) == pytest.approx(queue.wait_share, abs=0.02)
    assert np.mean(np.array(waits) <= 30) == pytest.approx(queue.answered_within(30), abs=0.02)
