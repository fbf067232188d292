"""Causes: a tree of two levels, one on a conversation, asked for by views and rules, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.automation import steps
from wingbeat.desk.automation.conditions import CannotAsk, read as read_conditions
from wingbeat.desk.automation.steps import Doing
from wingbeat.desk.conversations.asking.names import names_known_to, unknown
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.cause import Cause, CauseMark, WrongCause, keep, mark, offer
from wingbeat.desk.conversations.cause_trend import Trend, weekly
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada, cast.max_())


def named(name: str, under: Cause | None = None) -> Cause:
    return keep(None, name=name, under=under, by=cast.olga(), at=cast.NOON)


def marked(inbox: Inbox, cause: Cause | None, *, days: float = 0) -> Conversation:
    row = cast.opened(inbox, cast.said(at=cast.after(days=-days)))
    mark(row, cause, by=cast.ada(), at=cast.NOON)
    return row


def found(question: str, ada: Agent) -> set[int]:
    rows = Conversation.objects.visible_to(ada).asked(read(question), by=ada, now=cast.NOON)
    return {row.pk for row in rows}


def test_the_tree_has_two_levels_and_every_name_stands_for_one_cause() -> None:
    delivery = named("Delivery")
    late = named("  Late   parcel ", delivery)
    assert late.name == "Late parcel"
    for name, under, says in (
        ("LATE parcel", None, "already"),
        ("Later", late, "two levels"),
        ("", None, "1 to 60"),
        ("x" * 61, None, "1 to 60"),
        ("None", None, "without a cause"),
    ):
        with pytest.raises(WrongCause, match=says):
            named(name, under)
    billing = named("Billing")
    with pytest.raises(WrongCause, match="move them first"):
        keep(delivery, name="Delivery", under=billing, by=cast.olga(), at=cast.NOON)
    with pytest.raises(WrongCause, match="two levels"):
        keep(billing, name="Billing", under=billing, by=cast.olga(), at=cast.NOON)
    assert [str(row) for row in Cause.objects.as_tree()] == ["Billing", "Delivery", "Late parcel"]


def test_a_conversation_has_the_cause_that_was_said_last_and_one_entry_each_time(
    support: Inbox, ada: Agent
) -> None:
    first, second = named("Delivery"), named("Billing")
    row = marked(support, first)
    mark(row, first, by=ada, at=cast.NOON)
    mark(row, second, by=ada, at=cast.NOON)
    assert CauseMark.objects.get().cause == second
    mark(row, None, by=ada, at=cast.NOON)
    assert not CauseMark.objects.exists()
    entries = Entry.objects.filter(kind="conversation.cause_marked").order_by("pk")
    assert [entry.facts["cause"] for entry in entries] == [first.pk, second.pk, None]


def test_what_is_retired_is_kept_where_it_was_said_and_chosen_nowhere_else(
    support: Inbox, ada: Agent
) -> None:
    delivery = named("Delivery")
    late = named("Late parcel", delivery)
    has, has_not = marked(support, late), cast.opened(support)
    offer(delivery, is_offered=False, by=cast.olga(), at=cast.NOON)
    assert [str(row) for row in Cause.objects.to_choose(has)] == ["Late parcel"]
    assert not Cause.objects.to_choose(has_not)
    late.refresh_from_db()
    with pytest.raises(WrongCause, match="no longer"):
        mark(has_not, late, by=ada, at=cast.NOON)
    offer(late, is_offered=True, by=cast.olga(), at=cast.NOON)
    assert Cause.objects.offered().count() == 2


def test_views_ask_for_a_cause_and_all_under_it(support: Inbox, ada: Agent) -> None:
    delivery, billing = named("Delivery"), named("Billing")
    late = marked(support, named("Late parcel", delivery))
    whole, bill, none = (marked(support, one) for one in (delivery, billing, None))
    assert found("cause:delivery", ada) == {late.pk, whole.pk}
    assert found('cause:"late parcel",billing', ada) == {late.pk, bill.pk}
    assert found("cause:none", ada) == {none.pk}
    assert found("cause:none,billing", ada) == {none.pk, bill.pk}
    assert found("-cause:delivery", ada) == {bill.pk, none.pk}
    (problem,) = unknown(read("cause:Delivry"), names_known_to(ada))
    assert "There is: none, Billing, Delivery, Late parcel." in problem.why


def test_rules_ask_for_a_cause_and_say_one(support: Inbox, ada: Agent) -> None:
    named("Delivery")
    row = cast.opened(support)
    assert steps.STEPS["cause"].check("delivery") == "Delivery"
    with pytest.raises(steps.WrongStep, match="none of these: Delivery"):
        steps.STEPS["cause"].check("Weather")
    with pytest.raises(CannotAsk, match="No cause is called"):
        read_conditions("cause:Weather", by=ada)
    doing = Doing(by=Agent.objects.system(), rule="Parcels", at=cast.NOON, say=lambda *_: False)
    steps.STEPS["cause"].do(row, "Delivery", doing)
    assert found("cause:Delivery", ada) == {row.pk}
    assert read_conditions("cause:Delivery", by=ada)


def test_the_trend_counts_by_the_week_in_which_they_began_and_only_what_is_visible(
    support: Inbox, ada: Agent
) -> None:
    delivery, billing, old = named("Delivery"), named("Billing"), named("Weather")
    late = named("Late parcel", delivery)
    for cause, days in ((late, 0), (late, 7), (delivery, 7), (None, 1), (old, 200)):
        marked(support, cause, days=days)
    marked(support, billing).end(by=ada, at=cast.NOON, reason="spam")
    marked(support, billing).restrict(to=[], by=ada, at=cast.NOON)
    elsewhere = Inbox.objects.create(name="Board", address="board@desk.example")
    marked(elsewhere, billing)
    offer(old, is_offered=False, by=cast.olga(), at=cast.NOON)

    def seen_by(agent: Agent) -> Trend:
        return weekly(Conversation.objects.visible_to(agent), now=cast.NOON)

    trend = seen_by(cast.max_())
    lines = {line.cause.name: line.counts[-2:] for line in trend.lines}
    assert trend.weeks[-1].isoformat() == "2026-03-02"  # the Monday that NOON falls on
    assert lines == {"Billing": (0, 0), "Delivery": (2, 1), "Late parcel": (1, 1)}
    assert (trend.without[-2:], trend.all[-2:]) == ((1, 0), (3, 1))


@pytest.mark.parametrize("most", [10, 20])
def test_the_trend_is_two_queries_however_much_there_is(support: Inbox, most: int) -> None:
    causes = [named(f"Cause {number}") for number in range(most)]
    for number, cause in enumerate(causes):
        marked(support, cause, days=number)
    visible = Conversation.objects.visible_to(cast.olga())
    with CaptureQueriesContext(connection) as captured:
        trend = weekly(visible, now=cast.NOON + timedelta(days=1))
    assert len(captured) <= 3  # the inboxes that Olga reads, the counts, the tree
    assert len(trend.lines) == most


@pytest.mark.parametrize(
    ("manner", "what_happened"),
    [
        ("Rude customer", "Rude driver"),
        ("Karen", "Car engine"),
        ("Angry", "Difficult to assemble"),
        ("Schwieriger Kunde", "Schwierige Montage"),
        ("Грубый клиент", "Трудно собрать"),
        ("Goromba ügyfél", "Nehéz összeszerelni"),
    ],
)
def test_no_cause_is_called_by_somebodys_manner(
    support: Inbox, manner: str, what_happened: str
) -> None:
    with pytest.raises(WrongCause, match="upset a calm person"):
        named(manner)
    assert not Cause.objects.exists()
    assert named(what_happened).name == what_happened
