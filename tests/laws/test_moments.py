"""Moments: what is owed and happened, at its own time, whoever looks and whenever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

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
    kinds = ["handed_over", "reopened", "ended", "solved", "mail_failed", "step_failed"]
    rows = [
        Change(id=k, conversation="1", customer="ana", at=after(hours=i), seq=0, kind=k)
        for i, k in enumerate(kinds)
    ]
    felt = [k for k in kinds if k not in {"ended", "solved"}]
    assert [kind for kind, _ in told(Rows(changes=rows))] == felt


def changed(hours: float, kind: str, seq: int = 0) -> Change:
    return Change(
        id=f"{kind} {hours} {seq}", conversation="1", customer="ana", at=after(hours=hours),
        seq=seq, kind=kind,
    )  # fmt: skip


def rated(hours: float, stars: int) -> Rating:
    return Rating(
        id=f"r{hours}", conversation="1", customer="ana", at=after(hours=hours), stars=stars
    )


def silences(*told_of: Message | Change | Rating) -> list[float]:
    def those(shape: type[Any]) -> list[Any]:
        return [one for one in told_of if isinstance(one, shape)]

    rows = Rows(messages=those(Message), changes=those(Change), ratings=those(Rating))
    return [at for kind, at in told(rows) if kind == "silence"]


@pytest.mark.parametrize("over", [
    changed(30, "solved"), changed(30, "ended"), rated(30, 5), rated(30, 4),
    said(30, acts="thanks"),
])  # fmt: skip
def test_nobody_is_silent_to_whom_nothing_more_is_owed(over: Message | Change | Rating) -> None:
    assert silences(said(0), over) == [24], "what was due before was felt"
    assert silences(said(0), said(1, "us"), said(2), over) == [26]


@pytest.mark.parametrize("acts", ["asks", "complains", "thanks asks", "thanks complains"])
def test_a_question_or_a_complaint_waits_on_after_a_good_word(acts: str) -> None:
    for word in (rated(9, 5), said(9, acts="thanks")):
        assert silences(said(0, acts=acts), word) == [24, 48, 72]
        assert silences(said(0), said(1, acts=acts), word) == [24, 48, 72]
    assert silences(said(0, acts=acts), changed(9, "solved")) == []


@pytest.mark.parametrize("stars", [1, 2, 3])
def test_a_word_that_is_not_good_ends_no_wait(stars: int) -> None:
    assert silences(said(0), rated(9, stars)) == [24, 48, 72]


def test_whoever_writes_after_the_end_waits_again() -> None:
    assert silences(said(0), changed(5, "solved"), said(7)) == [31, 55, 79]
    assert silences(said(0), changed(5, "solved"), said(7, acts="thanks")) == []


def test_what_is_opened_again_is_owed_from_then_on() -> None:
    assert silences(said(0), changed(5, "ended"), changed(50, "reopened")) == [74, 98, 122]
    assert silences(said(0), changed(5, "solved"), changed(50, "reopened")) == []
    answered = (said(0), said(1, "us"), changed(5, "ended"), changed(50, "reopened"))
    assert silences(*answered) == []


def test_first_words_are_late_by_the_message_though_it_was_ended_between() -> None:
    thread = [said(0), said(60, "us")]
    changes = [changed(5, "ended"), changed(50, "reopened")]
    assert told(Rows(messages=thread, changes=changes)) == [
        ("reopened", 50), ("first_words_late", 60),
    ]  # fmt: skip


def test_an_end_in_the_second_of_an_answer_or_of_a_question_comes_after_it() -> None:
    thread = [said(0), said(30, "us")]
    ended = Rows(messages=thread, changes=[changed(30, "ended")])
    assert told(ended) == [("silence", 24), ("first_words_late", 30)]
    assert silences(said(0), changed(0, "ended")) == []


def test_every_kind_has_its_value() -> None:
    valences = set(POLICY.valences.__dataclass_fields__)
    assert valences - {"rating_step"} == set(MOMENTS) - {"rating"}


hours = st.integers(0, 400).map(lambda h: h / 4)
acts = st.sampled_from([None, "thanks", "asks", "complains", "refuses", "apologizes farewell"])
who = st.sampled_from(["us", "customer", "ended", "solved", "reopened", "good", "bad"])
threads = st.lists(st.tuples(hours, who, acts), max_size=12)


def rows_of(thread: list[tuple[float, str, str | None]], due: float) -> Rows:
    messages, changes, ratings = [], [], []
    for i, (h, what, acts) in enumerate(thread):
        if what in {"us", "customer"}:
            messages.append(said(h, what, acts, seq=i, id=f"m{i}"))
        elif what in {"good", "bad"}:
            ratings.append(replace(rated(h, 5 if what == "good" else 1), id=f"r{i}"))
        else:
            changes.append(changed(h, what, seq=i))
    promises = [promise(None if due > 50 else due)]
    return Rows(messages=messages, promises=promises, changes=changes, ratings=ratings)


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
                    changes=chance.sample(rows.changes, len(rows.changes)),
                    ratings=chance.sample(rows.ratings, len(rows.ratings)),
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


def waits_still(thread: list[tuple[float, str, str | None]]) -> tuple[bool, bool]:
    """Say whether somebody is owed words at the end of it, and whether that is beyond doubt.

    Told another way than the law does: what came since our latest words or the latest end.
    """
    rank = {"us": 0, "customer": 0, "good": 2, "bad": 2}
    order = sorted(enumerate(thread), key=lambda one: (one[1][0], rank.get(one[1][1], 1), one[0]))
    told_of = [row for _, row in order]
    over = [i for i, (_, what, _) in enumerate(told_of) if what in {"us", "ended", "solved"}]
    since = told_of[over[-1] + 1 :] if over else told_of
    owed = [row for row in since if row[1] == "customer" and row[2] != "thanks"]
    reopened = any(what == "reopened" for _, what, _ in told_of)
    good = any(what == "good" or (what, acts) == ("customer", "thanks") for _, what, acts in since)
    insists = any(acts in {"asks", "complains"} for _, _, acts in owed)
    return bool(owed) or reopened, bool(owed) and (insists or not good)


@given(threads)
def test_nobody_is_forgotten_and_nobody_else_is_called_so(
    thread: list[tuple[float, str, str | None]],
) -> None:
    rows = rows_of(thread, 60)
    patient = [replace(one, due_at=one.at + timedelta(hours=200)) for one in rows.messages]
    # nothing falls due before the last of it was told: what is felt then is felt by who waits still
    felt = derive(replace(rows, messages=patient), POLICY, after(hours=2000))
    silent = any(one.kind == "silence" for one in felt)
    may, must = waits_still(thread)
    assert may or not silent
    assert silent or not must
