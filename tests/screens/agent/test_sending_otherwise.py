"""The menu at Send, a reply that leaves later in the thread, and thanks taken as a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
TO = "Nora Lind <nora@customers.example>"


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    found = cast.opened(support)
    found.customer.zone = "Asia/Tokyo"
    found.customer.save()
    return found


def send(desk: Client, conversation: Conversation, then: str, **more: str) -> str:
    form = {"to": TO, "text": "Good morning.", "then": then, **more}
    page = desk.post(f"/conversations/{conversation.pk}/replies/", form, follow=True)
    conversation.refresh_from_db()
    return page.content.decode()


def test_send_and_put_aside_is_one_act(desk: Client, conversation: Conversation) -> None:
    until = timezone.now().replace(microsecond=0) + timedelta(days=2)
    send(desk, conversation, f"snooze:{until.isoformat()}")
    assert (conversation.state, conversation.snoozed_until) == ("customer", until)


def test_the_menu_tells_the_customers_time(desk: Client, conversation: Conversation) -> None:
    page = desk.get(f"/conversations/{conversation.pk}/composer/reply/").content.decode()
    assert "Their next morning" in page
    assert "09:00 there" in page


def test_sent_later_it_stands_in_the_thread_and_in_the_list_and_can_be_taken_back(
    desk: Client, conversation: Conversation
) -> None:
    at = timezone.now() + timedelta(days=1)
    page = send(desk, conversation, f"later:{at.isoformat()}")
    assert "It stays here if they write first." in page
    assert "there)" in page
    assert "Nora Lind" in desk.get("/?show=later").content.decode()
    message = conversation.messages.get(kind="agent")
    desk.post(f"/messages/{message.pk}/undoing/")
    assert not conversation.messages.filter(kind="agent").exists()


def test_send_it_now_after_all(desk: Client, conversation: Conversation) -> None:
    send(desk, conversation, "later", leaves_at="2099-01-01T09:00")
    message = conversation.messages.get(kind="agent")
    desk.post(f"/messages/{message.pk}/leaving/")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == ("customer", None)


@pytest.mark.parametrize(
    ("leaves_at", "told"), [("", "Choose a day and a time"), ("2001-01-01T09:00", "is past")]
)
def test_a_time_that_is_none_is_told_and_the_words_are_kept(
    desk: Client, conversation: Conversation, leaves_at: str, told: str
) -> None:
    page = send(desk, conversation, "later", leaves_at=leaves_at)
    assert told in page
    assert "Good morning." in page


def test_thanks_are_taken_as_their_word_at_one_press(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    where = f"/conversations/{conversation.pk}/"
    assert "Take it as their word" not in desk.get(where).content.decode()
    thanks = cast.said("Thanks a lot!", at=cast.after(hours=2))
    receive(conversation, thanks, by=Agent.objects.system())
    assert "Take it as their word" in desk.get(where).content.decode()
    page = desk.post(f"{where}word/", follow=True).content.decode()
    assert "Solved, by the customer&#x27;s word" in page
