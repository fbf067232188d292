"""Mentions bring a colleague in by the one visibility rule; following opens nothing."""

from __future__ import annotations

from typing import Any

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
    assert named_in(text, PEOPLE)[0] == named


@pytest.mark.parametrize(
    ("text", "people", "several", "nobody"),
    [
        ("@Dr. Weiß, @zs. nagy and @D'Arcy", {5, 6, 7}, [], []),
        ("@Max, @Max or @Zz", set(), ["Max"], ["Zz"]),
        ("@Zoë O'Neil and @Max Stone, not @Max Stones", {2, 4}, ["Max"], []),
        ("@İlker and I, @Ida Moss, or @ida", {8}, [], []),
    ],
)
def test_what_names_nobody_is_told_apart_from_what_names_several(
    text: str, people: set[int], several: list[str], nobody: list[str]
) -> None:
    titled = [(5, "Dr. Weiß"), (6, "Zs. Nagy"), (7, "D'Arcy Lee"), (8, "İlker Ak"), (9, "Ida Moss")]
    assert named_in(text, [*PEOPLE, *titled], by=9) == (people, several, nobody)


def test_a_first_name_shared_with_the_author_is_the_other_persons() -> None:
    two = [(1, "Ada Fields"), (2, "Ada Moss")]
    assert named_in("@Ada", two, by=1) == ({2}, [], [])
    assert named_in("@Ada Fields", two, by=1) == (set(), [], [])
    assert named_in("@Ada", [(1, "Ada"), (2, "Ada Moss")], by=1) == ({2}, [], [])


def test_among_many_people_each_name_is_read_once() -> None:
    read = []

    class Name(str):
        def split(self, *args: Any, **kwargs: Any) -> Any:
            read.append(self)
            return super().split(*args, **kwargs)

    people = [(pk, Name(f"Name{pk} Family")) for pk in range(300)]
    assert named_in("@Name7 and @Nobody " * 9, people) == ({7}, [], ["Nobody"])
    assert len(read) == len(people)


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
