"""One can think twice: what was sent comes back, and what reaches far says so before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import FarServer, far_server
from tests.screens.plain_browser import PlainBrowser
from wingbeat.channels.mail.sending import send_due
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.blocking import is_blocked
from wingbeat.desk.customers.models import Block
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def far() -> Iterator[FarServer]:
    with far_server() as far:
        yield far


def browser_of(agent: Agent) -> PlainBrowser:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    return PlainBrowser(client=client)


def inbox_of_ada(far: FarServer) -> Inbox:
    inbox = cast.support(cast.ada())
    sent.account(inbox, far)
    return inbox


def test_what_was_sent_comes_back_and_what_reaches_far_says_so_first(far: FarServer) -> None:
    inbox, ada, olga = inbox_of_ada(far), cast.ada(), cast.olga()
    conversation = cast.opened(inbox)
    desk = browser_of(ada).open(f"/conversations/{conversation.pk}/composer/reply/")
    desk.press("Send", text="What a silly question.")
    assert send_due(timezone.now()) == 0  # it has not left, and need not
    desk.press("Undo")
    assert send_due(timezone.now() + timedelta(hours=1)) == 0
    assert far.taken == []
    assert ">What a silly question.</textarea>" in desk.page
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("us", cast.NOON)

    for sender in (cast.NORA, cast.OTTO):
        in_hand = cast.opened(inbox, cast.said(sender=sender))
        in_hand.assign(agent=ada, by=ada, at=cast.NOON)
    admin = browser_of(olga).open(f"/setup/people/{ada.pk}/")
    assert "The 2 conversations they have in hand are handed over" in admin.words
    admin.open("/setup/blocks/?new").press("Block", pattern="customers.example")
    assert "2 people have written to you from customers.example." in admin.words
    assert not is_blocked("nora@customers.example")
    admin.press("Block all 2")
    assert is_blocked("nora@customers.example")


def test_sending_and_ending_is_one_act_and_comes_back_as_one(far: FarServer) -> None:
    conversation = cast.opened(inbox_of_ada(far))
    desk = browser_of(cast.ada()).open(f"/conversations/{conversation.pk}/composer/reply/")
    desk.press("Send and end", text="We send you a new one.")
    assert "Ended by Ada Fields" in desk.words
    desk.press("Undo")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("us", cast.NOON)
    assert not conversation.endings.exists()


def test_a_reply_that_nobody_takes_back_leaves_once(far: FarServer) -> None:
    conversation = cast.opened(inbox_of_ada(far))
    desk = browser_of(cast.ada()).open(f"/conversations/{conversation.pk}/composer/reply/")
    desk.press("Send", text="We send you a new one.")
    assert send_due(timezone.now() + timedelta(hours=1)) == 1
    assert len(far.taken) == 1
    assert not Draft.objects.exists()
    assert "Undo" not in desk.open(f"/conversations/{conversation.pk}/").words


def test_a_number_that_has_grown_since_is_told_again(far: FarServer) -> None:
    inbox, olga = inbox_of_ada(far), cast.olga()
    for sender in (cast.NORA, cast.OTTO):
        cast.opened(inbox, cast.said(sender=sender))
    admin = browser_of(olga).open("/setup/blocks/?new").press("Block", pattern="@Customers.example")
    cast.opened(inbox, cast.said(sender={"name": "Ida", "address": "ida@customers.example"}))
    admin.press("Block all 2")
    assert "3 people have written to you" in admin.words
    assert not Block.objects.exists()


def test_one_person_is_blocked_at_once_and_others_stay(far: FarServer) -> None:
    inbox, olga = inbox_of_ada(far), cast.olga()
    for sender in (cast.NORA, cast.OTTO):
        cast.opened(inbox, cast.said(sender=sender))
    browser_of(olga).open("/setup/blocks/?new").press("Block", pattern="nora@customers.example")
    assert is_blocked("nora@customers.example")
    assert not is_blocked("otto@customers.example")


def test_what_is_closed_to_an_admin_is_not_counted_for_them(far: FarServer) -> None:
    ada, olga = cast.ada(), cast.olga()
    conversation = cast.opened(inbox_of_ada(far))
    conversation.assign(agent=ada, by=ada, at=cast.NOON)
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    page = browser_of(olga).open(f"/setup/people/{ada.pk}/")
    assert "They have nothing in hand, unless it is closed to you" in page.words
    assert Conversation.objects.of_agent(ada).count() == 1
