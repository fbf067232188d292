"""What a person keeps of us: the strongest moment and the last, from what the viewer may see."""

from __future__ import annotations

import pytest

from tests import cast
from tests.desk.insights.lives import caught_up
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.insights.lived import Remembered, remembered
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada)


def kept(viewer: Agent, conversation: Conversation, *, days: float) -> Remembered | None:
    caught_up()
    visible = Conversation.objects.visible_to(viewer)
    return remembered([conversation.customer_id], visible, now=cast.after(days=days))


def test_the_strongest_moment_and_the_last_are_told_apart_with_their_words(
    support: Inbox, ada: Agent
) -> None:
    conversation = cast.opened(support)
    assert kept(ada, conversation, days=0.01) is None, "their opening is no moment"
    conversation.reply(cast.letter("We look."), by=ada, at=cast.after(hours=1), seen=None)
    promise(conversation, "A new lamp", due_at=cast.after(days=1), by=ada, at=cast.after(hours=1))
    found = kept(ada, conversation, days=0.5)
    assert found is not None
    assert (found.peak.kind, found.peak.words) == ("first_words_in_time", "We look.")
    conversation.reply(cast.letter("Sorry."), by=ada, at=cast.after(days=2), seen=None)
    broken = kept(ada, conversation, days=3)
    assert broken is not None
    assert (broken.peak.kind, broken.peak.words) == ("promise_broken", "A new lamp")
    message = Message.objects.get(words__text="We look.")
    message.delete()
    again = kept(ada, conversation, days=0.5)
    assert again is None or again.peak.words != "We look.", "words that are gone are not told"


def test_what_is_long_past_fades_behind_what_is_weaker_and_new(support: Inbox, ada: Agent) -> None:
    conversation = cast.opened(support)
    conversation.reply(cast.letter("We look."), by=ada, at=cast.after(hours=1), seen=None)
    promise(conversation, "A new lamp", due_at=cast.after(days=1), by=ada, at=cast.after(hours=1))
    receive(conversation, cast.said("Where?", at=cast.after(days=1.5)), by=ada)
    conversation.reply(cast.letter("We ask."), by=ada, at=cast.after(days=2), seen=None)
    receive(conversation, cast.said("And now?", at=cast.after(days=99.5)), by=ada)
    conversation.reply(cast.letter("It is here."), by=ada, at=cast.after(days=100), seen=None)
    before, after = (kept(ada, conversation, days=days) for days in (30, 101))
    assert before is not None
    assert after is not None
    assert before.peak.kind == "promise_broken", "a month later it is still the strongest"
    assert (after.peak.kind, after.end.kind) == ("answer", "answer")


def test_a_moment_of_the_sale_belongs_to_the_same_memory(support: Inbox, ada: Agent) -> None:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    sales.teams.add(cast.support_team(ada))
    sale = cast.opened(sales, cast.said("Do you ship to Linz?"))
    promise(sale, "A price by Friday", due_at=cast.after(days=1), by=ada, at=cast.NOON)
    helped = cast.opened(support, cast.said(at=cast.after(days=2)))
    helped.reply(cast.letter("We look."), by=ada, at=cast.after(days=2, hours=1), seen=None)
    found = kept(ada, helped, days=2.5)
    assert found is not None
    assert (found.peak.words, found.peak.conversation_id) == ("A price by Friday", sale.pk)
    assert found.end.words == "We look."


def test_neither_words_nor_moments_of_another_inbox_are_told(support: Inbox, ada: Agent) -> None:
    hr = Inbox.objects.create(name="HR", address="hr@desk.example")
    secret, plain = cast.opened(hr), cast.opened(support)
    assert secret.customer_id == plain.customer_id
    promise(secret, "Keep the job", due_at=cast.after(days=1), by=ada, at=cast.NOON)
    plain.reply(cast.letter("We look."), by=ada, at=cast.after(hours=1), seen=None)
    found = kept(ada, plain, days=9)
    assert found is not None
    assert {found.peak.conversation_id, found.end.conversation_id} == {plain.pk}
    owner = kept(cast.olga(), plain, days=9)
    assert owner is not None
    assert owner.peak.words == "Keep the job"
