"""A split shows the same words in two places: what is closed in one is closed in the other."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def sides() -> tuple[Conversation, Conversation]:
    """A conversation, and one that Ada began with a message of it."""
    source = cast.opened(cast.support(cast.ada(), cast.max_()))
    other = receive(
        source, cast.said("A secret.", at=cast.after(hours=1)), by=Agent.objects.system()
    )
    return source, source.split([other], by=cast.ada(), at=cast.after(hours=2))


@pytest.mark.parametrize("which", [0, 1])
def test_restricting_one_side_closes_the_other(
    sides: tuple[Conversation, Conversation], which: int
) -> None:
    ada, max_ = cast.ada(), cast.max_()
    sides[which].restrict(to=[], by=ada, at=cast.after(hours=3))
    assert [one.is_visible_to(max_) for one in sides] == [False, False]
    assert [one.is_visible_to(ada) for one in sides] == [True, True]
    sides[1 - which].unrestrict(by=ada, at=cast.after(hours=4))
    assert [one.is_visible_to(max_) for one in sides] == [True, True]


def test_who_is_let_into_one_side_does_not_come_to_read_the_other(
    sides: tuple[Conversation, Conversation],
) -> None:
    lena, max_ = cast.lena(), cast.max_()
    sides[1].restrict(to=[lena, max_], by=cast.ada(), at=cast.after(hours=3))
    assert [one.is_visible_to(lena) for one in sides] == [False, True]
    assert [one.is_visible_to(max_) for one in sides] == [True, True]


def test_nobody_closes_or_opens_what_they_cannot_read(
    sides: tuple[Conversation, Conversation],
) -> None:
    source, split_off = sides
    olga, lena = cast.olga(), cast.lena()
    split_off.admit(lena, by=olga, at=cast.NOON)
    split_off.restrict(to=[], by=lena, at=cast.after(hours=3))
    source.refresh_from_db()
    assert not source.is_restricted
    assert not source.is_visible_to(lena)


def test_a_part_that_was_merged_is_closed_with_what_it_was_split_into(
    sides: tuple[Conversation, Conversation],
) -> None:
    source, split_off = sides
    ada, max_ = cast.ada(), cast.max_()
    whole = cast.opened(source.inbox)
    source.merge(into=whole, by=ada, at=cast.after(hours=3))
    whole.restrict(to=[], by=ada, at=cast.after(hours=4))
    assert not split_off.is_visible_to(max_)


def test_what_was_taken_out_waits_there_and_no_longer_here(
    sides: tuple[Conversation, Conversation],
) -> None:
    source = sides[0]
    source.assign(agent=cast.ada(), by=cast.ada(), at=cast.after(hours=3))
    first, other = source.messages.order_by("pk")
    new = source.split([first, other], by=cast.ada(), at=cast.after(hours=4))
    source.refresh_from_db()
    assert new.assignee == cast.ada()
    assert (source.waits_for_us_since, new.waits_for_us_since) == (None, first.at)
    new.merge(into=source, by=cast.ada(), at=cast.after(hours=5))
    source.refresh_from_db()
    assert source.waits_for_us_since == first.at


def test_each_side_shows_its_own_latest_words(sides: tuple[Conversation, Conversation]) -> None:
    source, new = sides
    source.refresh_from_db()
    assert new.excerpt == "A secret."
    assert source.excerpt != new.excerpt
