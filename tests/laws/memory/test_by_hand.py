"""Memory by hand: the worked examples of the page, to the printed digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, getcontext

import pytest

from tests.laws.conftest import after
from wingbeat.laws.facts import Moment
from wingbeat.laws.memory import Memory, episodes_of, felt, remember, shipped_policy
from wingbeat.laws.memory.episodes import Blend
from wingbeat.laws.memory.value import reach, table, vivid

POLICY = shipped_policy()


def moment(
    x: int, *, days: float = 0, kind: str = "answer", conversation: str | None = "1"
) -> Moment:
    return Moment(
        customer="ana", conversation=conversation, at=after(days=days), seq=0, kind=kind, value=x,
        evidence=None,
    )  # fmt: skip


def kept(*moments: Moment) -> list[float]:
    return [round(one.remembered() / 2e6, 3) for one in episodes_of(moments, POLICY)]


STORY = [moment(x, days=day / 10) for day, x in enumerate([200, -600, -100])]


def test_a_farewell_mends_what_is_remembered() -> None:
    assert kept(*STORY, moment(500, days=0.4)) == [-0.352]
    assert kept(*STORY) == [-0.752]


def test_a_loss_outweighs_a_gain_of_the_same_size() -> None:
    assert felt(500) + felt(-500) < 0
    assert -felt(-500) / felt(500) == pytest.approx(POLICY.loss_aversion, rel=1e-5)


def test_a_month_halves_how_vivid_a_moment_is() -> None:
    fresh, old = (vivid(-600, days=days, half_life_days=30) for days in (1, 31))
    assert old == pytest.approx(fresh / 2)
    assert vivid(200, days=0, half_life_days=30) > vivid(-600, days=90, half_life_days=30)


def test_duration_is_neglected() -> None:
    middle = [moment(0, days=0.11 + i / 100) for i in range(5)]
    assert kept(*STORY, *middle, moment(500, days=0.4)) == [-0.352]


def test_a_rating_stands_for_its_episode_and_the_computed_value_stays_beside_it() -> None:
    [episode] = episodes_of([*STORY, moment(1000, days=1, kind="rating")], POLICY)
    assert (episode.remembered(), episode.computed()) == (2_000_000, -1_247_153 - 257_719)


def test_two_weeks_of_silence_part_two_episodes_of_one_conversation() -> None:
    assert kept(moment(200), moment(200, days=14)) == [0.243]
    assert kept(moment(200), moment(200, days=14.01)) == [0.243, 0.243]


def test_a_moment_without_a_conversation_joins_the_latest_episode_if_it_is_young() -> None:
    def gift(days: int) -> Moment:
        return moment(400, days=days, kind="grant", conversation=None)

    assert kept(moment(-600), gift(3)) == [-0.4]
    assert kept(moment(-600), gift(15)) == [-1.247, 0.446]


def test_a_blend_weighs_peak_end_and_mean() -> None:
    [episode] = episodes_of(STORY, POLICY)
    peak, end, mean = -1_247_153, -257_719, -420_755
    assert episode.total // 3 == mean  # floor
    told = episode.computed(Blend(base=100, peak=400, end=300, mean=300, lowest=-1_955_000))
    assert told == (2 * (100_000 + 400 * peak + 300 * end + 300 * mean)) // 1000


def days(*episodes: tuple[int, float]) -> Memory:
    memory = Memory()
    for day, u in episodes:
        memory = memory.merge(Memory.of(day * 86_400, day, round(u * 2e6), 30))
    return memory


@pytest.mark.parametrize(("day", "now"), [(50, -0.050), (80, 0.039), (140, 0.008), (415, -0.018)])
def test_the_example_fades_as_the_page_says(day: int, now: float) -> None:
    example = days((0, 0.6), (20, -1.2), (50, 0.5))
    assert example.read(day, POLICY).now == pytest.approx(now, abs=0.0005)


def test_the_example_day_in_all_its_parts() -> None:
    read = days((0, 0.6), (20, -1.2), (50, 0.5)).read(50, POLICY)
    assert (round(read.attitude, 3), read.peak, read.end, read.fresh) == (-0.023, -0.6, 0.5, 1.0)
    assert read.scar == -1.2


def test_the_bad_one_last_is_all_there_is() -> None:
    assert days((0, 0.6), (20, 0.5), (50, -1.2)).read(50, POLICY).now == pytest.approx(-1.2)


def test_of_two_equal_peaks_the_bad_one_wins() -> None:
    assert days((7, 1.0), (7, -1.0)).read(7, POLICY).peak == -1.0


def test_nobody_remembers_nothing() -> None:
    assert remember([], POLICY).read(1, POLICY).now == 0


@pytest.mark.parametrize("loss_aversion", [1.31, 1.955, 2.25])
def test_the_shipped_table_is_the_formula_to_fifty_digits(loss_aversion: float) -> None:
    getcontext().prec = 50
    for x, u in zip(range(-1000, 1001), table(loss_aversion), strict=True):
        gain = (Decimal(abs(x)) / 1000) ** Decimal("0.88") * 1_000_000
        told = gain if x >= 0 else -gain * Decimal(str(loss_aversion))
        assert abs(told - u) <= Decimal("0.5")


def test_another_loss_aversion_is_computed() -> None:
    assert felt(-1000, loss_aversion=3.0) == -3_000_000
    assert felt(-600, exponent=1.0, loss_aversion=2.25) == -1_350_000


def test_twice_as_strong_is_worth_one_half_life() -> None:
    steps = reach(30)
    assert {steps[2 * n] - steps[n] for n in (500, 1000, 2000)} == {30_000_000}


def test_another_half_life_reads_the_same_days() -> None:
    slow = replace(POLICY, attitude_half_life_days=3650)
    example = days((0, 0.6), (20, -1.2))
    assert example.read(20, slow).attitude != example.read(20, POLICY).attitude
