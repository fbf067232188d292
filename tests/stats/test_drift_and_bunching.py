"""Charts of drift against the published run lengths; bunching where its size is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings, strategies as st

from bench.evidence.ending import bunching
from wingbeat.stats import WrongNumber
from wingbeat.stats.bunching import bunching_of, companion, density_jump
from wingbeat.stats.drift import cusum, cusum_run_length, page_hinkley, xmr


# Lucas and Crosier 1982, Technometrics 24:199, k = 0.5.
@pytest.mark.parametrize(
    ("shift", "at_four", "at_five"),
    [(0, 168, 465), (0.25, 74.2, 139), (0.5, 26.6, 38.0), (1, 8.38, 10.4), (2, 3.34, 4.01)],
)
def test_run_lengths_are_the_published_ones(shift: float, at_four: float, at_five: float) -> None:
    assert cusum_run_length(h=4, shift=shift) == pytest.approx(at_four, rel=0.01)
    assert cusum_run_length(h=5, shift=shift) == pytest.approx(at_five, rel=0.01)


def test_run_lengths_are_those_of_the_chart_itself() -> None:
    rng = np.random.default_rng(3)
    runs = []
    for _ in range(400):
        alarm = cusum(rng.normal(1, 1, 200).tolist(), h=4)
        assert alarm.at is not None
        runs.append(alarm.at + 1)
    assert np.mean(runs) == pytest.approx(8.38, rel=0.08)


def test_limits_by_hand_with_their_signals() -> None:
    quiet = xmr([52, 47, 50, 55, 49, 51, 48, 53, 50, 46])
    assert (quiet.outside, quiet.runs) == ((), ())
    assert xmr([50, 51, 50, 49, 50, 51, 90]).outside == (6,)
    assert xmr([1, 2] * 4 + [3, 4] * 5).runs[0] == 7


@settings(deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=60))
def test_a_mirrored_series_rings_at_the_same_point_on_the_other_side(z: list[float]) -> None:
    one, other = cusum(z), cusum([-v for v in z])
    assert one.at == other.at
    assert one.above == pytest.approx(other.below)
    assert min(one.above) >= 0


def in_a_loop(values: list[float], delta: float, limit: float) -> tuple[int | None, bool]:
    """Second hand: one point after the other, as a stream brings them, and as Hinkley writes it."""
    mean = up = down = lowest = highest = 0.0
    for i, x in enumerate(values):
        mean += (x - mean) / (i + 1)
        up, down = up + x - mean - delta, down + x - mean + delta
        lowest, highest = min(lowest, up), max(highest, down)
        if max(up - lowest, highest - down) > limit:
            return i, up - lowest > highest - down
    return None, False


@settings(deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60), st.floats(0.01, 1), st.floats(0.5, 9))
def test_a_stream_is_watched_as_one_point_comes_after_the_other(
    values: list[float], delta: float, limit: float
) -> None:
    found = page_hinkley(values, delta=delta, threshold=limit)
    assume(min(abs(one - limit) for one in (*found.above, *found.below)) > 1e-9)
    assume(all(abs(a - b) > 1e-9 for a, b in zip(found.above, found.below, strict=True) if a or b))
    assert (found.at, found.up) == in_a_loop(values, delta, limit)
    mirrored = page_hinkley([-x for x in values], delta=delta, threshold=limit)
    assert mirrored.at == found.at
    assert mirrored.above == pytest.approx(found.below)
    further = page_hinkley([*values, 99.0], delta=delta, threshold=limit)
    assert further.above[:-1] == found.above  # what comes later changes nothing that was told


def test_a_watch_of_streams_is_quiet_by_choice_and_rings_by_default() -> None:
    rng = np.random.default_rng(7)
    runs = rng.normal(0, 0.5, (300, 500)).tolist()

    def rung(delta: float, limit: float) -> float:
        told = [page_hinkley(one, delta=delta, threshold=limit).at is not None for one in runs]
        assert told == [in_a_loop(one, delta, limit)[0] is not None for one in runs]
        return float(np.mean(told))

    assert rung(0.15, 7) < 0.05
    assert rung(0.05, 5) > 0.9
    moved = np.r_[rng.normal(0, 0.5, 300), [-0.8] * 60].tolist()
    alarm = page_hinkley(moved, delta=0.15, threshold=7)
    assert alarm.at is not None
    assert 300 < alarm.at < 330
    assert not alarm.up


def answers(n: int, moved: float, seed: int) -> npt.NDArray[np.float64]:
    """Minutes to an answer; a share of those that would miss four hours is sent just before."""
    rng = np.random.default_rng(seed)
    minutes = rng.lognormal(np.log(180), 0.6, n)
    late = (minutes >= 240) & (minutes < 290) & (rng.random(n) < moved)
    minutes[late] = 240 - 10 * rng.random(int(late.sum()))
    return minutes


@pytest.mark.parametrize(("moved", "least", "most"), [(0, 0, 0.03), (0.15, 0.7, 1), (0.3, 0.97, 1)])
def test_moved_answers_are_flagged_and_honest_ones_are_not(
    moved: float, least: float, most: float
) -> None:
    flags = [bunching(answers(2000, moved, i), 240, seed=i).z > 3 for i in range(60)]
    assert least <= np.mean(flags) <= most


def test_the_excess_is_measured_in_bins() -> None:
    rng = np.random.default_rng(1)
    even = rng.uniform(0, 480, 48_000)  # a thousand in each bin of ten minutes
    crowd = np.r_[even, np.full(500, 235.0)]
    found = bunching(crowd, 240, seed=1)
    assert found.excess.value == pytest.approx(0.5, abs=0.15)
    assert found.excess.low < 0.5 < found.excess.high


def test_an_empty_last_bin_is_no_certain_nought() -> None:
    """None of ten foretold: by Garwood's bound it may be up to 3.69, which is -0.63 bins."""
    found = bunching_of([10] * 11 + [0] + [10] * 12, 12, seed=1).excess
    assert found.value == pytest.approx(-1)
    assert found.high == pytest.approx(-0.63, abs=0.08)


def test_a_crowd_that_stands_alone_is_a_crowd() -> None:
    found = bunching_of([0] * 11 + [30] + [0] * 12, 12, seed=1)
    assert found.z > 3
    assert found.excess.low > 3


def test_a_side_with_nobody_is_the_highest_jump() -> None:
    before = 240 - np.random.default_rng(1).uniform(0, 100, 200)
    few, many = (density_jump(before[:n], 240).statistic for n in (20, 200))
    assert many < -3
    assert many < few < -1
    assert density_jump(480 - before, 240).statistic > 3
    assert density_jump(before - 100, 240).statistic == 0  # nobody near it on either side


def test_a_few_honest_answers_around_the_target_hardly_ever_jump() -> None:
    """Sides that are empty by chance are in it."""
    draws = (np.random.default_rng(seed).exponential(60, 60) for seed in range(400))
    assert np.mean([density_jump(t, 240).statistic < -3 for t in draws]) <= 0.01


def test_an_early_target_has_fewer_bins_below_and_still_speaks() -> None:
    minutes = np.random.default_rng(1).uniform(0, 60, 5000)
    found = bunching(minutes, 10, seed=1, width=2)
    assert len(found.fitted) == 5 + 12
    assert abs(found.z) < 3


def test_a_density_without_a_jump_gives_a_standard_normal() -> None:
    z = [density_jump(answers(2000, 0, i), 240).statistic for i in range(200)]
    assert np.std(z) == pytest.approx(1.0, abs=0.15)
    assert np.mean(np.array(z) < -3) <= 0.01
    assert density_jump(answers(2000, 0.3, 1), 240).statistic < -3


def test_a_long_tail_does_not_blur_the_edge() -> None:
    # a few that took a year widen the deviation a hundredfold, and once hid every jump
    with_tail = np.r_[answers(2000, 0.5, 1), np.linspace(1e4, 5e5, 60)]
    assert density_jump(with_tail, 240).statistic < -3


def test_the_companion_counts_both_bins() -> None:
    found = companion([8.9, 9.1, 9.5, 10.0, 10.9, 11.0], 10, width=1)
    assert (found.n, found.statistic) == (4, 0.5)
    assert companion([1.0], 10, width=1).p == 1


def test_wrong_targets_are_named() -> None:
    with pytest.raises(WrongNumber, match="target is 0"):
        bunching([1.0], 0, seed=1)
    with pytest.raises(WrongNumber, match="3 times"):
        density_jump([1.0, 2, 3], 2)


@pytest.mark.parametrize("time", [100.0, 239.0, 240.0])
def test_times_that_are_all_alike_are_no_jump_that_divides_by_nothing(time: float) -> None:
    assert np.isfinite(density_jump([time] * 300, 240).statistic)
