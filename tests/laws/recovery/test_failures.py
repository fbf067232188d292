"""Failures, what was before them and how they ended, on every engine."""

from __future__ import annotations

import pytest

from tests.laws.conftest import after, rows_of, seconds
from tests.laws.recovery.stories import STORY, failures, lived
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import BusinessEvent, Grant, Moment
from wingbeat.laws.recovery import measure
from wingbeat.laws.tables import table_of


def test_failures_and_their_before_and_end_are_alike_on_every_engine(engine: Engine) -> None:
    moments = engine.put("moments", table_of(Moment, STORY))
    found = failures(moments, days=100)
    rows = [
        (r["customer"], r["depth"], r["acted"], r["before"], r["after"])
        for r in rows_of(found, "customer", "at")
    ]
    # 301 / 2 is 150 and a half, rounded down; so is the mean of nothing but -201
    assert rows == [
        ("ana", -600, 1, 150, -1000), ("bo", -500, 0, -201, 1000), ("ed", -500, 1, -100, 0),
        ("fa", -400, 0, 150, -1000), ("gus", -400, 0, 100, 0),
    ]  # fmt: skip


def test_failures_without_end_are_more_than_the_first_one(engine: Engine) -> None:
    """A promise broken every thirty days for two years; no story lies in another's."""
    story = [lived("ana", -5, "answer", 100)]
    story += [lived("ana", 30 * i, "promise_broken", -600) for i in range(24)]
    found = failures(engine.put("moments", table_of(Moment, story)), days=800)
    days = [(r["at"] - seconds(after(days=0))) // 86_400 for r in rows_of(found, "at")]
    assert days == [0, 90, 150, 240, 300, 390, 450, 540, 600, 690]


AFTERWARDS = {
    "nothing": 0, "answer": 0, "first_words_in_time": 0, "farewell": 0, "handed_over": 0,
    "thanks": 1000, "complaint": -1000, "promise_broken": -1000, "mail_failed": 0,
}  # fmt: skip


@pytest.mark.parametrize("what", AFTERWARDS)
def test_a_new_contact_or_silence_is_no_end(duckdb_engine: Engine, what: str) -> None:
    """However well we answered what they asked anew, they said nothing of the failure."""
    story = [lived("ana", 0, "answer", 0), lived("ana", 10, "promise_broken", -600)]
    if what != "nothing":
        story.append(lived("ana", 20, what, 300))
    moments = duckdb_engine.put("moments", table_of(Moment, story))
    [row] = failures(moments, days=100).to_pyarrow().to_pylist()
    assert row["after"] == AFTERWARDS[what]


def test_business_speaks_after_a_rating_and_before_thanks(engine: Engine) -> None:
    story, bought = [], []
    for who, said, kind in (
        ("a", "thanks", "cancellation"), ("b", "complaint", "order"), ("c", "rating", "order"),
    ):  # fmt: skip
        story += [lived(who, 0, "answer", 0), lived(who, 10, "silence", -400),
                  lived(who, 20, said, -1000 if said == "rating" else 0)]  # fmt: skip
        bought.append(BusinessEvent(id=who, customer=who, at=after(days=25), kind=kind))
    found = measure.failures(
        engine.put("moments", table_of(Moment, story)),
        engine.put("business_events", table_of(BusinessEvent, bought)),
        as_of=seconds(after(days=100)), before_days=90, act_days=7, after_days=30,
    )  # fmt: skip
    assert [r["after"] for r in rows_of(found, "customer")] == [-1000, 1000, -1000]


def test_what_was_given_for_a_failure_is_alike_on_every_engine(engine: Engine) -> None:
    found = failures(engine.put("moments", table_of(Moment, STORY)), days=100)
    grants = [
        Grant(id=f"{who}{day}", conversation=None, customer=who, at=after(days=day), cents=cents,
              cause=None)
        for who, day, cents in (("ana", 10, 100), ("ana", 17, 20), ("ana", 17.1, 3), ("ed", 9.9, 5))
    ]  # fmt: skip
    paid = measure.paid(found, engine.put("grants", table_of(Grant, grants)), act_days=7)
    told = {r["customer"]: r["given"] for r in rows_of(paid, "customer")}
    assert told == {"ana": 120, "bo": 0, "ed": 0, "fa": 0, "gus": 0}
