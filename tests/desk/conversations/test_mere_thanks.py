"""Mere thanks let sleep what is put aside, and can be taken as the customer's word."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import NotTheirWord
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.their_word import take_their_word
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
THANKS = "Thank you so much, Ada!"


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def asleep(ada: Agent) -> Conversation:
    """Answered, and put aside for three days."""
    conversation = cast.opened(cast.support(ada))
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    conversation.snooze(until=cast.after(days=3), by=ada, at=cast.after(hours=1))
    return conversation


def say(conversation: Conversation, text: str) -> Conversation:
    receive(conversation, cast.said(text, at=cast.after(hours=2)), by=Agent.objects.system())
    return Conversation.objects.get(pk=conversation.pk)


def test_mere_thanks_let_it_sleep_and_are_still_owed_a_look(asleep: Conversation) -> None:
    conversation = say(asleep, THANKS)
    assert conversation.snoozed_until == cast.after(days=3)
    assert conversation.waits_for_us_since == cast.after(hours=2)


@pytest.mark.parametrize("text", ["Thanks, but it is dark again.", "Thanks. When?"])
def test_anything_more_wakes_it(asleep: Conversation, text: str) -> None:
    assert say(asleep, text).snoozed_until is None


def test_a_desk_can_want_to_be_woken(asleep: Conversation, settings: LazySettings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "sleep_through_thanks": False}
    assert say(asleep, THANKS).snoozed_until is None


def test_an_agent_takes_thanks_as_their_word_and_the_journal_says_whose(
    asleep: Conversation, ada: Agent
) -> None:
    conversation = say(asleep, THANKS)
    take_their_word(conversation, by=ada, at=cast.after(hours=3))
    assert (conversation.state, conversation.waits_for_us_since) == ("solved", None)
    entry = Entry.objects.get(kind="conversation.solved")
    assert entry.agent_id == Agent.objects.system().pk
    assert entry.facts == {"read_by": ada.pk}
    assert entry.message_id == conversation.messages.latest("pk").pk


@pytest.mark.parametrize("text", ["It is still dark.", "Thanks, but it is still dark."])
def test_nobody_takes_another_word_for_it(asleep: Conversation, ada: Agent, text: str) -> None:
    conversation = say(asleep, text)
    with pytest.raises(NotTheirWord):
        take_their_word(conversation, by=ada, at=cast.after(hours=3))


def test_thanks_that_were_answered_are_no_word_any_more(asleep: Conversation, ada: Agent) -> None:
    conversation = say(asleep, THANKS)
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=3), seen=None)
    with pytest.raises(NotTheirWord):
        take_their_word(conversation, by=ada, at=cast.after(hours=4))
