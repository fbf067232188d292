"""People first: load by hand and on every engine, and a cell rule that no subtraction undoes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests.laws.conftest import after, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Turn
from wingbeat.laws.people_first import measure, shipped_policy
from wingbeat.laws.people_first.cells import Cell, may_show, shown
from wingbeat.laws.people_first.coach import load
from wingbeat.laws.people_first.report import SEED, Day, by_lot, report
from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.inequality import gini

POLICY = shipped_policy()


def turn(
    who: str, days: float, *, hard: bool = True, rested: bool | None = True, team: str = "t"
) -> Turn:
    return Turn(agent=who, team=team, at=after(days=days), hard=hard, rested=rested)


def test_a_load_by_hand() -> None:
    rested = [(age, True) for age in (0, 1, 1, 3, 7, 10)]
    assert load(POLICY, rested) == pytest.approx(4.43, abs=0.005)
    assert load(POLICY, [(7, False)]) == pytest.approx(0.75)
    assert load(POLICY, [(-1, True)]) == 0


TURNS = [
    turn("ana", 9.9), turn("ana", 9.5, rested=False), turn("ana", 3, rested=None),
    turn("ana", 9.8, hard=False), turn("bo", 2.5), turn("bo", 11),
]  # fmt: skip


def test_hard_days_are_alike_on_every_engine(engine: Engine) -> None:
    turns = engine.put("turns", table_of(Turn, TURNS))
    found = measure.hard_days(turns, as_of=seconds(after(days=10)), days=56)
    assert [tuple(r.values()) for r in rows_of(found, "agent", "age")] == [
        ("ana", "t", 0, 2, 1, 3),
        ("ana", "t", 7, 1, 0, 1),
        ("bo", "t", 7, 1, 0, 1),
    ]


def test_a_team_of_four_says_nothing_and_a_team_of_six_its_evenness(duckdb_engine: Engine) -> None:
    rows = [turn(f"a{i}", 9, team="six") for i in range(6) for _ in range(i + 1)]
    rows += [turn(f"b{i}", 9, team="four") for i in range(4)]
    turns = duckdb_engine.put("turns", table_of(Turn, rows))
    found = report({"turns": turns}, POLICY, as_of=seconds(after(days=10)))
    told = {r.details["team"]: r.result for r in found.readings}
    assert told["four"] == NotEnough(4, 5, of="carriers")
    [four] = [r for r in found.readings if r.details["team"] == "four"]
    assert "team “four” is not shown: it takes 5 people" in speak(four.says, law="people_first")
    assert isinstance(told["six"], Estimate)
    assert told["six"].value == pytest.approx(35 / 126)  # loads 1 to 6: (n + 1) / 3n
    assert told["six"].low == told["six"].value == told["six"].high  # all of them, no sample
    assert told["six"].n == 6


def test_a_team_of_eight_with_one_above_half_is_not_told_as_four(duckdb_engine: Engine) -> None:
    rows = [turn(f"a{i}", 9) for i in range(8) for _ in range(1 if i else 9)]
    found = even(duckdb_engine, rows)
    assert found.result == NotEnough(8, 5, of="carriers")
    paced = Report((found,)).at_pace(30, date(2026, 3, 12)).readings[0]
    told = speak(paced.says, law="people_first")
    assert told.startswith("The number of the team “t” is not shown: it takes 5 people")
    assert "8" not in told
    assert "50\N{NO-BREAK SPACE}%" in told


def test_the_sentence_has_n_and_the_range_of_lots(duckdb_engine: Engine) -> None:
    rows = [turn(f"a{i}", 9) for i in range(8) for _ in range(3)]
    told = speak(even(duckdb_engine, rows).says, law="people_first")
    assert told.startswith("In the team “t” hard conversations are shared among 8 people with an")
    assert "unevenness of 0.00 (0: all carry alike);" in told
    # three each by lot: the mean Gini of eight Poisson loads of three is near .3
    assert 0.1 < float(even(duckdb_engine, rows).details["lots_from"]) < 0.2
    assert 0.4 < float(even(duckdb_engine, rows).details["lots_to"]) < 0.5


def test_twenty_teams_dealt_by_lot_are_held_together(duckdb_engine: Engine) -> None:
    rng, called = np.random.default_rng(3), 0
    for _ in range(6):
        rows = [turn(f"{t}{i % 8}", 9, hard=False, team=f"t{t}")
                for t in range(20) for i in range(240)]  # fmt: skip
        rows += [turn(f"{t}{rng.integers(8)}", 9, team=f"t{t}")
                 for t in range(20) for _ in range(24)]  # fmt: skip
        turns = duckdb_engine.put("turns", table_of(Turn, rows))
        found = report({"turns": turns}, POLICY, as_of=seconds(after(days=10))).readings
        called += any(r.details.get("verdict") == "uneven" for r in found)
    assert called <= 1  # one by one, 20 teams hold an uneven one nearly every time


def test_no_reading_and_no_table_is_about_a_person(duckdb_engine: Engine) -> None:
    rows = [turn(f"agent-{i}", 9) for i in range(7)]
    found = report(
        {"turns": duckdb_engine.put("turns", table_of(Turn, rows))}, POLICY,
        as_of=seconds(after(days=10)),
    )  # fmt: skip
    assert "agent-" not in str([r.as_row() for r in found.readings])
    assert dict(found.tables) == {}


@given(st.lists(st.tuples(st.floats(0, 60), st.booleans()), max_size=12), st.floats(0, 60))
def test_a_load_grows_with_every_hard_one_and_fades_with_every_day(
    hard: list[tuple[float, bool]], age: float
) -> None:
    today = load(POLICY, hard)
    assert load(POLICY, [*hard, (age, True)]) > today
    assert load(POLICY, [*hard, (age, False)]) > load(POLICY, [*hard, (age, True)])
    assert load(POLICY, [(a + 7, r) for a, r in hard]) == pytest.approx(today / 2)


AMOUNTS = st.dictionaries(
    st.tuples(st.sampled_from("abcdefghij"), st.integers(1, 3)), st.integers(1, 9).map(float),
    max_size=24,
)  # fmt: skip


@given(AMOUNTS)
def test_no_difference_of_shown_cells_is_about_fewer_than_five(whole: Cell) -> None:
    """Whatever shown parts are taken from the whole: a crowd is left, or nobody."""
    parts = {str(k): {a: v for a, v in whole.items() if a[1] == k} for k in (1, 2, 3)}
    names = shown(POLICY, {"whole": whole, **parts})
    assert all(may_show(POLICY, {"whole": whole, **parts}[name]) for name in names)
    if "whole" not in names:
        return
    inside = [name for name in names if name != "whole"]
    for size in range(1, len(inside) + 1):
        for taken in combinations(inside, size):
            gone = {atom for name in taken for atom in parts[name]}
            rest = {atom: v for atom, v in whole.items() if atom not in gone}
            assert not rest or may_show(POLICY, rest)


def test_one_who_left_is_not_shown_by_two_lists_of_the_team() -> None:
    team = {(name, 1): 1.0 for name in "abcdefgh"}
    smaller = {atom: v for atom, v in team.items() if atom[0] != "h"}
    assert shown(POLICY, {"before": team, "after": smaller}) == ["before"]
    assert shown(POLICY, {"after": smaller, "before": team}) == ["after"]


def test_one_who_carries_more_than_half_hides_the_cell() -> None:
    heavy = {("a", 1): 4.0, **{(name, 1): 1.0 for name in "bcde"}}
    assert may_show(POLICY, heavy)
    assert not may_show(POLICY, heavy | {("a", 2): 0.1})


def even(engine: Engine, rows: list[Turn]) -> Reading:
    turns = engine.put("turns", table_of(Turn, rows))
    [found] = report({"turns": turns}, POLICY, as_of=seconds(after(days=10))).readings
    return found


def test_what_lots_would_do_is_not_called_uneven(duckdb_engine: Engine) -> None:
    """Two hard ones each by lot are a Gini of about a third, and nobody's fault."""
    rng, called = np.random.default_rng(8), 0
    for _ in range(60):
        rows = [turn(f"a{i}", 9, hard=False) for i in range(8) for _ in range(5)]
        rows += [turn(f"a{rng.integers(8)}", 9) for _ in range(24)]
        called += even(duckdb_engine, rows).details.get("verdict") == "uneven"
    assert called / 60 < 0.15


def test_whoever_works_one_day_in_five_gets_a_fifth_and_it_is_even(duckdb_engine: Engine) -> None:
    rows = []
    for i, hard in enumerate([10, 10, 10, 10, 2, 2, 2]):
        rows += [turn(f"a{i}", 9) for _ in range(hard)]
        rows += [turn(f"a{i}", 9, hard=False) for _ in range(9 * hard)]
    found = even(duckdb_engine, rows)
    assert isinstance(found.result, Estimate)
    assert found.result.value > 0.25
    assert found.details["verdict"] == "by chance"


def test_holidays_of_the_last_weeks_are_not_called_uneven(duckdb_engine: Engine) -> None:
    """Ten conversations each a working day, of which one in ten is hard; two were away."""
    rng, called = np.random.default_rng(4), 0
    for _ in range(12):
        rows = [
            turn(f"a{i}", day + 0.5, hard=bool(rng.random() < 0.1))
            for day in range(56)
            if day % 7 < 5
            for i in range(8)
            if i > 1 or day < 42
            for _ in range(10)
        ]
        turns = duckdb_engine.put("turns", table_of(Turn, rows))
        [found] = report({"turns": turns}, POLICY, as_of=seconds(after(days=56))).readings
        called += found.details["verdict"] == "uneven"
    assert called <= 1


def test_a_deal_as_uneven_as_the_teams_own_counts_however_its_sum_is_rounded(
    duckdb_engine: Engine,
) -> None:
    """The own loads are summed person by person, those by lot day by day: 1e-16 lies between."""
    hard = {"a": {5: 1}, "b": {5: 1}, "c": {1: 1}, "d": {1: 1, 3: 1, 5: 1}, "e": {1: 1, 5: 3}}
    rows, dealt = [], {age: Day() for age in (1, 3, 5)}
    for who, by_age in hard.items():
        for age, day in dealt.items():
            many = by_age.get(age, 0)
            rows += [turn(who, 9.9 - age, hard=i < many) for i in range(4 + many)]
            day.worked[who] = 4 + many
            day.weights += [load(POLICY, [(age, True)])] * many
    own = gini([load(POLICY, [(a, True) for a, n in by.items() for _ in range(n)])
                for by in hard.values()])  # fmt: skip
    lots = by_lot(dealt.values(), POLICY.deals, seed=SEED).round(9)
    above = int((lots >= round(own, 9)).sum())
    assert even(duckdb_engine, rows).details["p"] == round(2 * (above + 1) / (POLICY.deals + 1), 4)


def test_how_often_lots_are_cast_is_the_policys(duckdb_engine: Engine) -> None:
    rows = [turn(f"a{i}", 9, hard=i < 6 and j < 4) for i in range(12) for j in range(8)]
    turns = duckdb_engine.put("turns", table_of(Turn, rows))
    few = replace(POLICY, deals=199)
    [found] = report({"turns": turns}, few, as_of=seconds(after(days=10))).readings
    assert float(found.details["p"]) * 100 == pytest.approx(round(float(found.details["p"]) * 100))


def test_a_few_who_get_all_that_is_hard_are_seen(duckdb_engine: Engine) -> None:
    rows = [turn(f"a{i}", 9, hard=False) for i in range(8) for _ in range(30)]
    rows += [turn(f"a{i}", 9) for i, n in enumerate([14, 13, 12, 1, 1, 1, 1, 1]) for _ in range(n)]
    assert even(duckdb_engine, rows).details["verdict"] == "uneven"
