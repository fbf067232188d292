"""One language for lists: as text and as a form, both the same question."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from wingbeat.desk.conversations.asking.fields import FIELDS, ORDERS, Relation, Shape
from wingbeat.desk.conversations.asking.query import Condition, Query
from wingbeat.desk.conversations.asking.reading import CannotRead, read
from wingbeat.desk.conversations.asking.rows import Row, query_of, rows_of

WORDS = (
    st.text("abÄя0 ,\"\\:<>-.#'„“\n", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
SPANS = st.builds("{}{}".format, st.integers(1, 5_000), st.sampled_from("mhdw"))
DAYS = st.dates().map(lambda day: day.isoformat())


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(list(FIELDS.values())))
    relation = draw(st.sampled_from(field.relations))
    if field.shape is Shape.TIME:
        is_span = relation in {Relation.LONGER, Relation.SHORTER}
        return Condition(field.key, relation, (draw(SPANS if is_span else DAYS),))
    values = st.sampled_from(list(field.own)) if field.own else WORDS
    if field.shape is Shape.NAME:
        values |= WORDS.map(lambda name: name.lower() if name.lower() in field.own else name)
    if field.shape is Shape.WORDS:
        return Condition(field.key, relation, (draw(WORDS),))
    return Condition(
        field.key, relation, tuple(draw(st.lists(values, min_size=1, max_size=3, unique=True)))
    )


@st.composite
def queries(draw: st.DrawFn) -> Query:
    asked = tuple(draw(st.lists(conditions(), max_size=5, unique=True)))
    plain = Query(asked)
    fitting = [
        key for key, order in ORDERS.items()
        if not order.needs or any(plain.asks(*need) for need in order.needs)
    ]  # fmt: skip
    return Query(asked, draw(st.sampled_from(["", *fitting])))


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw loads tables
@given(queries())
def test_a_question_written_and_read_again_is_the_same(query: Query) -> None:
    assert read(str(query)) == query


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw loads tables
@given(queries())
def test_a_question_taken_apart_into_a_form_and_sent_is_the_same(query: Query) -> None:
    assert query_of(rows_of(query), query.order) == query


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_question_or_told_why_not(text: str) -> None:
    try:
        query = read(text)
    except CannotRead as wrong:
        problems = wrong.problems
    else:
        assert read(str(query)) == query
        return
    assert problems
    assert all(one.why and 0 <= one.at <= len(text) for one in problems)


@given(st.lists(st.builds(Row, st.text(max_size=8), st.text(max_size=8), st.text(max_size=20))))
def test_whatever_a_form_sends_is_a_question_or_told_why_not(rows: list[Row]) -> None:
    try:
        query = query_of(rows)
    except CannotRead as wrong:
        told = [one.why for one in wrong.problems]
    else:
        assert query_of(rows_of(query), query.order) == query
        return
    assert told
    assert all(told)


def test_an_example_reads_as_it_looks() -> None:
    text = 'state:us tag:refund inbox:Orders waits>3d assignee:me -team:Billing "charged twice"'
    asked = read(text)
    assert str(asked) == text
    assert asked.conditions == (
        Condition("state", Relation.IS, ("us",)),
        Condition("tag", Relation.IS, ("refund",)),
        Condition("inbox", Relation.IS, ("Orders",)),
        Condition("waits", Relation.LONGER, ("3d",)),
        Condition("assignee", Relation.IS, ("me",)),
        Condition("team", Relation.NOT, ("Billing",)),
        Condition("words", Relation.IS, ("charged twice",)),
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("STATE:Us", "state:us"),
        ("tag:a,b,,a", "tag:a,b"),
        ('tag:"late parcel"', 'tag:"late parcel"'),
        ("opened:2026-03-01..2026-03-31", "opened:2026-03-01.. opened:..2026-03-31"),
        ("waits>03d", "waits>3d"),
        ("lamp -lamp", "lamp -lamp"),
        ("state:us state:us", "state:us"),
        ("  ", ""),
    ],
)  # fmt: skip
def test_there_is_one_way_to_write_a_question(text: str, same: str) -> None:
    assert str(read(text)) == same


@pytest.mark.parametrize(
    ("text", "what", "at", "allowed"),
    [
        ("tag:a state:waiting", "waiting", 6, "us, customer, quiet, ended, solved, open"),
        ("colour:red", "colour", 0, "state, inbox, assignee"),
        ("lamp waits>soon", "soon", 5, "waits>3d"),
        ("opened:2026-02-30..", "2026-02-30", 0, "opened:2026-03-01.."),
        ("opened:today", "opened:today", 0, "opened:..2026-03-31"),
        ('a "b', '"b', 2, "no second one"),
        ("sort:colour", "colour", 0, "latest, earliest"),
        ("sort:waits", "sort:waits", 0, "state:us"),
        ("tag<3d", "tag<3d", 0, "tag:refund"),
        ("-waits>3d", "-waits>3d", 0, "waits<3d"),
        ("tag:", "", 0, "refund"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_is_allowed(
    text: str, what: str, at: int, allowed: str
) -> None:
    with pytest.raises(CannotRead) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert (problem.what, problem.at) == (what, at)
    assert allowed in problem.why


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(CannotRead) as caught:
        read("state:x colour:red waits>soon")
    assert [one.at for one in caught.value.problems] == [0, 8, 19]


def test_a_wrong_line_of_the_form_is_told_by_its_number() -> None:
    rows = [Row("state", "is", "us"), Row(), Row("has", "is", "wings"), Row("waits", "is", "3d")]
    with pytest.raises(CannotRead) as caught:
        query_of(rows)
    assert [one.at for one in caught.value.problems] == [2, 3]
