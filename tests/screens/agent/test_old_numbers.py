"""What came from an old desk is found by its number there, by those who may see it, and shown."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from tests import cast
from wingbeat.channels.moving import running
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.words import Incoming
from wingbeat.desk.moving.shapes import OldConversation, OldMessage, OldPerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> Conversation:
    """A conversation that was #4711 on the old desk; #4712 was merged into it there."""
    inbox, at = cast.support(cast.ada()), cast.after(days=1)
    nora = OldPerson("1", "Nora Lind", "nora@customers.example")
    said = [
        OldMessage("1", MessageKind.CUSTOMER, _words("It is dark.", cast.NOON)),
        OldMessage("2", MessageKind.AGENT, _words("Here is another.", at), _gone()),
    ]
    old = OldConversation(
        ref="1", inbox=inbox, customer=nora, subject="Lamp", opened_at=cast.NOON,
        load=lambda: said, number="4711",
    )  # fmt: skip
    merged = OldConversation(
        ref="2", inbox=inbox, customer=nora, subject="Lamp", opened_at=cast.NOON,
        load=list, number="4712", merged_into="1",
    )  # fmt: skip
    running.move_in(running.old_desk("old", at=at), [old, merged], at=at)
    return Conversation.objects.get()


def _gone() -> OldPerson:
    return OldPerson("9", "Gone Girl", "gone@desk.example")


def _words(text: str, at: datetime) -> Incoming:
    return cast.said(text, at=at)


@pytest.mark.parametrize("asked", ["#4711", "4711", "#4712", "4712"])
def test_an_old_number_opens_its_conversation(
    client: Client, conversation: Conversation, asked: str
) -> None:
    client.force_login(cast.ada())
    answer = client.get("/search/", {"q": asked})
    assert (answer.status_code, answer.headers.get("Location")) == (
        302, f"/conversations/{conversation.pk}/",
    )  # fmt: skip


def test_nobody_finds_by_it_what_they_may_not_see(
    client: Client, conversation: Conversation
) -> None:
    client.force_login(cast.max_())
    assert not Inbox.objects.visible_to(cast.max_()).exists()
    answer = client.get("/search/", {"q": "#4711"})
    assert answer.status_code == 200
    assert "Lamp" not in answer.content.decode()


def test_words_of_somebody_who_left_are_shown_with_their_name(
    client: Client, conversation: Conversation
) -> None:
    client.force_login(cast.ada())
    page = client.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "Here is another." in page
    assert "Gone Girl" in page
