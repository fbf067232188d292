"""One visibility rule: role and inbox, and a restricted mark that beats every role."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def _sees(agent: Agent, conversation: Conversation) -> bool:
    fresh = Agent.objects.get(pk=agent.pk)  # inboxes are remembered for one request
    return conversation.is_visible_to(fresh)


def test_an_agent_reads_the_inboxes_of_their_teams_and_no_other() -> None:
    ada, max_ = cast.ada(), cast.max_()
    conversation = cast.opened(cast.support(ada))
    assert _sees(ada, conversation)
    assert not _sees(max_, conversation)


def test_owners_read_every_inbox_but_no_restricted_conversation() -> None:
    ada, olga = cast.ada(), cast.olga()
    conversation = cast.opened(cast.support(ada))
    assert _sees(olga, conversation)
    conversation.restrict(to=[], by=ada, at=cast.after(minutes=1))
    assert not _sees(olga, conversation)
    assert _sees(ada, conversation)


def test_a_light_agent_reads_what_they_are_assigned_or_let_into() -> None:
    ada, lena = cast.ada(), cast.lena()
    inbox = cast.support(ada)
    assigned, admitted, other = (cast.opened(inbox) for _ in range(3))
    assigned.assign(agent=lena, by=ada, at=cast.NOON)
    admitted.admit(lena, by=ada, at=cast.NOON)
    assert [_sees(lena, c) for c in (assigned, admitted, other)] == [True, True, False]


def test_somebody_who_has_left_sees_nothing() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.assign(agent=ada, by=ada, at=cast.NOON)
    ada.is_active = False
    ada.save()
    assert not _sees(ada, conversation)


def test_search_finds_nothing_in_a_conversation_that_is_closed_to_the_agent() -> None:
    ada, max_ = cast.ada(), cast.max_()
    conversation = cast.opened(cast.support(ada, max_))
    assert [m.conversation for m in searching.find("lamp", agent=max_)] == [conversation]
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    assert searching.find("lamp", agent=max_) == []


def test_assigning_a_restricted_conversation_lets_the_agent_in() -> None:
    ada, max_ = cast.ada(), cast.max_()
    conversation = cast.opened(cast.support(ada))
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    conversation.assign(agent=max_, by=ada, at=cast.NOON)
    assert _sees(max_, conversation)
    conversation.assign(agent=None, by=ada, at=cast.NOON)
    assert _sees(max_, conversation)
