"""Support: crowds before a clock, ends that did not hold, and what silence leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.laws.conftest import after, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Conversation, Message, Rating
from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.support import measure, shipped_policy
from wingbeat.laws.support.report import report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

POLICY = shipped_policy()
HOUR = 3600


def said(
    name: str, hours: float, side: str = "customer", *, due: float | None = None,
    acts: str | None = None, automatic: bool = False,
) -> Message:  # fmt: skip
    return Message(
        id=f"{name}{hours}{side}", conversation=name, customer=f"of-{name}", at=after(hours=hours),
        seq=0, side=side, automatic=automatic, acts=acts,
        due_at=None if due is None else after(hours=due),
    )  # fmt: skip


def ended(name: str, hours: float | None) -> Conversation:
    return Conversation(
        id=name, customer=f"of-{name}", opened_at=after(), inbox=None, channel=None, cause=None,
        ended_at=None if hours is None else after(hours=hours), size=None, severity=None,
    )  # fmt: skip


def told(found: Report, key: str) -> Reading:
    return next(r for r in found.readings if r.key == key)


WORDS = [
    said("a", 0, due=24), said("a", 1, due=25), said("a", 2, "us", automatic=True),
    said("a", 23.5, "us", acts="greets answers"), said("a", 30),
    said("b", 0, due=24), said("b", 25, "us", acts="greets thanks"), said("b", 26, "us"),
    said("c", 0, due=24), said("c", 60, "us", acts="step"),
    said("d", 0), said("d", 3, "us"),
    said("e", 0, due=24), said("e", 24, "us"),
]  # fmt: skip


def test_answers_around_their_due_time_are_alike_on_every_engine(engine: Engine) -> None:
    messages = engine.put("messages", table_of(Message, WORDS))
    answered = measure.answers(messages, as_of=seconds(after(hours=100)), bin_seconds=HOUR)
    rows = rows_of(answered, "conversation")
    assert [(r["conversation"], r["late_by"], r["helps"]) for r in rows] == [
        ("a", -HOUR // 2, 1),  # one answer to both questions, due with the earlier
        ("b", HOUR, 0),
        ("c", 36 * HOUR, 1),
        ("e", 0, None),  # nobody looked for acts
    ]
    fine = rows_of(measure.late_by(answered, bin_seconds=HOUR), "late_by")
    assert [(r["late_by"], r["n"]) for r in fine] == [(-HOUR // 2, 1), (0, 1), (HOUR, 1)]
    helped = rows_of(measure.helped(answered, bin_seconds=HOUR), "customer")
    assert [(r["crowd"], r["k"], r["n"]) for r in helped] == [(1, 1, 1), (0, 0, 1), (0, 0, 0)]
    came = measure.back(
        answered, messages, bin_seconds=HOUR, as_of=seconds(after(hours=100)), hours=72
    )
    told = [(r["crowd"], r["k"], r["n"]) for r in rows_of(came, "customer")]
    assert told == [(1, 1, 1), (0, 0, 1), (0, 0, 1)]


def test_ends_that_came_back_are_alike_on_every_engine(engine: Engine) -> None:
    talks = [ended("a", 24), ended("b", 27), ended("c", None), ended("d", 999)]
    found = measure.ends(
        engine.put("conversations", table_of(Conversation, talks)),
        engine.put("messages", table_of(Message, WORDS)),
        as_of=seconds(after(hours=100)),
    )
    rows = [(r["customer"], r["seconds"] // HOUR, r["back"]) for r in rows_of(found, "seconds")]
    assert rows == [("of-a", 6, 1), ("of-b", 73, 0)]


def test_three_happy_answers_of_a_hundred_prove_nothing(duckdb_engine: Engine) -> None:
    talks = [ended(str(i), None) for i in range(100)]
    stars = [
        Rating(id=str(i), conversation=str(i), customer="x", at=after(), stars=5) for i in range(3)
    ]
    tables = {
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, talks)),
        "messages": duckdb_engine.put("messages", table_of(Message, WORDS)),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, stars)),
    }
    found = report(tables, POLICY, as_of=seconds(after(hours=100)))
    happy = told(found, "support.happy").result
    assert isinstance(happy, Estimate)
    assert (happy.low, happy.high, happy.n) == (0.03, 1.0, 3)
    assert told(found, "support.crowd").result == NotEnough(3, 200, of="answers")
    assert told(found, "support.reopened").result == NotEnough(0, 20, of="ends")


def desk(engine: Engine, seed: int, moved: float, n: int = 2000) -> dict[str, Any]:
    """A desk that promises a day: some of what would be up to five hours late is sent just before,
    without an act in it, and its customers come back."""
    rng = np.random.default_rng(seed)
    hours = rng.lognormal(np.log(18), 0.6, n)
    late = (hours >= 24) & (hours < 29) & (rng.random(n) < moved)
    hours[late] = 24 - rng.random(int(late.sum()))
    rows: list[Message] = []
    for i in range(n):
        rows.append(said(str(i), i, due=i + 24))
        rows.append(said(str(i), i + hours[i], "us", acts="greets" if late[i] else "answers"))
        if late[i] or rng.random() < 0.1:
            rows.append(said(str(i), i + hours[i] + 5))
    return {
        "messages": engine.put("messages", table_of(Message, rows)),
        "conversations": engine.put(
            "conversations", table_of(Conversation, [ended(str(i), i + 60) for i in range(50)])
        ),
    }


def test_a_desk_that_answers_to_the_clock_is_told_with_what_it_sent(duckdb_engine: Engine) -> None:
    found = report(desk(duckdb_engine, 2, 0.5), POLICY, as_of=seconds(after(hours=5000)))
    crowd = told(found, "support.crowd")
    assert isinstance(crowd.result, Estimate)
    assert crowd.details["verdict"] == "crowd"
    assert float(crowd.details["jump_z"]) < -3
    for one in ("support.acts", "support.back"):
        both = told(found, one)
        assert isinstance(both.result, Estimate)
        assert int(both.details["inside"]) + int(both.details["outside"]) == both.result.n
        assert f"; {both.details['inside']} in the crowd, " in speak(both.says, law="support")
    acts, back = told(found, "support.acts").result, told(found, "support.back").result
    assert isinstance(acts, Estimate)
    assert isinstance(back, Estimate)
    assert acts.high < 0 < back.low


def test_an_honest_desk_is_not_told(duckdb_engine: Engine) -> None:
    flags = [
        told(
            report(desk(duckdb_engine, seed, 0, n=1200), POLICY, as_of=seconds(after(hours=5000))),
            "support.crowd",
        ).details["verdict"]
        for seed in range(5)
    ]
    assert "crowd" not in flags


def test_half_of_the_ends_that_came_back_are_half(duckdb_engine: Engine) -> None:
    talks = [ended(str(i), 10) for i in range(40)]
    words = [said(str(i), 20) for i in range(20)]
    tables = {
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, talks)),
        "messages": duckdb_engine.put("messages", table_of(Message, words)),
    }
    found = told(report(tables, POLICY, as_of=seconds(after(hours=500))), "support.reopened").result
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high


def test_forty_ends_of_five_customers_tell_less_than_of_forty(duckdb_engine: Engine) -> None:
    def held(customers: int) -> Estimate | NotEnough:
        talks = [replace(ended(str(i), 10), customer=f"c{i * customers // 40}") for i in range(40)]
        words = [said(str(i), 20) for i in range(16)]
        found = told(read(duckdb_engine, words, talks), "support.reopened").result
        assert isinstance(found, Estimate | NotEnough)
        return found

    few, many = held(5), held(40)
    assert isinstance(few, Estimate)
    assert isinstance(many, Estimate)
    assert few.value == many.value == pytest.approx(0.4)
    assert few.high - few.low > 2 * (many.high - many.low)
    assert held(1) == NotEnough(1, 2, of="one_customer")


def read(engine: Engine, words: list[Message], talks: list[Conversation], **more: Any) -> Report:
    tables = {
        "conversations": engine.put("conversations", table_of(Conversation, talks)),
        "messages": engine.put("messages", table_of(Message, words)),
    } | more
    return report(tables, POLICY, as_of=seconds(after(hours=100)))


def test_what_is_promised_sooner_than_twelve_bins_makes_no_crowd(engine: Engine) -> None:
    words = []
    for i in range(30):
        words += [said(str(i), i, due=i + 4), said(str(i), i + 3.5, "us")]
    messages = engine.put("messages", table_of(Message, words))
    found = measure.answers(messages, as_of=seconds(after(hours=100)), bin_seconds=HOUR)
    assert rows_of(found, "conversation") == []
    finer = measure.answers(messages, as_of=seconds(after(hours=100)), bin_seconds=600)
    assert len(rows_of(finer, "conversation")) == 30


def test_ends_of_an_hour_ago_say_nothing_of_three_days(duckdb_engine: Engine) -> None:
    talks = [ended(str(i), 99) for i in range(30)]
    held = told(read(duckdb_engine, [said("x", 0)], talks), "support.reopened")
    assert held.result == NotEnough(1, 72, of="hours")


def test_where_every_end_came_back_at_once_it_is_told(duckdb_engine: Engine) -> None:
    talks, words = [ended(str(i), 10) for i in range(30)], [said(str(i), 12) for i in range(30)]
    found = told(read(duckdb_engine, words, talks), "support.reopened").result
    assert isinstance(found, Estimate)
    assert found.value == 1
    assert found.low == pytest.approx(0.025 ** (1 / 30))


def test_no_end_that_came_back_is_no_certain_nought(duckdb_engine: Engine) -> None:
    talks = [ended(str(i), 10) for i in range(20)]
    held = told(read(duckdb_engine, [said("x", 0)], talks), "support.reopened").result
    assert isinstance(held, Estimate)
    assert (held.value, held.low) == (0, 0)
    assert held.high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_the_latest_rating_is_the_one_that_counts(engine: Engine) -> None:
    talks = engine.put("conversations", table_of(Conversation, [ended("a", None), ended("b", 9)]))
    stars = [("a", 1, 2), ("a", 5, 5), ("b", 1, 5), ("b", 5, 1), ("a", 200, 1)]
    rows = [
        Rating(id=f"{who}{at}", conversation=who, customer=who, at=after(hours=at), stars=given)
        for who, at, given in stars
    ]
    ratings = engine.put("ratings", table_of(Rating, rows))
    [found] = rows_of(
        measure.rated(talks, ratings, as_of=seconds(after(hours=100)), happy_stars=4), "asked"
    )
    assert (found["asked"], found["answered"], found["good"]) == (2, 2, 1)


def test_a_crowd_is_told_by_two_witnesses_only(duckdb_engine: Engine) -> None:
    honest = told(
        report(desk(duckdb_engine, 3, 0, n=1200), POLICY, as_of=seconds(after(hours=5000))),
        "support.crowd",
    )
    moved = told(
        report(desk(duckdb_engine, 2, 0.5), POLICY, as_of=seconds(after(hours=5000))),
        "support.crowd",
    )
    assert (honest.details["verdict"], moved.details["verdict"]) == ("no crowd", "crowd")
    assert float(moved.details["last"]) > 2 * float(moved.details["foretold"])
    # People who come back to work at one hour pile up there, and nothing is missing after it.
    rng = np.random.default_rng(6)
    hours = np.concatenate([rng.uniform(8, 40, 900), rng.normal(24, 0.45, 160)])
    words = [m for i, h in enumerate(hours) for m in (
        said(str(i), i, due=i + 24), said(str(i), i + h, "us"))]  # fmt: skip
    tables = {
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, [])),
        "messages": duckdb_engine.put("messages", table_of(Message, words)),
    }
    piled = told(report(tables, POLICY, as_of=seconds(after(hours=5000))), "support.crowd")
    assert float(piled.details["z"]) > 3
    assert piled.details["verdict"] == "witnesses disagree"


def test_how_many_answers_a_gap_takes_is_the_policys(duckdb_engine: Engine) -> None:
    tables = desk(duckdb_engine, 2, 0.5, n=600)
    least = replace(POLICY, least_gap=1000)
    acts = told(report(tables, least, as_of=seconds(after(hours=5000))), "support.acts").result
    assert isinstance(acts, NotEnough)
    assert acts.needed == 1000
