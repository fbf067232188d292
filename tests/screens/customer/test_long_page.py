"""A long conversation on the customer's page: little at a time, and every word of it reachable."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.customer.conftest import link_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent
from wingbeat.screens.customer.page import LONGEST
from wingbeat.screens.room import BUDGET

pytestmark = pytest.mark.django_db


def shown(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def test_a_long_conversation_asks_no_more_questions(
    nora: Client, conversation: Conversation
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(nora, link_of(conversation))
        return len(captured)

    def grown(to: int) -> None:
        while Message.objects.count() < to:
            incoming = cast.said(at=timezone.now())
            receive(conversation, incoming, by=Agent.objects.system())

    grown(10)
    ten = asked()
    grown(20)
    assert asked() == ten
    assert ten < 30


def told(conversation: Conversation, *texts: str) -> list[Message]:
    """What Nora says, one message after the other."""
    system, now = Agent.objects.system(), timezone.now()
    return [
        receive(conversation, cast.said(text, at=now + timedelta(seconds=n)), by=system)
        for n, text in enumerate(texts, 1)
    ]


def test_a_huge_message_shows_its_beginning_and_all_of_it_on_a_page_of_its_own(
    nora: Client, conversation: Conversation
) -> None:
    (huge,) = told(conversation, "<b>many</b> " * 150_000 + "the very last word")
    page = shown(nora, link_of(conversation))
    assert len(page) < 2 * LONGEST < 50_000
    assert "the very last word" not in page
    assert f"/messages/{huge.pk}/" in page
    assert "the very last word" in shown(nora, f"{link_of(conversation)}messages/{huge.pk}/")


def test_a_long_conversation_shows_the_newest_and_leads_to_every_earlier_message(
    nora: Client, conversation: Conversation
) -> None:
    told(conversation, *(f"word number {n}." for n in range(70)))
    newest = shown(nora, link_of(conversation))
    assert "word number 69." in newest
    assert "word number 5." not in newest
    earlier = re.findall(r'href="([^"]+\?until=\d+)"', newest)
    assert len(earlier) == 1
    seen = newest + shown(nora, earlier[0])
    assert all(f"word number {n}." in seen for n in range(70))
    assert "The newest messages" in seen


def test_many_long_messages_stay_within_the_page_and_each_can_be_read(
    nora: Client, conversation: Conversation
) -> None:
    many = told(conversation, *(f"{n} begins. " + "so it went on " * 4_000 for n in range(20)))
    page = shown(nora, link_of(conversation))
    assert len(page) < 1.5 * BUDGET
    assert all(f"{n} begins." in page for n in range(20))
    oldest = f"/messages/{many[0].pk}/"
    assert oldest in page
    assert shown(nora, link_of(conversation) + oldest[1:]).count("so it went on") == 4_000


def test_a_message_that_is_not_for_them_has_no_page(
    nora: Client, conversation: Conversation, ada: Agent
) -> None:
    note = conversation.note(cast.letter("She is rich.", to=()), by=ada, at=timezone.now())
    for number in (note.pk, 10**17, 10**30):
        assert nora.get(f"{link_of(conversation)}messages/{number}/").status_code == 404
