"""Lessons: counts by hand on every engine, the verdicts, and what regression to the mean fakes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from tests.laws.conftest import after, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Cause, Lesson
from wingbeat.laws.lessons import measure, shipped_policy
from wingbeat.laws.lessons.coach import watch
from wingbeat.laws.lessons.report import report
from wingbeat.laws.readings import Reading, Report, Says
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

POLICY = shipped_policy()
AGAIN = "lessons.again"
FIXED = 200  # days after the first morning


def came(day: float, cause: str = "invoice") -> Cause:
    return Cause(cause=cause, conversation=f"c{day}", customer="ana", at=after(days=day))


def learned(cause: str = "invoice", fixed: float | None = FIXED, opened: float = 195) -> Lesson:
    return Lesson(
        id=f"l-{cause}", cause=cause, opened_at=after(days=opened), exposed=None,
        fixed_at=None if fixed is None else after(days=fixed),
    )  # fmt: skip


def put(engine: Engine, causes: list[Cause], lessons: list[Lesson]) -> dict[str, Any]:
    return {
        "causes": engine.put("causes", table_of(Cause, causes)),
        "lessons": engine.put("lessons", table_of(Lesson, lessons)),
    }


def reading(found: Report, key: str) -> Reading:
    return next(r for r in found.readings if r.key == key)


DESK = [
    came(0), *(came(66 + 8 * i) for i in range(12)),  # 66 to 154: twelve in the hundred days
    came(170), came(180), came(190),  # the cluster that opened the lesson
    came(201), came(203), came(230), came(399),
    came(5, "login"), came(210, "login"),
]  # fmt: skip


def test_the_windows_are_counted_alike_on_every_engine(engine: Engine) -> None:
    tables = put(engine, DESK, [learned(), learned("login"), learned("open", fixed=None)])
    found = measure.counted(**tables, policy=POLICY, as_of=seconds(after(days=300)))
    told = {r["cause"]: (r["before"], r["after"], r["season"]) for r in rows_of(found, "cause")}
    # day 201 lies in the washout, day 399 in the future
    assert told == {"invoice": (12, 2, 0), "login": (0, 1, 0)}
    weeks = measure.weekly(**tables, policy=POLICY, as_of=seconds(after(days=300)))
    by_week = {(r["id"], r["week"]): r["n"] for r in rows_of(weeks, "id", "week")}
    assert by_week["l-invoice", -2] == 1
    assert by_week["l-invoice", 0] == 2
    assert sum(by_week.values()) == 21


def test_the_same_days_of_the_year_before_are_told(engine: Engine) -> None:
    causes = [came(0), came(10), *(came(400 + i) for i in range(3))]
    tables = put(engine, causes, [learned(fixed=370, opened=360)])
    [row] = rows_of(measure.counted(**tables, policy=POLICY, as_of=seconds(after(days=400))), "id")
    assert row["season"] == 1  # day 10 is day 375 of the year before


def test_twelve_in_a_hundred_days_must_stay_away_for_twenty_five() -> None:
    def stands(days: float, again: int = 0) -> Any:
        return watch(POLICY, before=12, days_before=100, after=again, days_after=days)

    assert stands(24.9).state == "watching"
    assert stands(25).state == "holds"
    assert stands(0).days_left == pytest.approx(25)
    assert stands(30, again=1).state == "watching"
    assert stands(39.5, again=1).state == "holds"
    assert stands(52.5, again=2).state == "holds"
    assert stands(64, again=3).state == "returned"
    assert stands(65, again=3).state == "rarer"
    assert watch(POLICY, before=2, days_before=100, after=0, days_after=99).state == "rate unknown"


def test_the_policy_is_the_quantile_it_says() -> None:
    exact = [stats.chi2.ppf(0.95, 2 * k + 2) / 2 for k in range(3)]
    assert POLICY.expected_when_quiet == pytest.approx(exact, abs=0.006)


def test_a_lesson_reads_as_the_exact_ratio(duckdb_engine: Engine) -> None:
    tables = put(duckdb_engine, DESK, [learned()])
    found = report(tables, POLICY, as_of=seconds(after(days=302)))
    told = reading(found, "lessons.again")
    assert isinstance(told.result, Estimate)
    assert told.result.value == pytest.approx((2 / 100) / (12 / 100))
    assert told.details["state"] == "holds"
    assert isinstance(reading(found, "lessons.hold").result, NotEnough)
    assert "half the mail has half of everything" in speak(Says(told.caveat), law="lessons")


def test_a_cause_without_a_rate_says_so(duckdb_engine: Engine) -> None:
    tables = put(duckdb_engine, DESK, [learned("login")])
    told = reading(report(tables, POLICY, as_of=seconds(after(days=300))), "lessons.again")
    assert told.result == NotEnough(0, 3, of="times")
    assert told.details["state"] == "rate unknown"


def test_a_fix_of_today_says_until_when_it_is_watched(duckdb_engine: Engine) -> None:
    tables = put(duckdb_engine, DESK, [learned()])
    found = report(tables, POLICY, as_of=seconds(after(days=FIXED)))
    told = reading(found, "lessons.again").result
    assert told == NotEnough(0, 25, after(days=FIXED + 25).date(), of="days")


def simulated(rng: Any, rate_before: float, rate_after: float) -> list[Cause]:
    before = rng.uniform(0, 165, rng.poisson(rate_before * 165))
    later = rng.uniform(FIXED, 365, rng.poisson(rate_after * 165))
    return [came(float(d)) for d in sorted([0.0, *before, *later])]


def test_a_fix_that_does_nothing_seldom_looks_like_one(duckdb_engine: Engine) -> None:
    rng, wrong, held = np.random.default_rng(4), 0, 0
    for _ in range(60):
        tables = put(duckdb_engine, simulated(rng, 0.2, 0.2), [learned()])
        told = reading(report(tables, POLICY, as_of=seconds(after(days=365))), "lessons.again")
        assert isinstance(told.result, Estimate)
        wrong += told.result.excludes(1)
        held += told.details["state"] == "holds"
    assert wrong <= 5
    assert held == 0


def in_bursts(rng: np.random.Generator) -> list[Cause]:
    """What comes four at a time on average, as often before a fix as after it."""
    mornings = np.concatenate([rng.uniform(0, 165, rng.poisson(13)),
                               rng.uniform(FIXED, 365, rng.poisson(13))])  # fmt: skip
    days = [0.0, *(float(d + i / 100) for d in mornings for i in range(rng.geometric(0.25)))]
    return [came(day) for day in sorted(days)]


def test_mornings_that_bring_many_at_once_are_not_many(duckdb_engine: Engine) -> None:
    """A fix that does nothing, of a cause that comes four at a time: 60 desks."""
    rng, wrong, rounds = np.random.default_rng(4), 0, 60
    for _ in range(rounds):
        tables = put(duckdb_engine, in_bursts(rng), [learned()])
        told = reading(report(tables, POLICY, as_of=seconds(after(days=365))), AGAIN)
        wrong += told.details.get("change") == "shown"
    assert wrong <= 7


def test_an_idle_fix_of_what_comes_many_at_once_seldom_holds(duckdb_engine: Engine) -> None:
    """Twenty desks, each looked at eight times: a morning brings four on average."""
    rng, held, rounds = np.random.default_rng(5), 0, 20
    for _ in range(rounds):
        tables = put(duckdb_engine, in_bursts(rng), [learned()])
        found = (report(tables, POLICY, as_of=seconds(after(days=FIXED + look)))
                 for look in (9, 11, 13, 16, 20, 30, 45, 60))  # fmt: skip
        held += any(reading(one, AGAIN).details["state"] == "holds" for one in found)
    assert held <= 4


def test_a_rate_that_was_falling_anyway_is_told_apart(duckdb_engine: Engine) -> None:
    rng = np.random.default_rng(9)
    days = [d for d in range(360) if rng.random() < 0.9 * np.exp(-d / 90)]
    tables = put(duckdb_engine, [came(d) for d in days], [learned()])
    found = report(tables, POLICY, as_of=seconds(after(days=360)))
    naive, step = reading(found, "lessons.again").result, reading(found, "lessons.step").result
    assert isinstance(naive, Estimate)
    assert isinstance(step, Estimate)
    assert naive.high < 1  # looks like a success
    assert not step.excludes(1)  # and is none
    assert f"; it came {step.n} times in all)" in speak(steps(found).says, law="lessons")


@given(st.integers(3, 50), st.integers(0, 2), st.integers(0, 400))
def test_what_holds_goes_on_holding_while_nothing_comes(before: int, again: int, days: int) -> None:
    today = watch(POLICY, before=before, days_before=100, after=again, days_after=days)
    later = watch(POLICY, before=before, days_before=100, after=again, days_after=days + 1)
    assert not (today.state == "holds" and later.state != "holds")
    if today.days_left:
        ready = watch(
            POLICY, before=before, days_before=100, after=again, days_after=days + today.days_left
        )
        assert ready.state == "holds"


@pytest.mark.parametrize(("before", "share"), [(None, 0.094), (12, 0.137), (3, 0.24)])
def test_three_looks_pass_more_useless_fixes_the_fewer_came_before(
    before: int | None, share: float
) -> None:
    """The old rate goes on, and is known, or counted over the days in which so many came."""
    rng, passed = np.random.default_rng(18), 0
    for _ in range(20_000):
        times = np.cumsum(rng.exponential(1 / 0.12, 3))
        days = 1000 / 0.12 if before is None else float(rng.gamma(before, 1 / 0.12))
        rate = (before or 1000) / days
        passed += any(
            watch(POLICY, before=before or 1000, days_before=days, after=k,
                  days_after=needed / rate).state == "holds" and (times[k] > needed / rate)
            for k, needed in enumerate(POLICY.expected_when_quiet)
        )  # fmt: skip
    assert passed / 20_000 == pytest.approx(share, abs=0.009)


def steps(found: Report) -> Reading:
    return reading(found, "lessons.step")


def test_a_step_takes_three_whole_weeks_on_either_side(duckdb_engine: Engine) -> None:
    early = [came(0), *(came(170 + i / 4) for i in range(40)), *(came(201 + i) for i in range(40))]
    short = put(duckdb_engine, early[1:], [learned(opened=212)])  # data begin at day 170
    told = steps(report(short, POLICY, as_of=seconds(after(days=240))))
    assert told.result == NotEnough(1, 3, of="weeks_before")
    fresh = put(duckdb_engine, [came(0), *(came(d) for d in range(70, 165))], [learned()])
    told = steps(report(fresh, POLICY, as_of=seconds(after(days=FIXED + 15))))
    assert told.result == NotEnough(1, 3, after(days=FIXED + 29).date(), of="weeks_since")


def test_the_best_fix_says_why_it_has_no_step(duckdb_engine: Engine) -> None:
    tables = put(duckdb_engine, [came(0), *(came(d) for d in range(70, 160))], [learned()])
    found = report(tables, POLICY, as_of=seconds(after(days=300)))
    assert steps(found).result == NotEnough(0, 1, of="times_since")
    assert reading(found, "lessons.hold").details == {"watched": 0, "unknown": 0, "anew": 0}


def test_a_step_without_an_end_is_none(duckdb_engine: Engine) -> None:
    days = [*(159 + i / 4 for i in range(11)), 392]  # the last earlier week, the last later one
    tables = put(duckdb_engine, [came(0), *(came(day) for day in days)], [learned()])
    told = steps(report(tables, POLICY, as_of=seconds(after(days=FIXED + 199))))
    assert told.result == NotEnough(12, 13, of="times_in_all")


def test_causes_are_held_together(duckdb_engine: Engine) -> None:
    """Twelve before and three since (p .035) is a change of one cause, and none of ten."""
    causes, lessons = [came(0, "x")], []
    for name in "abcdefghij":
        causes += [came(66 + 8 * i + ord(name) / 1000, name) for i in range(12)]
        causes += [came(210 + 20 * i + ord(name) / 1000, name) for i in range(3)]
        lessons.append(learned(name))
    now = seconds(after(days=302))
    one = reading(report(put(duckdb_engine, causes, lessons[:1]), POLICY, as_of=now), AGAIN)
    ten = reading(report(put(duckdb_engine, causes, lessons), POLICY, as_of=now), AGAIN)
    assert (one.details["p"], one.details["change"]) == (0.0352, "more rarely")
    assert (ten.details["p"], ten.details["change"]) == (0.3516, "not shown")
    assert one.result == ten.result


def test_how_many_use_the_thing_changes_no_ratio(duckdb_engine: Engine) -> None:
    now = seconds(after(days=302))
    used = replace(learned(), exposed=500)
    told = [reading(report(put(duckdb_engine, DESK, [one]), POLICY, as_of=now), AGAIN).result
            for one in (learned(), used)]  # fmt: skip
    assert told[0] == told[1]


def test_the_year_before_is_told_where_the_data_reach_so_far(duckdb_engine: Engine) -> None:
    causes = [came(0), came(10), *(came(240 + 8 * i) for i in range(12)), came(390)]
    tables = put(duckdb_engine, causes, [learned(fixed=370, opened=360)])
    told = reading(report(tables, POLICY, as_of=seconds(after(days=400))), AGAIN)
    assert speak(told.says, law="lessons").endswith("In the same days of the year before: 1.")
    young = put(duckdb_engine, DESK, [learned()])
    told = reading(report(young, POLICY, as_of=seconds(after(days=302))), AGAIN)
    assert "year before" not in speak(told.says, law="lessons")


@given(st.integers(3, 400), st.sampled_from([0.9, 0.95, 0.99]))
def test_clearly_more_is_the_quantile_of_the_policys_level(after: int, level: float) -> None:
    exact, policy = stats.chi2.ppf(level, 2 * after + 2) / 2, replace(POLICY, level=level)
    just = watch(policy, before=100, days_before=100, after=after, days_after=exact * 1.002)
    short = watch(policy, before=100, days_before=100, after=after, days_after=exact * 0.998)
    assert (just.state, short.state) == ("rarer", "returned")


def test_a_lesson_that_holds_by_its_window_says_that_it_may_be_luck(duckdb_engine: Engine) -> None:
    causes = [came(0), *(came(70 + 30 * i) for i in range(3))]
    tables = put(duckdb_engine, causes, [learned()])
    told = reading(report(tables, POLICY, as_of=seconds(after(days=330))), "lessons.again")
    assert (told.details["state"], told.details["change"]) == ("holds", "not shown")


def test_a_change_says_which_way_and_in_how_many_days(duckdb_engine: Engine) -> None:
    often = [came(0), *(came(180 - 20 * i) for i in range(6)), *(came(210 + i) for i in range(90))]
    for causes, way in ((often, "more often"), (DESK, "more rarely")):
        tables = put(duckdb_engine, causes, [learned()])
        told = reading(report(tables, POLICY, as_of=seconds(after(days=302))), AGAIN)
        assert told.details["change"] == way
        said = speak(told.says, law="lessons")
        assert f"{way} than before the fix." in said
        assert " in 100 since: per day" in said


def test_how_many_lessons_make_a_share_is_the_policys(duckdb_engine: Engine) -> None:
    causes = [replace(one, cause=name) for name in ("a", "b") for one in DESK[1:13]]
    tables = put(duckdb_engine, [came(0), *causes], [learned("a"), learned("b")])
    for least, told in ((5, NotEnough), (2, Estimate)):
        found = report(tables, replace(POLICY, least_decided=least), as_of=seconds(after(days=302)))
        assert isinstance(reading(found, "lessons.hold").result, told)
