"""Mentions bring a colleague in by the one visibility rule; following opens nothing."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.mentioning import Mention, follow, named_in, unfollow
from wingbeat.desk.people.models import Agent

PEOPLE = [(1, "Ada Fields"), (2, "Max Stone"), (3, "Max Planck"), (4, "Zoë O'Neil")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ada please", {1}),
        ("@Ada Fields and @zoë: look", {1, 4}),
        ("@max, one of you", set()),
        ("@Max Planck!", {3}),
        ("ada@desk.example is no mention, nor is @@ada or @adam", set()),
    ],
)
def test_a_name_behind_an_at_sign_names_one_person(text: str, named: set[int]) -> None:
    assert named_in(text, PEOPLE) == named


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def conversation(ada: Agent) -> Conversation:
    return cast.opened(cast.support(ada))


def note(conversation: Conversation, by: Agent, text: str) -> None:
    conversation.note(cast.letter(text, to=()), by=by, at=cast.after(hours=1))


def test_whom_a_note_names_can_read_it_and_finds_it_in_their_list(
    conversation: Conversation, ada: Agent
) -> None:
    max_ = cast.max_()
    assert not conversation.is_visible_to(max_)
    note(conversation, ada, "@Max Stone, can we?")
    assert conversation.is_visible_to(max_)
    mine = Conversation.objects.visible_to(max_).mentioning(max_)
    assert list(mine) == [conversation]
    conversation.end(by=ada, at=cast.after(hours=2), reason="answered")
    assert not Conversation.objects.visible_to(max_).mentioning(max_).exists()


def test_a_light_agent_brings_nobody_in_who_could_not_read_it(
    conversation: Conversation, ada: Agent
) -> None:
    lena, max_ = cast.lena(), cast.max_()
    conversation.admit(lena, by=ada, at=cast.NOON)
    note(conversation, lena, "@max and @ada, look")
    assert not conversation.is_visible_to(max_)
    assert list(Mention.objects.values_list("agent", flat=True)) == [ada.pk]


def test_who_follows_finds_it_and_following_opens_nothing(
    conversation: Conversation, ada: Agent
) -> None:
    max_ = cast.max_()
    for agent in (ada, ada, max_):
        follow(conversation, by=agent, at=cast.NOON)
    assert list(Conversation.objects.visible_to(ada).followed_by(ada)) == [conversation]
    assert not Conversation.objects.visible_to(max_).followed_by(max_).exists()
    unfollow(conversation, by=ada, at=cast.NOON)
    assert not Conversation.objects.followed_by(ada).exists()
