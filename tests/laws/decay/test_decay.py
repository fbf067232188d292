"""Decay: by hand, against lifelines, as properties, and on every engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from tests.laws.conftest import after, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.decay import measure, shipped_policy
from wingbeat.laws.decay.drifting import Drift, alarms, change, drift
from wingbeat.laws.decay.fading import Fading, fit
from wingbeat.laws.decay.report import by_lot, report
from wingbeat.laws.facts import Asset, Check, Conversation
from wingbeat.laws.readings import Reading
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

POLICY = shipped_policy()
NOW = after(days=400)


def check(asset: str, day: float, wrong: float | None, until: float | None = None) -> Check:
    def at(days: float | None) -> Any:
        return None if days is None else after(days=days)

    return Check(asset=asset, kind="article", verified_at=after(days=day), wrong_at=at(wrong),
                 until_at=at(until))  # fmt: skip


def test_spans_end_with_an_error_a_check_or_now(engine: Engine) -> None:
    checks = [
        check("a", 0, 100), check("b", 0, None), check("c", 10, None, 60), check("d", 0, 90, 80),
        check("e", 500, None), check("f", 300, 450),
    ]  # fmt: skip
    table = engine.put("checks", table_of(Check, checks))
    found = rows_of(measure.spans(table, as_of=seconds(NOW)), "seconds", "wrong")
    assert [(row["seconds"] // 86_400, row["wrong"]) for row in found] == [
        (50, 0), (80, 0), (100, 0), (100, 1), (400, 0),
    ]  # fmt: skip


def test_the_popular_page_comes_first(engine: Engine) -> None:
    assets = [
        Asset(id=name, kind="article", verified_at=NOW - timedelta(days=age), views_per_day=views,
              harm=1.0)
        for name, age, views in [("lonely", 360, 3.0), ("popular", 90, 40.0), ("new", 0, 900.0)]
    ]  # fmt: skip
    curve = pa.table({"kind": ["article"], "scale": [180 / np.log(2)], "shape": [1.0]})
    order = measure.upkeep(
        engine.put("assets", table_of(Asset, assets)), engine.put("curves", curve),
        as_of=seconds(NOW),
    )  # fmt: skip
    found = rows_of(order, "place")
    assert [row["id"] for row in found] == ["popular", "lonely", "new"]
    assert [row["worth"] for row in found] == pytest.approx([11.7157, 2.25, 0], abs=1e-4)


def test_weibull_is_lifelines_weibull() -> None:
    """Oracle: lifelines.WeibullFitter, censored."""
    lifelines = pytest.importorskip("lifelines", reason="needs the oracles group")
    rng = np.random.default_rng(21)
    days = 180 * rng.weibull(1.1, 300)
    limit = rng.uniform(50, 400, 300)
    wrong = days <= limit
    found = fit(np.minimum(days, limit), wrong)
    oracle = lifelines.WeibullFitter().fit(np.minimum(days, limit), wrong)
    assert (found.scale, found.shape) == pytest.approx((oracle.lambda_, oracle.rho_), rel=1e-4)
    assert abs(found.scale - 180) < 18  # and the truth is within a tenth


def test_a_curve_needs_two_errors() -> None:
    with pytest.raises(ValueError, match="wrong has 1 errors; allowed is two or more"):
        fit([1, 2, 3], [True, False, False])


@given(st.floats(1, 1000), st.floats(0.3, 5), st.floats(0, 3000), st.floats(0, 3000))
def test_older_is_never_fresher(scale: float, shape: float, one: float, other: float) -> None:
    curve = Fading(scale, shape, 10, 5)
    early, late = sorted((one, other))
    assert 0 <= curve.stale(early) <= curve.stale(late) <= 1
    assert curve.stale(curve.half_life) == pytest.approx(0.5)


@given(st.floats(0.5, 20))
def test_the_unit_of_time_does_not_matter(factor: float) -> None:
    days, wrong = [10.0, 20, 30, 40, 50], [True, True, False, True, False]
    one, other = fit(days, wrong), fit([day * factor for day in days], wrong)
    assert other.scale == pytest.approx(one.scale * factor, rel=1e-6)
    assert other.shape == pytest.approx(one.shape, rel=1e-6)


def series(days: int, *, seed: int, shift: float = 0, since: int = 10**6) -> list[float]:
    rng = np.random.default_rng(seed)
    week = [100, 90, 95, 90, 80, 30, 20]
    return [week[d % 7] + rng.normal(0, 6) + (shift if d >= since else 0) for d in range(days)]


def test_a_shift_is_found_soon_and_weekends_ring_nothing() -> None:
    for seed in range(20):
        moved = drift(series(178, seed=seed, shift=18, since=150), POLICY)
        assert isinstance(moved, Drift)
        at, up = next(alarm for alarm in moved.alarms if alarm[0] >= 150)
        assert up
        assert at <= 156


def test_quiet_series_ring_about_as_often_as_told() -> None:
    found = [drift(series(56 + 28, seed=seed), POLICY) for seed in range(2000)]
    rung = np.mean([len(one.alarms) for one in found if isinstance(one, Drift)]) * 365 / 28
    told = found[0].false_per_year if isinstance(found[0], Drift) else 0
    assert rung == pytest.approx(told, rel=0.2)
    assert told > 365.25 / 465.4  # a real baseline costs more than the textbook's known mean


@pytest.mark.parametrize(
    "week",
    [
        [40] * 5 + [0, 0],  # closed on weekends
        [40] * 5 + [3, 1],
        [5] * 5 + [0.3, 0.3],
        [2] * 7,
    ],
)
def test_a_desk_rings_as_often_as_told_whatever_its_weekends(week: list[float]) -> None:
    rng = np.random.default_rng(40)
    days = rng.poisson(np.resize(week, 84), (1500, 84)).astype(float)
    rung = np.mean([len(list(alarms(one, POLICY))) for one in days]) * 365 / 28
    found = drift(days[0].tolist(), POLICY)
    assert isinstance(found, Drift)
    assert rung == pytest.approx(found.false_per_year, abs=0.6)
    assert rung < 4


def test_numbers_that_are_no_counts_are_watched_as_they_are() -> None:
    """A series may lie below zero; it is only shifted, and so are its alarms."""
    one = series(84, seed=4, shift=18, since=70)
    found = [drift([value - less for value in one], POLICY) for less in (0, 500)]
    assert [f.alarms for f in found if isinstance(f, Drift)] == [found[0].alarms] * 2  # type: ignore[union-attr]


def test_a_desk_that_grows_does_not_ring_for_its_first_weeks() -> None:
    small = [one * 0.5 for one in series(200, seed=1)]
    grown = [*small, *series(84, seed=2)]  # twice as many since long ago
    found = drift(grown, POLICY)
    assert isinstance(found, Drift)
    assert found.alarms == ()
    assert isinstance(found.change, Estimate)
    assert found.change.low < 1 < found.change.high


def test_a_short_series_is_not_enough() -> None:
    assert drift([1.0] * 62, POLICY) == NotEnough(62, 63, of="days")


def test_the_report_tells_each_kind_its_half_life(duckdb_engine: Engine) -> None:
    rng = np.random.default_rng(5)
    checks = [check(str(i), 0, float(day)) for i, day in enumerate(rng.exponential(100, 200))]
    opened = [
        Conversation(id=f"{d}-{i}", customer="ana", opened_at=after(days=d), ended_at=None,
                     inbox=None, channel=None, cause=None, size=None, severity=None)
        for d in range(100) for i in range(10 if d < 90 else 50)
    ]  # fmt: skip
    tables = {
        "checks": duckdb_engine.put("checks", table_of(Check, checks)),
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, opened)),
    }
    half, moved = report(tables, POLICY, as_of=seconds(after(days=100))).readings
    assert isinstance(half.result, Estimate)
    assert half.result.low < 100 * np.log(2) < half.result.high
    assert str(moved.details["latest_alarm"]) >= "2026-05-31"


def test_a_change_is_no_surer_than_its_weeks() -> None:
    """Days of a good week resemble each other: twenty-eight are not as many facts."""
    rng, missed = np.random.default_rng(17), 0
    for _ in range(400):
        weeks = rng.lognormal(0, 0.3, 12)
        found = drift((np.repeat(weeks, 7) * rng.normal(100, 5, 84)).tolist(), POLICY)
        assert isinstance(found, Drift)
        assert isinstance(found.change, Estimate)
        missed += found.change.excludes(1)
    assert missed / 400 < 0.09


@pytest.mark.parametrize("values", [[0.0] * 84, [0.0] * 56 + [5.0] * 28])
def test_over_an_empty_baseline_there_is_no_ratio(values: list[float]) -> None:
    found = drift(values, POLICY)
    assert isinstance(found, Drift)
    assert found.change == NotEnough(0, 1, of="conversations")


def test_mail_that_stops_altogether_is_a_change_to_nothing() -> None:
    found = drift([5.0] * 56 + [0.0] * 28, POLICY)
    assert isinstance(found, Drift)
    assert isinstance(found.change, Estimate)
    assert (found.change.value, found.change.low) == (0, 0)
    # by hand: of 140 expected none came; a Poisson of 3.69 would show none once in forty times
    assert found.change.high == pytest.approx(3.689 / 140, rel=1e-3)


def test_a_desk_that_nobody_wrote_to_for_long_says_so(duckdb_engine: Engine) -> None:
    talks = [
        Conversation(id=f"c{day}", customer="ana", opened_at=after(days=day), ended_at=None,
                     inbox=None, channel=None, cause=None, size=None, severity=None)
        for day in (0, 99)
    ]  # fmt: skip
    tables = {
        "checks": duckdb_engine.put("checks", table_of(Check, [check("a", 0, None)])),
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, talks)),
    }
    told = next(
        one for one in report(tables, POLICY, as_of=seconds(after(days=100))).readings
        if one.key == "decay.drift"
    )  # fmt: skip
    assert told.result == NotEnough(0, 1, of="conversations")
    assert "1" in speak(told.says, law="decay")


def test_a_few_quiet_weeks_of_a_desk_with_hardly_any_mail_are_not_the_end() -> None:
    found = drift([0.0, 0, 0, 0, 0, 0, 0, 1] * 7 + [0.0] * 28, POLICY)
    assert isinstance(found, Drift)
    assert isinstance(found.change, Estimate)
    assert not found.change.excludes(1)


def test_a_half_life_beyond_the_data_has_an_interval_that_covers() -> None:
    rng, missed = np.random.default_rng(3), 0
    for _ in range(300):
        days = rng.exponential(400, 60)
        found = fit(np.minimum(days, 150), days <= 150).estimate()
        assert found.low < found.value < found.high
        missed += found.excludes(400 * np.log(2))
    assert missed / 300 < 0.09


def test_the_errors_of_a_few_things_tell_less_than_of_as_many() -> None:
    """Second hand: what leaving out each thing in turn moves (the jackknife, Tukey 1958)."""
    rng = np.random.default_rng(11)
    whose = np.repeat(np.arange(30), rng.integers(1, 9, 30))
    days = 100 * rng.lognormal(0, 0.8, 30)[whose] * rng.weibull(1.2, len(whose))
    wrong, days = days <= 250, np.minimum(days, 250)
    found, alone = fit(days, wrong, whose), fit(days, wrong)
    assert (found.scale, found.shape) == (alone.scale, alone.shape)
    parts = [fit(days[whose != one], wrong[whose != one]) for one in range(30)]
    for name, spread in (("half_life", found.spread), ("shape", found.bend)):
        logs = np.log([getattr(one, name) for one in parts])
        jackknifed = np.sqrt(29 / 30 * ((logs - logs.mean()) ** 2).sum())
        assert spread == pytest.approx(jackknifed, rel=0.25), name
    assert found.spread > 1.1 * alone.spread
    assert found.estimate().low < alone.estimate().low
    same = fit(days, wrong, np.arange(len(days)))
    assert same == alone


@pytest.mark.parametrize("until", [90.0, 400.0])
def test_a_half_life_is_no_surer_than_its_things(duckdb_engine: Engine, until: float) -> None:
    def told(things: int) -> Estimate | NotEnough:
        checks = [check(f"a{i % things}", 0, float(20 + 4 * (i % 40) + i / 99)) for i in range(80)]
        tables = {"checks": duckdb_engine.put("checks", table_of(Check, checks))}
        found = report(tables, POLICY, as_of=seconds(after(days=until))).readings[0].result
        assert isinstance(found, (Estimate, NotEnough))
        return found

    few, many = told(8), told(80)
    assert isinstance(few, Estimate)
    assert isinstance(many, Estimate)
    assert few.value == many.value
    assert few.low < many.low
    assert few.high > many.high
    assert told(1) == NotEnough(1, 2, of="one_thing")


def half_life(engine: Engine, wrong: int, *, until: float) -> Reading:
    """Forty checks of one day, of which some proved wrong on the days after."""
    checks = [check(str(i), 0, float(10 + i) if i < wrong else None) for i in range(40)]
    tables = {"checks": engine.put("checks", table_of(Check, checks))}
    return report(tables, POLICY, as_of=seconds(after(days=until))).readings[0]


def test_four_errors_are_too_few_for_a_half_life(duckdb_engine: Engine) -> None:
    assert half_life(duckdb_engine, 4, until=100).result == NotEnough(4, 5, of="errors")
    assert isinstance(half_life(duckdb_engine, 5, until=100).result, Estimate)


def test_a_half_life_that_nobody_saw_is_told_as_foretold(duckdb_engine: Engine) -> None:
    foretold = speak(half_life(duckdb_engine, 6, until=100).says, law="decay")
    assert foretold.startswith("Fewer than half of the articles have gone wrong yet; the curve")
    assert "6 errors in 40 checks). Wear: " in foretold
    assert foretold.endswith("What is foretold so comes too early rather than too late.")
    seen = speak(half_life(duckdb_engine, 30, until=100).says, law="decay")
    assert seen.startswith("Half of the articles are wrong 29 days after a check")


def test_from_five_errors_on_the_interval_of_a_half_life_holds_the_truth() -> None:
    rng, missed, seen = np.random.default_rng(1), 0, 0
    while seen < 600:
        days, limit = rng.exponential(400, 40), rng.uniform(10, 300)
        if (days <= limit).sum() == 5:
            seen += 1
            found = fit(np.minimum(days, limit), days <= limit).estimate()
            missed += found.excludes(400 * np.log(2))
    assert missed / 600 < 0.07


def test_the_interval_of_the_shape_holds_the_truth() -> None:
    rng, missed, seen = np.random.default_rng(5), 0, 0
    while seen < 300:
        days, limit = 180 * rng.weibull(1.6, 20), 430 * rng.random(20)
        if (days <= limit).sum() >= 5:
            seen += 1
            missed += fit(np.minimum(days, limit), days <= limit).wear().excludes(1.6)
    assert 0.01 < missed / 300 < 0.09


def test_the_lots_of_a_week_fall_on_each_in_its_turn() -> None:
    ids = [f"a{i}" for i in range(100)]
    drawn = [one for week in range(400) for one in by_lot(ids, share=0.02, week=week)]
    counts = np.array([drawn.count(one) for one in ids])
    assert counts.sum() == 800
    assert counts.min() >= 1
    assert counts.max() <= 20
    assert by_lot(list(reversed(ids)), share=0.02, week=3) == by_lot(ids, share=0.02, week=3)


def test_what_to_look_at_is_a_ration_and_a_lot(duckdb_engine: Engine) -> None:
    checks = [check(str(i), 0, float(30 + i)) for i in range(40)]
    assets = [
        Asset(id=f"x{i}", kind="article", verified_at=after(days=i), views_per_day=1.0, harm=1.0)
        for i in range(70)
    ]
    tables = {
        "checks": duckdb_engine.put("checks", table_of(Check, checks)),
        "assets": duckdb_engine.put("assets", table_of(Asset, assets)),
    }
    found = report(tables, POLICY, as_of=seconds(after(days=100))).tables
    assert found["today"].to_pyarrow()["place"].to_pylist() == [1, 2, 3, 4, 5]
    assert found["audit"].to_pyarrow().num_rows == 2  # two in a hundred of seventy, rounded up


def test_a_watch_that_did_not_ring_names_no_day(duckdb_engine: Engine) -> None:
    opened = [
        Conversation(id=f"{d}-{i}", customer="ana", opened_at=after(days=d), ended_at=None,
                     inbox=None, channel=None, cause=None, size=None, severity=None)
        for d in range(100) for i in range(10)
    ]  # fmt: skip
    tables = {
        "checks": duckdb_engine.put("checks", table_of(Check, [])),
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, opened)),
    }
    *_, moved = report(tables, POLICY, as_of=seconds(after(days=100))).readings
    told = speak(moved.says, law="decay")
    assert told.startswith("The last 28 days brought 1.00 times as many conversations a day as")
    assert "did not ring; with nothing amiss it rings about" in told


@pytest.mark.parametrize(("weeks", "apart"), [(2, 0), (4, 0), (2, 0.2), (3, 0.2)])
def test_few_watched_weeks_borrow_how_much_weeks_differ(weeks: int, apart: float) -> None:
    """Weeks without a change; by two weeks' own spread one in ten ranges missed."""
    rng, missed = np.random.default_rng(1), 0
    for _ in range(500):
        levels = np.repeat(20 * rng.lognormal(0, apart, 8 + weeks), 7)
        found = change(rng.poisson(levels).astype(float), POLICY)
        assert isinstance(found, Estimate)
        missed += found.excludes(1)
    assert missed / 500 < 0.07


def test_weeks_that_are_all_alike_leave_chance_its_room() -> None:
    """Eight and sixteen in weeks of one and of two: at least a Poisson's range, by hand."""
    week = [1.0, 0, 0, 0, 0, 0, 0]
    found = change(np.array(week * 8 + [2 * one for one in week] * 4), POLICY)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(2)
    assert not found.excludes(1)
    assert found.high == pytest.approx(2 * np.exp(1.95996 / 2), rel=1e-4)
    assert change(np.full(84, 0.5), POLICY) == NotEnough(1, 2, of="different")
