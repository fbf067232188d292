"""Promises: in the customer's time, kept or broken by the clock alone, counted with an interval."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tests import cast
from wingbeat.desk.care.promise import (
    NothingPromised,
    PastDue,
    Promise,
    SettledAlready,
    promise,
)
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 3, 6, 17, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada)


def given(
    conversation: Conversation, *, due_at: datetime = FRIDAY, at: datetime = cast.NOON
) -> Promise:
    return promise(conversation, "We send the lamp", due_at=due_at, by=cast.ada(), at=at)


def test_a_promise_comes_up_before_its_day_is_over_in_the_customers_time(support: Inbox) -> None:
    row = given(cast.opened(support))
    row.refresh_from_db()
    assert row.zone == "Asia/Tokyo"
    assert row.due_at.astimezone(row.clock).strftime("%a %H:%M") == "Fri 17:00"
    length = FRIDAY - cast.NOON
    just_before, four_fifths = cast.NOON + length * 0.79, cast.NOON + length * 0.81
    assert list(Promise.objects.near(just_before)) == []
    assert list(Promise.objects.near(four_fifths)) == [row]
    row.keep(by=cast.ada(), at=four_fifths)
    assert list(Promise.objects.near(four_fifths)) == []


def test_a_zone_by_offset_is_kept_as_well(support: Inbox) -> None:
    zone = timezone(timedelta(hours=-3, minutes=-30))
    row = given(cast.opened(support), due_at=FRIDAY.astimezone(zone))
    assert row.clock.utcoffset(None) == zone.utcoffset(None)


def test_it_is_broken_by_the_clock_and_stays_so_when_kept_late(support: Inbox) -> None:
    row = given(cast.opened(support))
    assert not row.is_broken(FRIDAY)
    assert row.is_broken(FRIDAY + timedelta(seconds=1))
    row.keep(by=cast.ada(), at=FRIDAY + timedelta(hours=1))
    assert row.is_broken(FRIDAY + timedelta(days=9))
    with pytest.raises(SettledAlready, match="kept"):
        row.withdraw(by=cast.ada(), at=FRIDAY)
    kinds = list(Entry.objects.filter(kind__startswith="promise.").values_list("kind", flat=True))
    assert kinds == ["promise.made", "promise.kept"]


def test_words_and_a_time_to_come_are_asked_for(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    with pytest.raises(NothingPromised):
        promise(conversation, " \n", due_at=FRIDAY, by=ada, at=cast.NOON)
    with pytest.raises(PastDue, match="2026-03-06 17:00"):
        promise(conversation, "We call", due_at=FRIDAY, by=ada, at=FRIDAY)
    assert not Promise.objects.exists()


def test_kept_in_time_counts_what_fell_due_and_no_restricted_one(
    support: Inbox, ada: Agent
) -> None:
    def kept(*, days: float = 9) -> dict[int, tuple[int, int]]:
        now = cast.after(days=days)
        return Promise.objects.kept_in_time([support.pk], since=cast.NOON, now=now)

    one = cast.opened(support)
    in_time, late, _open, released = [given(one) for _ in range(4)]
    in_time.keep(by=ada, at=cast.after(hours=1))
    late.keep(by=ada, at=cast.after(days=8))
    released.withdraw(by=ada, at=cast.after(hours=1))
    assert kept(days=0.1) == {support.pk: (1, 1)}
    assert kept() == {support.pk: (1, 3)}
    secret = cast.opened(support)
    given(secret).keep(by=ada, at=cast.after(hours=1))
    secret.restrict(to=[], by=ada, at=cast.NOON)
    assert kept() == {support.pk: (1, 3)}


def test_what_was_merged_is_seen_by_whoever_reads_the_whole(support: Inbox, ada: Agent) -> None:
    other = Inbox.objects.create(name="Other", address="other@desk.example")
    part, whole = cast.opened(support), cast.opened(other)
    row = given(part)
    assert list(Promise.objects.visible_to(ada)) == [row]
    part.merge(into=whole, by=ada, at=cast.NOON)
    assert list(Promise.objects.visible_to(ada)) == []
    visible = Conversation.objects.visible_to(ada)
    assert list(Promise.objects.open_in(visible)) == []
