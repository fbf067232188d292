"""Waits for first words, by hand, on every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests.laws.conftest import after, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Message, Rating
from wingbeat.laws.first_impression import measure, shipped_policy
from wingbeat.laws.first_impression.mirroring import Turn, mirroring
from wingbeat.laws.first_impression.report import _promise, report
from wingbeat.laws.readings import Reading
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.survival import Durations

POLICY = shipped_policy()


def said(who: str, at: datetime, side: str = "customer", **more: Any) -> Message:
    given: dict[str, Any] = {
        "id": f"{who}{at}", "conversation": f"c-{who}", "customer": who, "at": at, "seq": 0,
        "side": side, "automatic": False, "due_at": None, "acts": None,
    }  # fmt: skip
    return Message(**(given | more))


DESK = [
    said("ana", after(hours=0)), said("ana", after(hours=2), "us"), said("ana", after(hours=3)),
    said("bo", after(hours=0), due_at=after(hours=1)),
    said("bo", after(minutes=1), "us", automatic=True), said("bo", after(hours=2), "us"),
    said("cy", after(hours=0)),
    said("di", after(hours=30)),
    said("ed", after(hours=1), "us"), said("ed", after(hours=5)),
    said("fa", after(hours=99)),
]  # fmt: skip


def test_open_waits_last_until_now_and_receipts_answer_nobody(engine: Engine) -> None:
    messages = engine.put("messages", table_of(Message, DESK))
    found = measure.waits(messages, as_of=seconds(after(hours=40)), promised_within_hours=24)
    told = {
        row["customer"]: (row["answered"], row["seconds"] // 3600, row["in_time"])
        for row in rows_of(found, "customer")
    }
    assert told == {
        "ana": (1, 2, 1),
        "bo": (1, 2, 0),  # a receipt came in time; a person did not
        "cy": (0, 40, 0),
        "di": (0, 10, None),  # still within what we promised
    }


def exponential(n: int, *, seed: int) -> list[Message]:
    """Tickets of the last 72 hours, answered at a true median of 33.3 hours."""
    rng = np.random.default_rng(seed)
    ages, waits = rng.uniform(0, 72, n), rng.exponential(33.3 / np.log(2), n)
    thread = []
    for i, (age, wait) in enumerate(zip(ages, waits, strict=True)):
        thread.append(said(f"c{i}", after(hours=100 - age)))
        if wait < age:
            thread.append(said(f"c{i}", after(hours=100 - age + wait), "us"))
    return thread


def test_the_closed_only_trap_is_told_beside_the_median(duckdb_engine: Engine) -> None:
    messages = duckdb_engine.put("messages", table_of(Message, exponential(2000, seed=20)))
    found = report({"messages": messages}, POLICY, as_of=seconds(after(hours=100))).readings
    readings = {reading.key: reading for reading in found}
    median = readings["first_impression.median"]
    assert isinstance(median.result, Estimate)
    assert median.result.low < 33.3 < median.result.high
    assert median.details["closed_only"] == pytest.approx(14.94, abs=1.5)
    # No wait is a week old: nothing is said of a week, nor of due times, which it does not use.
    assert readings["first_impression.week_later"].caveat == "week_counted"
    assert isinstance(readings["first_impression.week_later"].result, NotEnough)


def test_a_promise_from_the_past_is_judged_by_what_came_after(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(200):
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + 1 + i % 5), "us")]
    messages = duckdb_engine.put("messages", table_of(Message, thread))
    readings = report({"messages": messages}, POLICY, as_of=seconds(after(days=40))).readings
    promise = next(r for r in readings if r.key == "first_impression.promise")
    assert promise.details["hours"] == pytest.approx(4)
    half = replace(POLICY, promise_share=0.5)
    found = report({"messages": messages}, half, as_of=seconds(after(days=40))).readings
    told = speak(next(r for r in found if r.key == promise.key).says, law="first_impression")
    assert told.startswith(
        "Of 150 earlier waits 60\N{NO-BREAK SPACE}% were no longer than 3.0 hours, "
        "nights and weekends counted; of the latest 50, 6"
    )
    assert told.endswith(", which is not shown to be worse or better than before.")
    for one, verdict in ((9, "worse"), (0.1, "better")):
        slower = [
            *thread[:300],
            *(
                said(f"c{i}", after(hours=i + much), who)
                for i in range(150, 200)
                for much, who in ((0, "customer"), (one, "us"))
            ),
        ]
        other = {"messages": duckdb_engine.put("messages", table_of(Message, slower))}
        late = report(other, POLICY, as_of=seconds(after(days=40))).readings
        again = next(r for r in late if r.key == promise.key)
        assert again.details["verdict"] == verdict
        advice = speak(again.says, law="first_impression")
        assert advice.endswith("Do not promise it.") == (verdict == "worse")
    assert isinstance(promise.result, Estimate)
    assert promise.result.value == pytest.approx(0.8)
    assert promise.result.n == 50


def test_half_a_minute_is_at_once_and_a_minute_more_is_half(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(20):
        thread += [said(f"c{i}", after(hours=i)),
                   said(f"c{i}", after(hours=i, seconds=30 if i % 2 else 90), "us")]  # fmt: skip
    messages = duckdb_engine.put("messages", table_of(Message, thread))
    readings = report({"messages": messages}, POLICY, as_of=seconds(after(days=9))).readings
    score = next(r for r in readings if r.key == "first_impression.at_once")
    assert isinstance(score.result, Estimate)
    assert score.result.value == pytest.approx(0.75)


def test_an_open_wait_is_decided_when_it_cannot_reach_the_least_score(
    duckdb_engine: Engine,
) -> None:
    thread = [said(f"c{i}", after(hours=i)) for i in range(24)]
    thread += [said("late", after(hours=24)), said("answered", after(hours=1))]
    thread.append(said("answered", after(hours=1, seconds=30), "us"))
    messages = duckdb_engine.put("messages", table_of(Message, thread))

    def counted(least: float) -> int:  # after 3.5 minutes "late" can score an eighth at the most
        policy = replace(POLICY, least_score=least)
        found = report({"messages": messages}, policy, as_of=seconds(after(hours=24, seconds=210)))
        score = next(r for r in found.readings if r.key == "first_impression.at_once").result
        assert isinstance(score, Estimate)
        return score.n

    assert counted(0.2) == counted(POLICY.least_score) + 1 == 26


def test_mirroring_by_hand() -> None:
    """Deviations (-1, 0, 1, 0) of ours, (-.3, 0, .3, 0) after: b = .6/2."""
    turns = [
        Turn(str(i), 0, 0.0, ours, after)
        for i, (ours, after) in enumerate([(-1, -0.3), (0, 0), (1, 0.3), (0, 0)] * 3)
    ]
    found = mirroring(turns, seed=1, permutations=200)
    assert found.b.value == pytest.approx(0.3)


def test_mirroring_needs_ten_conversations() -> None:
    with pytest.raises(ValueError, match="fewer than ten"):
        mirroring([Turn(str(i), 0, 0, 0, 0) for i in range(9)], seed=1)


def test_ten_conversations_without_mirroring_show_it_once_in_twenty_times() -> None:
    """Tones of one conversation resemble each other; normal quantiles miss twice as often."""
    rng, missed = np.random.default_rng(2), 0
    for _ in range(400):
        turns = []
        for one in range(10):
            base = tone = rng.normal(0, 0.3)
            for place in range(8):
                ours, after = 0.5 * base + rng.normal(0, 0.3), 0.3 * tone + rng.normal(0, 0.3)
                turns.append(Turn(str(one), place, tone, ours, after))
                tone = after
        missed += mirroring(turns, seed=1, permutations=1).b.excludes(0)
    assert missed / 400 < 0.08


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 300)), min_size=1, max_size=20))
def test_waiting_longer_for_the_same_desk_never_shortens_a_wait(
    pairs: list[tuple[int, int]],
) -> None:
    thread = [m for i, (h, w) in enumerate(pairs) for m in (
        said(f"c{i}", after(hours=h)), said(f"c{i}", after(hours=h + w), "us"))]  # fmt: skip
    table = ibis.memtable(table_of(Message, thread))

    def waits_at(hours: int) -> dict[str, int]:
        found = measure.waits(table, as_of=seconds(after(hours=hours)), promised_within_hours=24)
        return {row["customer"]: row["seconds"] for row in rows_of(found, "customer")}

    early, late = waits_at(150), waits_at(700)
    assert all(early[who] <= late[who] for who in early)
    assert late == {f"c{i}": w * 3600 for i, (_, w) in enumerate(pairs)}


def read(engine: Engine, thread: list[Message], **span: float) -> dict[str, Any]:
    messages = engine.put("messages", table_of(Message, thread))
    found = report({"messages": messages}, POLICY, as_of=seconds(after(**span))).readings
    return {reading.key.partition(".")[2]: reading for reading in found}


def test_those_answered_early_are_decided_no_sooner_than_those_who_wait(engine: Engine) -> None:
    thread = [said(f"c{i}", after(hours=9)) for i in range(40)]
    thread += [said(f"c{i}", after(hours=10), "us") for i in range(20)]
    messages = engine.put("messages", table_of(Message, thread))
    for hours, decided, kept in ((20, 0, None), (40, 40, 20)):
        waits = measure.waits(messages, as_of=seconds(after(hours=hours)), promised_within_hours=24)
        told = [row["in_time"] for row in rows_of(waits, "customer") if row["in_time"] is not None]
        assert (len(told), sum(told) or None) == (decided, kept)


def alike(span: float, mean: float, *, seed: int) -> list[Message]:
    """Four hundred openings over some hours, whose answers all take as long."""
    rng, thread = np.random.default_rng(seed), []
    for i in range(400):
        begun, wait = i / 400 * span, rng.exponential(mean)
        thread.append(said(f"c{i}", after(hours=begun)))
        if begun + wait < span:
            thread.append(said(f"c{i}", after(hours=begun + wait), "us"))
    return thread


def test_a_promise_is_not_kept_by_leaving_out_those_who_wait(duckdb_engine: Engine) -> None:
    young = read(duckdb_engine, alike(20, 8, seed=7), hours=20)["promise"].result
    assert isinstance(young, NotEnough)  # the latest quarter is younger than the promise
    assert young.of == "hours"
    kept = [
        read(duckdb_engine, alike(40, 4, seed=seed), hours=40)["promise"].result
        for seed in range(12)
    ]
    shares = [one.value for one in kept if isinstance(one, Estimate)]
    assert len(shares) == 12
    assert float(np.mean(shares)) == pytest.approx(0.8, abs=0.03)


def test_waits_of_a_few_customers_tell_less_than_of_as_many(duckdb_engine: Engine) -> None:
    def told(customers: int) -> dict[str, Any]:
        thread = []
        for i in range(160):
            who = i % customers
            words = said(f"c{who}", after(hours=i), conversation=f"t{i}")
            thread += [words]
            if who % 8:  # some customers are never answered; the others each as fast as ever
                back = after(hours=i, seconds=30 * 2 ** (who % 8))
                thread += [replace(words, side="us", at=back)]
        return read(duckdb_engine, thread, days=60)

    few, many = told(16), told(160)
    for name in ("median", "week_later", "promise", "at_once"):
        one, other = few[name].result, many[name].result
        assert isinstance(one, Estimate)
        assert isinstance(other, Estimate)
        assert one.low < other.low, name
        assert one.high > other.high or name == "promise", name
    lone = told(1)
    for name in ("median", "week_later", "promise"):
        assert lone[name].result == NotEnough(1, 2, of="customers")


def judged(engine: Engine, early: list[int], late: list[int]) -> Reading:
    """The reading of a desk whose customers gave these stars, after early and after late words."""
    messages, ratings = [], []
    for hours, stars in ((1, early), (30, late)):
        for i, many in enumerate(stars):
            who = f"{hours}-{i}"
            messages += [said(who, after(hours=i)), said(who, after(hours=i + hours), "us")]
            ratings.append(
                Rating(id=who, conversation=f"c-{who}", customer=who, at=after(days=9), stars=many)
            )
    tables = {
        "messages": engine.put("messages", table_of(Message, messages)),
        "ratings": engine.put("ratings", table_of(Rating, ratings)),
    }
    found = report(tables, POLICY, as_of=seconds(after(days=30))).readings
    return next(one for one in found if one.key == "first_impression.decides")


def test_how_we_come_across_at_first_shows_in_how_we_are_judged(duckdb_engine: Engine) -> None:
    pleased, cross = [5] * 24 + [1] * 6, [5] * 9 + [1] * 21
    told = judged(duckdb_engine, pleased, cross).result
    assert isinstance(told, Estimate)
    assert told.value == pytest.approx(24 / 30 - 9 / 30)
    assert told.low > 0
    mirrored = judged(duckdb_engine, cross, pleased).result
    assert isinstance(mirrored, Estimate)
    assert mirrored.value == pytest.approx(-told.value)
    alike = judged(duckdb_engine, pleased, pleased).result
    assert isinstance(alike, Estimate)
    assert not alike.excludes(0), "a desk where it makes no difference is not told that it does"
    few = judged(duckdb_engine, pleased[:9], cross[:9]).result
    assert isinstance(few, NotEnough)


def test_a_week_that_is_not_over_counts_its_days(duckdb_engine: Engine) -> None:
    thread = [said(f"c{i}", after(hours=i)) for i in range(30)]
    assert read(duckdb_engine, thread, days=4)["week_later"].result == NotEnough(4, 7, of="days")


def test_a_desk_where_most_still_wait_is_told_how_long_at_least(duckdb_engine: Engine) -> None:
    """Forty of sixty have heard nothing: that is no lack of data."""
    thread = [said(f"c{i}", after(hours=i)) for i in range(60)]
    thread += [said(f"c{i}", after(hours=i + 2), "us") for i in range(0, 60, 3)]
    told = read(duckdb_engine, thread, hours=100)["median"]
    assert told.result == NotEnough(20, 31, of="answered")
    said_of = speak(told.says, law="first_impression")
    assert said_of.startswith("More than half of 60 conversations have heard nothing yet: half")
    assert told.details["longer_than"] == 92  # six were followed so long
    none = read(duckdb_engine, thread[:60], hours=100)["median"]
    assert none.details["longer_than"] == 95
    lone = [replace(one, customer=f"of-{i % 3}") for i, one in enumerate(thread[:60])]
    few = read(duckdb_engine, lone, hours=100)["median"]
    assert speak(few.says, law="first_impression").startswith("Too little to say yet: 0 of the 31")


def test_a_short_open_wait_does_not_silence_what_is_known_of_all_before_it(
    duckdb_engine: Engine,
) -> None:
    """The longest wait is open and three days old: of those of three weeks ago all is known."""
    thread = []
    for i in range(60):
        thread += [said(f"c{i}", after(hours=8 * i)), said(f"c{i}", after(hours=8 * i + 2), "us")]
    thread.append(said("waits", after(days=27)))
    never = read(duckdb_engine, thread, days=30)["week_later"].result
    assert isinstance(never, Estimate)
    assert (never.value, never.low, never.n) == (0, 0, 60)
    assert 0 < never.high < 0.07
    few = read(duckdb_engine, [*thread[:30], thread[-1]], days=30)["week_later"].result
    assert few == NotEnough(16, 20, of="openings") or few == NotEnough(15, 20, of="openings")


def test_a_time_is_told_that_as_many_kept_as_are_told(duckdb_engine: Engine) -> None:
    """Four of five waited 3.04 hours at most; three of five kept the 3.0 of plain rounding."""
    thread = []
    for i in range(200):
        wait = 1.54 + i % 5 / 2
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + wait), "us")]
    promise = read(duckdb_engine, thread, days=40)["promise"]
    told = speak(promise.says, law="first_impression")
    assert "80\N{NO-BREAK SPACE}% were no longer than 3.1 hours" in told
    assert promise.details["hours"] == 3.1


def test_a_short_open_wait_does_not_silence_the_promise(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(240):
        wait = 1 + i % 5 if i < 180 else 0.5
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + wait), "us")]
    thread.append(said("waits", after(hours=240)))
    promise = read(duckdb_engine, thread, hours=242)["promise"]
    assert isinstance(promise.result, Estimate)
    assert (promise.result.value, promise.details["hours"]) == (1, 4)
    assert promise.details["verdict"] == "better"


def test_nothing_changed_and_a_promise_is_seldom_called_better_or_worse() -> None:
    """The promised time is made from waits, too: it is not known, and its error counts."""
    rng, told, rounds = np.random.default_rng(3), 0, 600
    for _ in range(rounds):
        hours = rng.lognormal(1, 1, 800)
        found = _promise(Durations.of(hours, [True] * 800), hours + 1000, POLICY)
        told += found.details["verdict"] != "not shown"
    assert told / rounds < 0.065


def test_a_promise_is_better_kept_than_before_and_not_than_was_asked(
    duckdb_engine: Engine,
) -> None:
    """All of those before waited an hour, and so kept it; of the latest all but one."""
    thread = []
    for i in range(200):
        wait = 9 if i == 180 else 1
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + wait), "us")]
    promise = read(duckdb_engine, thread, days=40)["promise"]
    assert promise.details["verdict"] == "not shown"
    assert promise.details["share"] == 1
    told = speak(promise.says, law="first_impression")
    assert "Of 150 earlier waits 100\N{NO-BREAK SPACE}% were no longer than" in told


def test_a_desk_that_answered_everybody_hears_it(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(80):
        thread += [said(f"c{i}", after(hours=i)),
                   said(f"c{i}", after(hours=i + (4 if i < 60 else 2)), "us")]  # fmt: skip
    found = read(duckdb_engine, thread, days=5)
    never, kept = found["week_later"].result, found["promise"].result
    assert isinstance(never, Estimate)
    assert (never.value, never.low) == (0, 0)
    told = speak(found["week_later"].says, law="first_impression")
    assert "of 80 conversations that customers began" in told
    assert never.high < 0.07
    assert isinstance(kept, Estimate)
    assert (kept.value, kept.high) == (1, 1)
    assert kept.low == pytest.approx(0.025 ** (1 / 20))  # all twenty of the latest quarter


def test_twenty_slow_answers_are_no_certain_zero_and_a_fresh_opening_is_undecided(
    duckdb_engine: Engine,
) -> None:
    thread = []
    for i in range(20):
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + 5), "us")]
    thread += [said("new", after(hours=100, seconds=-20)), said("old", after(hours=50))]
    score = read(duckdb_engine, thread, hours=100)["at_once"].result
    assert isinstance(score, Estimate)
    assert (score.n, round(score.value, 6), score.low) == (21, 0, 0)
    assert 0.1 < score.high < 0.2


def test_how_many_stars_are_good_is_the_policys(duckdb_engine: Engine) -> None:
    early, late = [4] * 30, [3] * 30
    messages, ratings = [], []
    for hours, stars in ((1, early), (30, late)):
        for i, many in enumerate(stars):
            who = f"{hours}-{i}"
            messages += [said(who, after(hours=i)), said(who, after(hours=i + hours), "us")]
            ratings.append(
                Rating(id=who, conversation=f"c-{who}", customer=who, at=after(days=9), stars=many)
            )
    tables = {
        "messages": duckdb_engine.put("messages", table_of(Message, messages)),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, ratings)),
    }
    for good, difference in ((4, 1.0), (3, 0.0), (5, 0.0)):
        policy = replace(POLICY, good_stars=good)
        found = report(tables, policy, as_of=seconds(after(days=30))).readings
        told = next(r.result for r in found if r.key == "first_impression.decides")
        assert isinstance(told, Estimate)
        assert told.value == difference
