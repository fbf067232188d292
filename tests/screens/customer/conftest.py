"""Nora's browser, without cookies and without scripts, and the links that our mails bring her."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.words import Letter, Party
from wingbeat.desk.people.models import Agent


@pytest.fixture(autouse=True)
def no_old_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada(db: None) -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada, cast.max_())


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(at=timezone.now()))


@pytest.fixture
def nora() -> Client:
    """A browser that keeps nothing; forms must work without a cookie."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def at_an_address(settings: Settings) -> None:
    settings.DESK_ADDRESS = "https://desk.example"


def link_of(conversation: Conversation, party: Party = cast.NORA) -> str:
    """The path that one of its people finds in our mail."""
    person = conversation.participants.get(email=party["address"])
    return f"/portal/{links.own_link(person, at=timezone.now())}/"


def answered(conversation: Conversation, letter: Letter | None = None) -> Message:
    """Answer, and let the mail leave."""
    message = conversation.reply(
        letter or cast.letter(), by=cast.ada(), at=timezone.now(), seen=None
    )
    left(message)
    return message


def left(message: Message) -> None:
    Outgoing.objects.filter(message=message).update(state="sent", sent_at=timezone.now())
