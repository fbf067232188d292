"""Replies that leave later: they answer nobody yet, and stay here if somebody else is quicker."""

from __future__ import annotations

import pytest

from tests import cast
from wingbeat.desk.conversations import leaving_later, replying
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.leaving_later import CannotLeaveThen, look, reply_later
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.placeholders import PlaceholderLeft
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.sharing import shared_with
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
WRITTEN, LEAVES = cast.after(hours=1), cast.after(hours=21)


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def conversation(ada: Agent) -> Conversation:
    return cast.opened(cast.support(ada, cast.max_()))


def put_off(conversation: Conversation, by: Agent, *along: Step, text: str = "Later.") -> Message:
    letter = cast.letter(text)
    message = reply_later(
        conversation, letter, by=by, at=WRITTEN, leaves_at=LEAVES, seen=None, along=along
    )
    conversation.refresh_from_db()
    return message


def state_of(message: Message) -> str:
    return Outgoing.objects.get(message=message).state


def test_until_it_leaves_the_customer_waits_on_and_it_is_put_aside(
    conversation: Conversation, ada: Agent
) -> None:
    message = put_off(conversation, ada)
    assert conversation.waits_for_us_since == cast.NOON
    assert conversation.state == "us"
    assert conversation.snoozed_until == LEAVES
    assert list(Conversation.objects.leaving_later()) == [conversation]
    assert not Outgoing.objects.ready(cast.after(hours=20))
    assert message not in shared_with(conversation, frozenset({"nora@customers.example"}))
    assert look(cast.after(hours=20)) == 0
    assert state_of(message) == Delivery.LATER


def test_at_its_time_it_is_a_reply_like_any_other_and_its_steps_are_done(
    conversation: Conversation, ada: Agent
) -> None:
    message = put_off(conversation, ada, Step(Act.TAG, "lamps"), Step(Act.END, "answered"))
    assert not conversation.taggings.exists()
    assert look(LEAVES) == 1
    conversation, message = Conversation.objects.get(), Message.objects.get(pk=message.pk)
    assert (conversation.state, conversation.waits_for_us_since) == ("ended", None)
    assert conversation.taggings.get().tag.name == "lamps"
    assert (message.at, message.is_aside) == (LEAVES, False)
    assert [row.message for row in Outgoing.objects.ready(LEAVES)] == [message]
    entry = Entry.objects.get(kind="reply.queued")
    assert (entry.agent_id, entry.at) == (ada.pk, LEAVES)
    assert look(LEAVES) == 0


def test_if_the_customer_writes_first_it_stays_here_as_a_draft_and_it_is_told(
    conversation: Conversation, ada: Agent
) -> None:
    message = put_off(conversation, ada)
    more = cast.said("It lights again!", at=cast.after(hours=2))
    receive(conversation, more, by=Agent.objects.system())
    assert look(cast.after(hours=2, minutes=1)) == 1
    assert not Message.objects.filter(pk=message.pk).exists()
    assert Draft.objects.get().html == "<p>Later.</p>"
    assert Entry.objects.get(kind="reply.overtaken").facts == {"author": ada.pk}
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == ("us", None)
    assert look(LEAVES) == 0


def test_even_at_the_very_time_the_customers_words_come_first(
    conversation: Conversation, ada: Agent
) -> None:
    put_off(conversation, ada)
    receive(conversation, cast.said("Wait!", at=LEAVES), by=Agent.objects.system())
    look(LEAVES)
    assert not Outgoing.objects.exists()


def test_a_colleagues_answer_keeps_it_here_and_a_note_or_a_robot_does_not(
    conversation: Conversation, ada: Agent
) -> None:
    message = put_off(conversation, ada)
    conversation.note(cast.letter("Fine.", to=()), by=cast.max_(), at=cast.after(hours=2))
    away = cast.said("I am away.", at=cast.after(hours=3), automatic="reply")
    receive(conversation, away, by=Agent.objects.system())
    assert look(cast.after(hours=4)) == 0
    assert state_of(message) == Delivery.LATER
    conversation.reply(cast.letter(), by=cast.max_(), at=cast.after(hours=5), seen=None)
    assert look(cast.after(hours=6)) == 1
    assert not Message.objects.filter(pk=message.pk).exists()


def test_taken_back_it_loses_no_words_of_a_draft_begun_since(
    conversation: Conversation, ada: Agent
) -> None:
    message = put_off(conversation, ada, Step(Act.TAG, "lamps"))
    Draft.objects.create(
        agent=ada, conversation=conversation, inbox=conversation.inbox, saved_at=WRITTEN,
        html="<p>And more.</p>",
    )  # fmt: skip
    draft = replying.undo(message, by=ada, at=cast.after(hours=9))
    assert draft.html == "<p>Later.</p><p>And more.</p>"
    assert draft.steps == [["tag", "lamps"]]
    conversation = Conversation.objects.get()
    assert (conversation.snoozed_until, conversation.waits_for_us_since) == (None, cast.NOON)


def test_it_can_leave_at_once_after_all(conversation: Conversation, ada: Agent) -> None:
    message = put_off(conversation, ada)
    leaving_later.leave(message, by=ada, at=cast.after(hours=2))
    assert [row.message for row in Outgoing.objects.ready(cast.after(hours=2))] == [message]
    with pytest.raises(leaving_later.NotWaitingToLeave):
        leaving_later.leave(message, by=ada, at=cast.after(hours=2))


def test_a_past_time_and_a_placeholder_are_refused(conversation: Conversation, ada: Agent) -> None:
    with pytest.raises(CannotLeaveThen, match="is past"):
        reply_later(conversation, cast.letter(), by=ada, at=WRITTEN, leaves_at=WRITTEN, seen=None)
    with pytest.raises(PlaceholderLeft):
        put_off(conversation, ada, text="Dear {{name}}")
