"""Seeing an agent off: nothing they had in hand is forgotten, and nothing becomes unreadable."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.assigning import owner_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.handover import NotForYourself, OnlyTheirs, see_off
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def in_hand(agent: Agent) -> Conversation:
    conversation = cast.opened(cast.support(agent))
    conversation.assign(agent=agent, by=agent, at=cast.NOON)
    return conversation


def test_open_conversations_go_to_whoever_takes_over() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    awake, asleep = in_hand(ada), in_hand(ada)
    asleep.snooze(until=cast.after(days=3), by=ada, at=cast.NOON)
    before = Entry.objects.count()
    assert see_off(ada, to=max_, by=olga, at=cast.after(hours=1)) == 2
    assert set(Conversation.objects.of_agent(max_)) == {awake, asleep}
    assert not Agent.objects.get(pk=ada.pk).is_active
    # Max reads no inbox: he is let into each, and each tells whose it is now
    kinds = Entry.objects.order_by("pk").values_list("kind", flat=True)[before:]
    each = ["agent.admitted", "conversation.assigned"]
    assert list(kinds) == ["agent.changed", *each, *each]


def test_without_anybody_they_fall_to_their_team() -> None:
    ada, olga = cast.ada(), cast.olga()
    conversation = in_hand(ada)
    see_off(ada, to=None, by=olga, at=cast.after(hours=1))
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert owner_of(conversation) == cast.support_team()


def test_a_restricted_conversation_is_never_left_to_nobody() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    conversation = in_hand(ada)
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    conversation.end(by=ada, at=cast.NOON, reason=Reason.ANSWERED)
    with pytest.raises(OnlyTheirs, match="by Ada Fields alone"):
        see_off(ada, to=None, by=olga, at=cast.NOON)
    assert Agent.objects.get(pk=ada.pk).is_active
    see_off(ada, to=max_, by=olga, at=cast.NOON)
    assert conversation.is_visible_to(max_)
    assert not conversation.is_visible_to(olga)


def test_whoever_sees_somebody_off_does_not_come_to_read_what_was_kept_from_them() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    alone = in_hand(ada)
    alone.restrict(to=[], by=ada, at=cast.NOON)
    with pytest.raises(NotForYourself, match="else than yourself"):
        see_off(ada, to=olga, by=olga, at=cast.NOON)
    alone.admit(max_, by=ada, at=cast.NOON)  # now he reads it too, so he takes it over
    see_off(cast.ada(), to=olga, by=olga, at=cast.NOON)
    alone.refresh_from_db()
    assert alone.assignee == max_
    assert not alone.is_visible_to(olga)


def test_the_only_one_left_takes_everything_over() -> None:
    ada, olga = cast.ada(), cast.olga()
    conversation = in_hand(ada)
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    see_off(ada, to=olga, by=olga, at=cast.NOON)
    assert conversation.is_visible_to(olga)


def test_a_restricted_conversation_that_others_read_holds_nobody_back() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    in_hand(ada).restrict(to=[max_], by=ada, at=cast.NOON)
    assert see_off(ada, to=None, by=olga, at=cast.NOON) == 1


@pytest.mark.parametrize("way", ["the customer writes again", "an agent reopens it"])
def test_what_an_agent_ended_before_leaving_opens_again_for_the_team(way: str) -> None:
    ada, olga = cast.ada(), cast.olga()
    conversation = in_hand(ada)
    conversation.end(by=ada, at=cast.after(minutes=1), reason=Reason.ANSWERED)
    see_off(ada, to=None, by=olga, at=cast.after(hours=1))
    conversation.refresh_from_db()
    assert conversation.assignee == ada  # the past stays as it was
    if way == "an agent reopens it":
        conversation.reopen(by=olga, at=cast.after(hours=2))
    else:
        again = cast.said("Still dark.", at=cast.after(hours=2))
        receiving.receive(conversation, again, by=Agent.objects.system())
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert conversation.assignments.latest("pk").agent is None
