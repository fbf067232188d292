"""Moments: what is owed and happened, at its own time, whoever looks and whenever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.conftest import BEGIN, after
from wingbeat.laws.facts import MOMENTS, Change, Grant, Message, Moment, Notice, Promise, Rating
from wingbeat.laws.memory import shipped_policy
from wingbeat.laws.moments import Rows, derive

POLICY = shipped_policy().moments


def said(hours: float, side: str = "customer", acts: str | None = None, **more: Any) -> Message:
    given: dict[str, Any] = {
        "id": f"m{hours}", "conversation": "1", "customer": "ana", "at": after(hours=hours),
        "seq": 0, "side": side, "automatic": False, "due_at": None, "acts": acts,
    }  # fmt: skip
    return Message(**(given | more))


def told(rows: Rows, hours: float = 1000) -> list[tuple[str, float]]:
    found = derive(rows, POLICY, after(hours=hours))
    return [(m.kind, round((m.at - BEGIN).total_seconds() / 3600, 2)) for m in found]


def test_the_opening_text_makes_no_moment_and_the_first_words_do() -> None:
    thread = [said(0, acts="complains"), said(2, "us"), said(3), said(4, "us")]
    assert told(Rows(messages=thread)) == [("first_words_in_time", 2), ("answer", 4)]


def test_silence_is_felt_when_due_and_again_three_times_at_most() -> None:
    assert told(Rows(messages=[said(0)])) == [("silence", 24), ("silence", 48), ("silence", 72)]
    assert told(Rows(messages=[said(0)]), hours=50) == [("silence", 24), ("silence", 48)]


def test_late_first_words_end_the_silence() -> None:
    thread = [said(0, due_at=after(hours=4)), said(9, "us")]
    assert told(Rows(messages=thread)) == [
        ("silence", 4), ("silence", 8), ("first_words_late", 9),
    ]  # fmt: skip


def test_a_receipt_is_nobody() -> None:
    thread = [said(0), said(0.1, "us", automatic=True), said(3, "us")]
    assert told(Rows(messages=thread)) == [("first_words_in_time", 3)]


def test_what_the_words_do_is_felt_in_order_and_the_farewell_last() -> None:
    thread = [said(0), said(1, "us", "farewell refuses apologizes"), said(2, acts="thanks")]
    assert told(Rows(messages=thread)) == [
        ("first_words_in_time", 1), ("apology", 1), ("refusal", 1), ("farewell", 1), ("thanks", 2),
    ]  # fmt: skip


def test_a_no_with_another_way_is_felt_as_such() -> None:
    thread = [said(0), said(1, "us", "refuses alternative")]
    assert told(Rows(messages=thread))[1] == ("refusal_with_another_way", 1)


def promise(kept: float | None, withdrawn: float | None = None) -> Promise:
    return Promise(
        id="p", conversation="1", customer="ana", made_at=BEGIN, due_at=after(hours=10),
        kept_at=None if kept is None else after(hours=kept),
        withdrawn_at=None if withdrawn is None else after(hours=withdrawn),
    )  # fmt: skip


@pytest.mark.parametrize(("one", "felt"), [
    (promise(9), [("promise_kept", 9)]), (promise(10), [("promise_kept", 10)]),
    (promise(11), [("promise_broken", 10)]), (promise(None), [("promise_broken", 10)]),
    (promise(None, 5), []), (promise(None, 11), [("promise_broken", 10)]),
])  # fmt: skip
def test_a_promise_is_kept_in_time_or_broken_when_due(
    one: Promise, felt: list[tuple[str, float]]
) -> None:
    assert told(Rows(promises=[one])) == felt


def test_gifts_notices_and_ratings_are_felt() -> None:
    def notice(asked: float | None) -> Notice:
        return Notice(
            id="n", fault="f", customer="ana", known_at=BEGIN, told_at=after(hours=2),
            asked_at=None if asked is None else after(hours=asked), severity=None,
        )  # fmt: skip

    grant = Grant(id="g", conversation=None, customer="ana", at=BEGIN, cents=500, cause=None)
    rating = Rating(id="r", conversation="1", customer="ana", at=after(hours=5), stars=1)
    rows = Rows(grants=[grant], notices=[notice(None), notice(1)], ratings=[rating])
    found = derive(rows, POLICY, after(hours=9))
    assert [(m.kind, m.value) for m in found] == [
        ("grant", 400), ("notice", 200), ("rating", -1000),
    ]  # fmt: skip


def test_what_happened_to_a_conversation_is_felt_and_its_end_is_not() -> None:
    kinds = ["handed_over", "reopened", "ended", "mail_failed", "step_failed"]
    rows = [
        Change(id=k, conversation="1", customer="ana", at=after(hours=i), seq=0, kind=k)
        for i, k in enumerate(kinds)
    ]
    assert [kind for kind, _ in told(Rows(changes=rows))] == [k for k in kinds if k != "ended"]


def test_every_kind_has_its_value() -> None:
    valences = set(POLICY.valences.__dataclass_fields__)
    assert valences - {"rating_step"} == set(MOMENTS) - {"rating"}


hours = st.integers(0, 400).map(lambda h: h / 4)
acts = st.sampled_from([None, "thanks", "complains", "refuses", "apologizes farewell"])
threads = st.lists(st.tuples(hours, st.sampled_from(["us", "customer"]), acts), max_size=12)


def rows_of(thread: list[tuple[float, str, str | None]], due: float) -> Rows:
    messages = [said(h, side, acts, seq=i) for i, (h, side, acts) in enumerate(thread)]
    return Rows(messages=messages, promises=[promise(None if due > 50 else due)])


@given(threads, hours, hours)
def test_what_is_said_as_of_monday_is_what_friday_says_of_monday(
    thread: list[tuple[float, str, str | None]], due: float, at: float
) -> None:
    rows, monday = rows_of(thread, due), after(hours=at)
    assert derive(rows, POLICY, monday) == [
        m for m in derive(rows, POLICY, monday + timedelta(days=30)) if m.at <= monday
    ]


@given(threads, st.randoms())
def test_rows_come_in_any_order(thread: list[tuple[float, str, str | None]], chance: Any) -> None:
    rows = rows_of(thread, 10)
    shuffled = Rows(messages=chance.sample(rows.messages, len(rows.messages)),
                    promises=rows.promises)  # fmt: skip
    until: datetime = after(days=40)
    assert derive(shuffled, POLICY, until) == derive(rows, POLICY, until)


@given(threads)
def test_a_moment_is_numbered_within_its_conversation(
    thread: list[tuple[float, str, str | None]],
) -> None:
    found: list[Moment] = derive(rows_of(thread, 10), POLICY, after(days=40))
    assert [m.seq for m in found] == list(range(len(found)))
    assert all(m.evidence for m in found)
