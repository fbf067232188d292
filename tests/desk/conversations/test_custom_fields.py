"""Custom fields: what each shape holds, of whom it tells, who knows of it, and how it is found."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.automation.conditions import (
    CannotAsk,
    meaning as rule_meaning,
    read as read_conditions,
)
from wingbeat.desk.conversations.asking.names import names_known_to, unknown
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.asking.rows import query_of, rows_of
from wingbeat.desk.conversations.asking.telling import told
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.custom_field import (
    CustomField,
    CustomValue,
    WrongValue,
    keep,
    offer,
    tell,
    told_of,
)
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers import merging
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada, cast.max_())


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    row = cast.opened(support)
    row.customer.organization = Organization.objects.create(name="Acme")
    row.customer.save()
    return row


def made(name: str, about: str = "customer", shape: str = "text", **more: object) -> CustomField:
    choices = more.pop("choices", ())
    assert isinstance(choices, tuple)
    row = CustomField(name=name, label=name.title(), about=about, shape=shape, **more)
    return keep(row, choices=choices, by=cast.olga(), at=cast.NOON)


def say(conversation: Conversation, field: CustomField, text: str) -> None:
    tell({field: text}, conversation.customer, conversation, by=cast.ada(), at=cast.NOON)


def found(question: str, agent: Agent) -> set[int]:
    rows = Conversation.objects.visible_to(agent).asked(read(question), by=agent, now=cast.NOON)
    return {row.pk for row in rows}


@pytest.mark.parametrize(
    ("shape", "typed", "kept"),
    [
        ("text", "  a   b ", "a b"),
        ("number", "12,50", "12.5"),
        ("number", "-0.10", "-0.1"),
        ("number", "1e3", "1000"),
        ("date", "2026-03-02", "2026-03-02"),
        ("choice", "GOLD", "Gold"),
        ("yesno", "Yes", "yes"),
        ("number", " ", ""),
    ],
)
def test_a_value_is_kept_in_one_form(shape: str, typed: str, kept: str) -> None:
    assert CustomField(shape=shape, choices=["Gold", "Silver"]).held(typed) == kept


@pytest.mark.parametrize(
    ("shape", "typed", "says"),
    [
        ("number", "many", "write a number such as 12"),
        ("number", "NaN", "write a number"),
        ("number", "1e999999999", "write a number"),
        ("date", "2.3.2026", "write a day such as"),
        ("choice", "Bronze", "use one of: Gold, Silver"),
        ("yesno", "perhaps", "use one of: yes, no"),
        ("text", "x" * 301, "at most 300"),
    ],
)
def test_what_a_field_cannot_hold_is_told_with_what_it_can(
    shape: str, typed: str, says: str
) -> None:
    with pytest.raises(WrongValue, match=says):
        CustomField(label="Plan", shape=shape, choices=["Gold", "Silver"]).held(typed)


def test_a_name_can_be_written_in_a_question_and_is_taken_once() -> None:
    made("plan")
    for name, says in (("plan", "already"), ("My plan", "a-z"), ("1st", "a-z"), ("", "a-z")):
        with pytest.raises(WrongFields, match=says):
            made(name)
    with pytest.raises(WrongFields, match="one a line"):
        made("level", shape="choice", choices=(" ",))
    with pytest.raises(WrongFields, match="comma"):
        made("level", shape="choice", choices=("a, b",))


def test_all_that_changed_is_one_entry_and_one_wrong_value_keeps_everything(
    conversation: Conversation, ada: Agent
) -> None:
    plan, size, due = (
        made("plan"),
        made("size", "organization", "number"),
        made("due", "conversation", "date"),
    )
    customer = conversation.customer
    tell(
        {plan: "Gold", size: "12", due: "2026-03-02"}, customer, conversation, by=ada, at=cast.NOON
    )
    tell({plan: "gold", size: "12.0"}, customer, conversation, by=ada, at=cast.NOON)
    facts = list(
        Entry.objects.filter(kind="fields.changed").order_by("pk").values_list("facts", flat=True)
    )
    assert facts == [
        {f"field_{plan.pk}": True, f"field_{size.pk}": True, f"field_{due.pk}": True},
        {f"field_{plan.pk}": True},
    ]
    with pytest.raises(WrongValue, match=r"“many”.*“soon”"):
        tell({plan: "x", size: "many", due: "soon"}, customer, conversation, by=ada, at=cast.NOON)
    told = told_of([plan, size, due], customer, conversation)
    assert [one.text for one in told] == ["gold", "12", "2026-03-02"]
    say(conversation, plan, "")
    assert CustomValue.objects.count() == 2


def test_a_value_is_of_one_thing_only(conversation: Conversation, ada: Agent) -> None:
    said = {"field": made("plan"), "text": "x", "folded": "x", "by": ada, "at": cast.NOON}
    both = {"conversation": conversation, "customer": conversation.customer}
    for holders in (both, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CustomValue.objects.create(**said, **holders)


def test_views_find_by_what_a_field_of_any_kind_holds(support: Inbox, ada: Agent) -> None:
    first, second, third = (
        cast.opened(support, cast.said(sender=sender))
        for sender in (cast.NORA, cast.OTTO, cast.NORA)
    )
    acme = Organization.objects.create(name="Acme")
    first.customer.organization = acme
    first.customer.save()
    third.customer.refresh_from_db()
    level = made("level", "conversation", "choice", choices=("Very high", "low"))
    plan, size = made("plan"), made("size", "organization", "number")
    say(first, level, "very high")
    say(second, level, "low")
    say(first, plan, "Größe")
    say(first, size, "12.50")
    nora, everybody = {first.pk, third.pk}, {first.pk, second.pk, third.pk}
    assert found('field.level:"very high"', ada) == {first.pk}
    assert found("field.level:low,none", ada) == {second.pk, third.pk}
    assert found("-field.level:low", ada) == nora
    assert found("field.plan:GRÖSSE", ada) == nora
    assert found("field.plan:none", ada) == {second.pk}
    assert found("field.size:12.5", ada) == nora
    assert found("-field.size:12,5", ada) >= {second.pk}
    assert found("field.size:none", ada) == {second.pk}
    assert found("field.nothing:x", ada) == set()
    assert found("-field.nothing:x", ada) == everybody


def test_a_question_about_a_field_is_text_and_lines_alike_and_slips_are_told(ada: Agent) -> None:
    made("plan", shape="choice", choices=("Gold",))
    query = read('state:us -field.plan:"very good",none')
    assert str(query_of(rows_of(query))) == str(query) == 'state:us -field.plan:"very good",none'
    assert names_known_to(ada)["field.plan"] == ["Gold"]
    (problem,) = unknown(read("field.plam:Gold"), names_known_to(ada))
    assert "“field.plam”" in problem.why
    assert "There is: field.plan." in problem.why


def test_who_does_not_read_an_inbox_learns_nothing_of_its_fields(
    support: Inbox, ada: Agent
) -> None:
    board = Inbox.objects.create(name="Board", address="board@desk.example")
    secret = made("salary", inbox=board)
    row = cast.opened(support)
    say(row, secret, "high")
    assert found("field.salary:high", ada) == set()
    assert "field.salary" not in names_known_to(ada)
    assert not CustomField.objects.known_to(ada)
    assert not CustomField.objects.in_inbox(support.pk)
    board.teams.add(support.teams.get())
    assert found("field.salary:high", Agent.objects.get(pk=ada.pk)) == {row.pk}
    assert list(CustomField.objects.in_inbox(board.pk)) == [secret]


def test_rules_ask_for_fields_in_the_name_of_the_desk(
    conversation: Conversation, ada: Agent
) -> None:
    with pytest.raises(CannotAsk, match="no field"):
        read_conditions("field.plan:Gold", by=ada)
    plan = made("plan")
    say(conversation, plan, "Gold")
    read_conditions("field.plan:Gold", by=ada)
    meant = rule_meaning("field.plan:gold", now=cast.NOON)
    assert Conversation.objects.filter(meant).get() == conversation
    assert told(read("field.plan:gold")) == "plan is “gold”"


def test_a_person_under_two_addresses_holds_what_either_record_does(
    support: Inbox, ada: Agent
) -> None:
    plan, other = made("plan"), made("other")
    first, second = (cast.opened(support, cast.said(sender=one)) for one in (cast.NORA, cast.OTTO))
    say(second, plan, "Gold")
    say(second, other, "x")
    say(first, other, "y")
    merging.merge(second.customer, into=first.customer, by=ada, at=cast.NOON)
    assert [one.text for one in told_of([plan, other], first.customer)] == ["Gold", "y"]


def test_what_is_retired_is_neither_shown_nor_asked_for_and_nothing_is_lost(
    conversation: Conversation, ada: Agent
) -> None:
    plan = made("plan")
    say(conversation, plan, "Gold")
    offer(plan, is_offered=False, by=cast.olga(), at=cast.NOON)
    assert found("field.plan:Gold", ada) == set()
    offer(plan, is_offered=True, by=cast.olga(), at=cast.NOON)
    assert found("field.plan:Gold", ada) == {conversation.pk}


def test_more_fields_ask_no_more_questions(conversation: Conversation) -> None:
    counts = []
    for most in (10, 20):
        for number in range(most - 10, most):
            say(conversation, made(f"f{number}"), "x")
        with CaptureQueriesContext(connection) as captured:
            fields = CustomField.objects.in_inbox(conversation.inbox_id)
            assert len(told_of(fields, conversation.customer, conversation)) == most
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 3
