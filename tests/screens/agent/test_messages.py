"""What one does with a single message: the margin, taking a reply back, a reply in trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


def do(client: Client, message: Message, noun: str, **form: str) -> str:
    answer = client.post(f"/messages/{message.pk}/{noun}/", form, follow=True)
    return answer.content.decode()


def stranger_in(conversation: Conversation) -> Message:
    said = cast.said("I am new here.", sender=cast.OTTO)
    return receive(conversation, said, by=Agent.objects.system(), doubt=Doubt.UNKNOWN_SENDER)


def test_a_stranger_who_is_let_in_takes_part(desk: Client, conversation: Conversation) -> None:
    page = do(desk, stranger_in(conversation), "letting-in")
    assert "stands in the margin" not in page
    assert conversation.knows("otto@customers.example")


def test_a_stranger_who_is_kept_out_stays_readable(
    desk: Client, conversation: Conversation
) -> None:
    message = stranger_in(conversation)
    page = do(desk, message, "keeping-out")
    assert "I am new here." in page
    assert "Ada Fields kept it out." in page
    do(desk, message, "letting-in")
    assert conversation.knows("otto@customers.example")  # whoever was kept out can still be let in


def test_a_reply_taken_back_is_a_draft_again(desk: Client, conversation: Conversation) -> None:
    form = {"to": "nora@customers.example", "text": "Too quick."}
    page = desk.post(
        f"/conversations/{conversation.pk}/replies/", form, follow=True
    ).content.decode()
    assert "Leaves in a moment" in page
    page = do(desk, conversation.messages.get(kind="agent"), "undoing")
    assert ">Too quick.</textarea>" in page
    assert Draft.objects.get().html == "<p>Too quick.</p>"
    assert not conversation.messages.filter(kind="agent").exists()


def test_too_late_is_said(desk: Client, conversation: Conversation, ada: Agent) -> None:
    message = conversation.reply(
        cast.letter(), by=ada, at=timezone.now() - timedelta(hours=1), seen=None
    )
    assert "It is too late to take this back" in do(desk, message, "undoing")
    assert conversation.messages.filter(pk=message.pk).exists()


class TestTrouble:
    @pytest.fixture
    def failed(self, conversation: Conversation, ada: Agent) -> Outgoing:
        message = conversation.reply(cast.letter(), by=ada, at=cast.NOON, seen=None)
        Outgoing.objects.filter(message=message).update(
            state="bounced", refused={"nora@customers.example": "550 The mailbox is full."}
        )
        return Outgoing.objects.get(message=message)

    def test_its_reason_and_its_remedies_stand_under_the_words(
        self, desk: Client, failed: Outgoing
    ) -> None:
        url = f"/conversations/{failed.message.conversation_id}/"
        page = desk.get(url).content.decode()
        for words in (
            "It came back",
            "550 The mailbox is full.",
            "Send it again",
            "Another address",
        ):
            assert words in page

    def test_it_can_be_sent_again(self, desk: Client, failed: Outgoing) -> None:
        do(desk, failed.message, "resending")
        failed.refresh_from_db()
        assert failed.state == "waiting"

    def test_it_can_go_to_another_address(self, desk: Client, failed: Outgoing) -> None:
        do(desk, failed.message, "readdressing", to="Nora <nora@home.example>")
        failed.refresh_from_db()
        assert failed.still_to == ["nora@home.example"]

    def test_another_address_must_be_one(self, desk: Client, failed: Outgoing) -> None:
        page = do(desk, failed.message, "readdressing", to="nora at home")
        assert "These cannot be written to" in page
        failed.refresh_from_db()
        assert failed.state == "bounced"

    def test_a_doubt_can_be_settled(self, desk: Client, failed: Outgoing) -> None:
        Outgoing.objects.filter(pk=failed.pk).update(state="in_doubt", refused={})
        do(desk, failed.message, "settling")
        failed.refresh_from_db()
        assert failed.state == "sent"
        assert "Look again before you decide" in do(desk, failed.message, "settling")

    def test_it_can_be_left_as_it_is(self, desk: Client, failed: Outgoing) -> None:
        page = do(desk, failed.message, "giving-up")
        failed.refresh_from_db()
        assert failed.state == "given_up"
        assert "somebody decided to leave it" in page

    def test_a_message_that_went_nowhere_has_no_trouble(
        self, desk: Client, conversation: Conversation
    ) -> None:
        message = conversation.messages.get()
        assert desk.post(f"/messages/{message.pk}/resending/").status_code == 404
