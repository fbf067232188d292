"""One visibility rule: role and inbox, and a restricted mark that beats every role."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.people.models import Agent, Membership, Team

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


class TestMerged:
    """What is read as part of a conversation is seen by those who may read the whole of it."""

    def merged(self, *readers: Agent) -> tuple[Conversation, Conversation]:
        inbox = cast.support(*readers)
        part = cast.opened(inbox, cast.said("The salary of Otto."))
        whole = cast.opened(inbox)
        part.merge(into=whole, by=readers[0], at=cast.NOON)
        return part, whole

    def test_restricting_the_whole_closes_its_parts_in_search_too(self) -> None:
        ada, max_ = cast.ada(), cast.max_()
        _part, whole = self.merged(ada, max_)
        assert len(searching.find("salary", agent=max_)) == 1
        whole.restrict(to=[], by=ada, at=cast.NOON)
        assert searching.find("salary", agent=max_) == []
        assert len(searching.find("salary", agent=ada)) == 1

    def test_a_part_taken_out_of_a_restricted_conversation_stays_restricted(self) -> None:
        ada, max_, lena = cast.ada(), cast.max_(), cast.lena()
        part, whole = self.merged(ada, max_)
        whole.restrict(to=[lena], by=ada, at=cast.NOON)
        part.unmerge(by=ada, at=cast.NOON)
        assert [_sees(agent, part) for agent in (ada, max_, lena)] == [True, False, True]
        part.refresh_from_db()
        part.unrestrict(by=ada, at=cast.NOON)
        assert _sees(max_, part)

    def test_opening_the_whole_opens_its_parts(self) -> None:
        ada, max_ = cast.ada(), cast.max_()
        part, whole = self.merged(ada, max_)
        whole.restrict(to=[], by=ada, at=cast.NOON)
        whole.unrestrict(by=ada, at=cast.NOON)
        part.unmerge(by=ada, at=cast.NOON)
        assert _sees(max_, part)

    def test_words_that_went_into_another_inbox_are_found_by_its_readers_alone(self) -> None:
        ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
        part = cast.opened(cast.support(ada), cast.said("My salary."))
        board = Inbox.objects.create(name="Board", address="board@desk.example")
        board.teams.add(Team.objects.create(name="Board"))
        Membership.objects.create(agent=max_, team=board.teams.get())
        whole = cast.opened(board)
        part.merge(into=whole, by=olga, at=cast.NOON)
        assert searching.find("salary", agent=ada) == []
        assert len(searching.find("salary", agent=max_)) == 1

    def test_a_reply_in_trouble_is_told_to_those_who_may_read_the_whole(self) -> None:
        ada, max_ = cast.ada(), cast.max_()
        inbox = cast.support(ada, max_)
        part, whole = cast.opened(inbox), cast.opened(inbox)
        message = part.reply(cast.letter(), by=ada, at=cast.NOON, seen=None)
        Outgoing.objects.filter(message=message).update(state=Delivery.IN_DOUBT)
        part.merge(into=whole, by=ada, at=cast.NOON)
        assert Outgoing.objects.in_trouble().visible_to(max_).count() == 1
        Conversation.objects.filter(pk=whole.pk).update(is_restricted=True)
        assert Outgoing.objects.in_trouble().visible_to(max_).count() == 0
