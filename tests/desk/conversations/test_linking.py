"""Links: what belongs together says so, and nobody learns of what they may not read."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations import linking
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.waiting import waits_since
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def conversation(ada: Agent) -> Conversation:
    return cast.opened(cast.support(ada))


def linked(conversation: Conversation, agent: Agent) -> list[tuple[int, str, str]]:
    return linking.linked_with(conversation, Conversation.objects.visible_to(agent))


def test_a_link_is_seen_from_both_sides_and_taken_off_from_either(
    conversation: Conversation, ada: Agent
) -> None:
    other = cast.opened(conversation.inbox, cast.said(subject="Another lamp"))
    linking.link(conversation, to=other, by=ada, at=cast.NOON)
    assert linked(conversation, ada) == [(other.pk, "Another lamp", "related")]
    assert linked(other, ada) == [(conversation.pk, "A broken lamp", "related")]
    with pytest.raises(linking.CannotLink, match="linked already"):
        linking.link(other, to=conversation, by=ada, at=cast.NOON)
    linking.unlink(other, other=conversation.pk, by=ada, at=cast.NOON)
    assert linked(conversation, ada) == []
    with pytest.raises(linking.CannotLink, match="is this conversation"):
        linking.link(other, to=other, by=ada, at=cast.NOON)


def test_a_link_tells_nothing_of_a_conversation_one_may_not_read(
    conversation: Conversation, ada: Agent
) -> None:
    elsewhere = Inbox.objects.create(name="Board", address="board@desk.example")
    secret = cast.opened(elsewhere, cast.said(subject="A secret"))
    linking.link(conversation, to=secret, by=cast.olga(), at=cast.NOON)
    assert linked(conversation, ada) == []


def test_a_follow_up_owes_the_first_word_and_keeps_the_people_and_the_lock(
    conversation: Conversation, ada: Agent
) -> None:
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    conversation.end(by=ada, at=cast.after(hours=1), reason="answered")
    new = linking.follow_up(conversation, by=ada, at=cast.after(hours=2))
    assert (new.customer, new.assignee, new.state) == (conversation.customer, ada, "us")
    assert new.waits_for_us_since == waits_since(new) == cast.after(hours=2)
    assert new.knows("nora@customers.example")
    assert not new.is_visible_to(cast.olga())
    assert linked(new, ada) == [(conversation.pk, "A broken lamp", "follow-up")]
