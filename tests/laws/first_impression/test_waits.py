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
from wingbeat.laws.facts import Message
from wingbeat.laws.first_impression import measure, shipped_policy
from wingbeat.laws.first_impression.report import report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

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


def test_waits_of_a_chat_are_told_in_minutes(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(200):
        answered = after(hours=i, seconds=20 + 12 * (i % 10))
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", answered, "us")]
    messages = duckdb_engine.put("messages", table_of(Message, thread))
    found = report({"messages": messages}, POLICY, as_of=seconds(after(days=9))).readings
    told = {one.key: speak(one.says, law="first_impression") for one in found}
    assert "wait 1.1 minutes or longer (" in told["first_impression.median"]
    assert "0.0 hours" not in told["first_impression.median"]
    assert "were no longer than 2 minutes, nights" in told["first_impression.promise"]


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
        assert lone[name].result == NotEnough(1, 2, of="one_customer")


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
