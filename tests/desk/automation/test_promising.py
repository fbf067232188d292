"""What an inbox promises: due times by hours, contracts that only shorten, and the one order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, example, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from tests import cast
from tests.desk.conversations.test_waiting import STEPS, play
from wingbeat.desk.automation import promising
from wingbeat.desk.automation.calendars import (
    Calendar,
    NoHours,
    keep_calendar,
    public_holidays,
    take_off,
    work_again,
)
from wingbeat.desk.automation.promising import ClockPolicy, Contract, NotShorter
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.conversation import SERVED_FIRST, Conversation
from wingbeat.desk.conversations.due import Clock, due_of, end_due
from wingbeat.desk.conversations.grading import NoReason, Severity
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.waiting import answered_at, waits_since
from wingbeat.desk.customers.models import BusinessEvent, Customer, Organization
from wingbeat.desk.hours.arithmetic import NeverOpen
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent, Team
from wingbeat.screens.promises import why_due

pytestmark = pytest.mark.django_db
FRIDAY_LATE = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # 16:30 in Vienna
MONDAY = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)  # 12:00 in Vienna


def everyday(*spans: tuple[int, int]) -> list[list[list[int]]]:
    """Return a stored week of five equal days and a free weekend."""
    return [[list(span) for span in spans]] * 5 + [[], []]


def vienna(**more: str) -> Calendar:
    week = everyday((540, 1020))
    calendar = Calendar(name="Vienna office", zone="Europe/Vienna", week=week, **more)
    return keep_calendar(calendar, by=cast.olga(), at=cast.NOON)


def promised(inbox: Inbox, calendar: Calendar | None, first: int = 4, **more: int | None) -> Inbox:
    policy = ClockPolicy(
        inbox=inbox,
        calendar=calendar,
        first_minutes=first * 60,
        next_minutes=more.get("next", 8) * 60,  # type: ignore[operator]  # a number
        end_minutes=more.get("end"),
    )
    promising.promise(policy, by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    return inbox


def first_due(inbox: Inbox, since: datetime) -> datetime:
    due = due_of(inbox, Customer(), clock=Clock.FIRST, since=since)
    assert due
    return due.at


def test_first_words_are_due_in_open_hours() -> None:
    inbox = promised(cast.support(cast.ada()), vienna())
    conversation = cast.opened(inbox, cast.said(at=FRIDAY_LATE))
    assert conversation.due_at == datetime(2026, 3, 9, 11, 30, tzinfo=UTC)
    assert conversation.warn_at == datetime(2026, 3, 9, 10, 42, tzinfo=UTC)  # 80 % of four hours
    assert conversation.due_why == {
        "clock": "first", "minutes": 240, "percent": 100, "hours": "Vienna office",
        "zone": "Europe/Vienna",
    }  # fmt: skip


def test_further_words_have_their_own_clock_and_an_answer_stops_it() -> None:
    ada = cast.ada()
    conversation = cast.opened(promised(cast.support(ada), vienna()))
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    assert (conversation.due_at, conversation.warn_at, conversation.due_why) == (None, None, None)
    receiving.receive(conversation, cast.said(at=FRIDAY_LATE), by=Agent.objects.system())
    assert conversation.due_at == datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
    assert (conversation.due_why or {})["clock"] == "next"


def test_without_hours_an_answer_is_due_in_the_desks_own_time() -> None:
    conversation = cast.opened(cast.support(cast.ada()))
    assert conversation.due_at == cast.after(hours=24)


def test_public_holidays_and_days_by_hand_are_days_off() -> None:
    calendar = vienna(country="AT")
    inbox = promised(cast.support(cast.ada()), calendar)
    assert date(2026, 4, 6) in public_holidays("AT", "", 2026, 2026)  # Easter Monday
    good_friday = datetime(2026, 4, 3, 15, 0, tzinfo=UTC)  # 17:00, and a working day in Austria
    assert first_due(inbox, good_friday) == datetime(2026, 4, 7, 11, 0, tzinfo=UTC)
    day = take_off(calendar, date(2026, 4, 7), name="Moving", by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    assert first_due(inbox, good_friday) == datetime(2026, 4, 8, 11, 0, tzinfo=UTC)
    work_again(day, by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    assert first_due(inbox, good_friday) == datetime(2026, 4, 7, 11, 0, tzinfo=UTC)


def test_a_region_keeps_its_own_holidays() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in public_holidays("DE", "BY", 2026, 2026)
    assert epiphany not in public_holidays("DE", "BE", 2026, 2026)


def test_hours_need_a_name_of_their_own_and_some_time() -> None:
    vienna()
    with pytest.raises(WrongFields, match="Vienna office"):
        vienna()
    never = Calendar(name="Never", zone="UTC", week=[[]] * 7)
    with pytest.raises(NoHours):
        keep_calendar(never, by=cast.olga(), at=cast.NOON)


def test_an_end_is_promised_only_where_the_inbox_says_so() -> None:
    ada = cast.ada()
    inbox = promised(cast.support(ada), None, end=48 * 60)
    conversation = cast.opened(inbox)
    assert conversation.end_due_at == cast.after(hours=48)
    conversation.end(by=ada, at=cast.after(hours=1), reason="answered")
    assert conversation.end_due_at is None
    conversation.reopen(by=ada, at=cast.after(hours=2))
    assert conversation.end_due_at == cast.after(hours=50)
    assert end_due(promised(inbox, None), Customer(), since=cast.NOON) is None


def test_whoever_waits_keeps_what_they_were_promised() -> None:
    inbox = promised(cast.support(cast.ada()), None, first=2)
    early = cast.opened(inbox)
    promised(inbox, None, first=72)
    early.refresh_from_db()
    assert early.due_at == cast.after(hours=2)
    receiving.receive(early, cast.said(at=cast.after(hours=1)), by=Agent.objects.system())
    early.refresh_from_db()
    assert early.due_at == cast.after(hours=2)
    assert cast.opened(inbox, cast.said(sender=cast.OTTO)).due_at == cast.after(hours=72)


# A contract may shorten a promise, and nothing lengthens what the smallest customer was promised


@pytest.mark.parametrize("percent", [0, 100, 101, 400])
def test_the_database_takes_no_contract_that_lengthens(percent: int) -> None:
    grand = Organization.objects.create(name="Grand Hotels")
    with pytest.raises(NotShorter):
        promising.contract(grand, percent, why="", by=cast.olga(), at=cast.NOON)
    with pytest.raises(IntegrityError, match="a_contract_only_shortens"), transaction.atomic():
        Contract.objects.create(organization=grand, percent=percent, by=cast.olga(), at=cast.NOON)


def test_a_contract_shortens_theirs_and_touches_nobody_elses() -> None:
    inbox = promised(cast.support(cast.ada()), vienna())
    small = cast.opened(inbox, cast.said(at=FRIDAY_LATE)).due_at
    grand = Organization.objects.create(name="Grand Hotels", domain="grand.example")
    promising.contract(grand, 50, why="A clinic", by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    theirs = cast.opened(
        inbox, cast.said(sender={"name": "", "address": "a@grand.example"}, at=FRIDAY_LATE)
    )
    others = cast.opened(inbox, cast.said(sender=cast.OTTO, at=FRIDAY_LATE))
    assert theirs.due_at == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    assert (theirs.due_why or {})["percent"] == 50
    assert others.due_at == small
    promising.contract(grand, None, why="", by=cast.olga(), at=cast.after(hours=1))
    inbox.refresh_from_db()
    again = cast.said(sender={"name": "", "address": "b@grand.example"}, at=FRIDAY_LATE)
    assert cast.opened(inbox, again).due_at == small


# Hours of a team


def night() -> Calendar:
    """Every night until six, in Vienna."""
    calendar = Calendar(name="Nights", zone="Europe/Vienna", week=[[[0, 360]]] * 7)
    return keep_calendar(calendar, by=cast.olga(), at=cast.NOON)


def at_night(inbox: Inbox, calendar: Calendar | None = None) -> Team:
    """A team beside the first one, with hours of its own."""
    team = Team.objects.create(name="Night shift")
    inbox.teams.add(team)
    promising.keep_hours(team, calendar or night(), by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    return team


def test_hours_of_the_team_that_has_it_bring_an_answer_forward_and_say_so() -> None:
    ada = cast.ada()
    inbox = promised(cast.support(ada), vienna())
    team = at_night(inbox)
    conversation = cast.opened(inbox, cast.said(at=FRIDAY_LATE))
    assert conversation.due_at == datetime(2026, 3, 9, 11, 30, tzinfo=UTC), "nobody has it yet"
    conversation.assign(agent=None, team=team, by=ada, at=FRIDAY_LATE)
    conversation.refresh_from_db()
    assert conversation.due_at == datetime(2026, 3, 7, 3, 0, tzinfo=UTC)  # Saturday, four o'clock
    assert conversation.warn_at == datetime(2026, 3, 7, 2, 12, tzinfo=UTC)
    assert conversation.due_why == {
        "clock": "first", "minutes": 240, "percent": 100, "hours": "Nights",
        "zone": "Europe/Vienna", "is_teams": True,
    }  # fmt: skip
    assert why_due(conversation) == (
        "4 working hours after their mail, Nights, the hours of the team that has it"
    )
    conversation.reply(cast.letter(), by=ada, at=FRIDAY_LATE, seen=None)
    receiving.receive(conversation, cast.said(at=MONDAY), by=Agent.objects.system())
    assert conversation.due_at == datetime(2026, 3, 10, 11, 0, tzinfo=UTC), "the inbox's, sooner"
    assert "is_teams" not in (conversation.due_why or {})


def test_what_was_promised_sooner_stays_whoever_has_it_next() -> None:
    ada = cast.ada()
    inbox = promised(cast.support(ada), vienna())
    team = at_night(inbox)
    seldom = Calendar(name="Sundays", zone="Europe/Vienna", week=[[]] * 6 + [[[600, 720]]])
    late = Team.objects.create(name="Sundays")
    keep_calendar(seldom, by=cast.olga(), at=cast.NOON)
    promising.keep_hours(late, seldom, by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    conversation = cast.opened(inbox, cast.said(at=FRIDAY_LATE))
    conversation.assign(agent=None, team=team, by=ada, at=FRIDAY_LATE)
    promised_then = conversation.due_at
    for taker in (late, None):
        conversation.assign(agent=None, team=taker, by=ada, at=FRIDAY_LATE)
        conversation.refresh_from_db()
        assert conversation.due_at == promised_then


def test_holidays_of_a_team_are_its_own_and_follow_its_calendar() -> None:
    inbox = promised(cast.support(cast.ada()), vienna())
    calendar = night()
    team = at_night(inbox, calendar)
    due = due_of(inbox, Customer(), clock=Clock.FIRST, since=FRIDAY_LATE, team_id=team.pk)
    assert due is not None
    assert due.at == datetime(2026, 3, 7, 3, 0, tzinfo=UTC)
    take_off(calendar, date(2026, 3, 7), name="Moving", by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    due = due_of(inbox, Customer(), clock=Clock.FIRST, since=FRIDAY_LATE, team_id=team.pk)
    assert due is not None
    assert due.at == datetime(2026, 3, 8, 3, 0, tzinfo=UTC)
    promising.keep_hours(team, None, by=cast.olga(), at=cast.NOON)
    inbox.refresh_from_db()
    assert "teams" not in (inbox.promise or {})


def test_hours_so_rare_that_no_time_can_be_named_change_nothing() -> None:
    inbox = promised(cast.support(cast.ada()), vienna(), first=2_000)
    rare = Calendar(name="Rare", zone="UTC", week=[[[0, 1]]] + [[]] * 6)
    team = at_night(inbox, keep_calendar(rare, by=cast.olga(), at=cast.NOON))
    due = due_of(inbox, Customer(), clock=Clock.FIRST, since=MONDAY, team_id=team.pk)
    assert due == due_of(inbox, Customer(), clock=Clock.FIRST, since=MONDAY)


def test_day_and_night_is_sooner_than_any_hours() -> None:
    inbox = promised(cast.support(cast.ada()), None)
    team = at_night(inbox)
    due = due_of(inbox, Customer(), clock=Clock.FIRST, since=MONDAY, team_id=team.pk)
    assert due is not None
    assert (due.at, due.why["hours"]) == (MONDAY + timedelta(hours=4), "")


HOURS = st.lists(
    st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted), min_size=1,
    max_size=1,
)  # fmt: skip
WEEKS = st.lists(st.one_of(st.just([]), HOURS), min_size=7, max_size=7).filter(any)


@given(WEEKS, WEEKS, st.integers(0, 20_000), st.integers(1, 3_000), st.integers(1, 100))
def test_hours_of_a_team_never_lengthen_what_the_smallest_customer_was_promised(
    inboxes: list[list[list[int]]], teams: list[list[list[int]]], later: int, minutes: int,
    percent: int,
) -> None:  # fmt: skip
    def told(name: str, week: list[list[list[int]]]) -> dict[str, object]:
        return {"name": name, "zone": "Europe/Vienna", "week": week, "closed": []}

    inbox, since = Inbox(), FRIDAY_LATE + timedelta(minutes=later)
    inbox.promise = {
        "first": minutes, "hours": told("inbox", inboxes), "contracts": {"5": percent},
        "teams": {"7": told("team", teams)},
    }  # fmt: skip
    small, grand = Customer(), Customer(organization_id=5)
    try:
        everybodys = due_of(inbox, small, clock=Clock.FIRST, since=since)
    except NeverOpen:
        return
    for customer in (small, grand):
        with_team = due_of(inbox, customer, clock=Clock.FIRST, since=since, team_id=7)
        assert with_team is not None
        assert everybodys is not None
        assert with_team.at <= everybodys.at
        assert since <= with_team.warn_at <= with_team.at


# Order


def test_who_needs_us_most_stands_first_then_whose_promise_ends_first() -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    people = (cast.NORA, cast.OTTO, {"name": "Olga", "address": "o@home.example"})
    first, second, third = (
        cast.opened(inbox, cast.said(sender=sender, at=cast.after(hours=hours)))  # type: ignore[arg-type]
        for hours, sender in enumerate(people)
    )
    with pytest.raises(NoReason):
        third.grade(Severity.GRAVE, why=" ", by=ada, at=cast.NOON)
    third.grade(Severity.GRAVE, why="The stove smokes", by=ada, at=cast.NOON)
    waiting = Conversation.objects.visible_to(ada).waiting_for_us()
    assert list(waiting) == [third, first, second]
    assert list(Conversation.objects.visible_to(ada).before(second)) == [third, first]
    mark = third.severity_marks.get()
    assert (mark.by, mark.why, mark.level) == (ada, "The stove smokes", Severity.GRAVE)
    third.grade(Severity.ORDINARY, why="", by=ada, at=cast.after(hours=1))
    assert list(waiting.all()) == [first, second, third]


MONEY = {
    "money", "price", "amount", "revenue", "worth", "clv", "plan", "tier", "vip", "spend",
    "budget", "currency", "turnover",
}  # fmt: skip


def test_money_is_nothing_that_order_could_know() -> None:
    columns = {column.removeprefix("-") for column in SERVED_FIRST}
    assert columns == {"severity", "due_at", "pk"}
    asked = Conversation.objects.visible_to(cast.ada()).waiting_for_us().query
    assert [str(column).removeprefix("-") for column in asked.order_by] == [
        column.removeprefix("-") for column in SERVED_FIRST
    ]
    for label in ("people", "customers", "conversations", "automation"):
        for model in apps.get_app_config(label).get_models():
            if model is BusinessEvent:
                continue  # what they bought outside; a law reads it, and no order asks for it
            for field in model._meta.get_fields():
                assert not MONEY & set(field.name.split("_")), f"{model.__name__}.{field.name}"
                assert not isinstance(field, models.DecimalField)


class TestDue(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(STEPS), max_size=12))
    @example(["end", "reply", "undo", "customer"])
    def test_the_column_says_what_the_promise_says(self, steps: list[str]) -> None:
        ada, system = cast.ada(), Agent.objects.system()
        inbox = promised(cast.support(ada), vienna() if not Calendar.objects.exists() else None)
        conversation = cast.opened(inbox)
        for minute, step in enumerate(steps, start=1):
            play(step, conversation, minute, ada, system)
            conversation.refresh_from_db()
            since = conversation.waits_for_us_since
            assert (conversation.due_at is None) == (since is None)
            if since is None or conversation.is_over:
                continue
            assert since == waits_since(conversation)
            clock = Clock.FIRST if answered_at(conversation) is None else Clock.NEXT
            due = due_of(inbox, conversation.customer, clock=clock, since=since)
            assert due is not None
            assert (conversation.due_at, conversation.due_why) == (due.at, due.why), step


def test_a_promise_compiled_yesterday_says_the_same_today() -> None:
    inbox = promised(cast.support(cast.ada()), vienna(country="AT"))
    before = inbox.promise or {}
    assert promising.compile_promises(cast.NOON + timedelta(days=1)) == 1
    inbox.refresh_from_db()
    assert inbox.promise == before
    promising.compile_promises(cast.NOON + timedelta(days=400))
    inbox.refresh_from_db()
    assert inbox.promise
    assert max(inbox.promise["hours"]["closed"]) > max(before["hours"]["closed"])
