"""The digest: bundled, of what its reader may see and has not, marked as automatic, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from tests import cast
from tests.cast import NOON, after
from tests.channels.mail import sent
from tests.channels.mail.far_server import HANG_UP, FarServer, far_server
from wingbeat.channels.mail.identity import own_notification
from wingbeat.desk.automation.availability import Presence, be
from wingbeat.desk.care import notification
from wingbeat.desk.care.notification import Notification, Why
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent
from wingbeat.screens.digesting import send_due

pytestmark = pytest.mark.django_db(transaction=True)
LATER = after(minutes=31)


@pytest.fixture
def far() -> Iterator[FarServer]:
    with far_server() as running:
        yield running


@pytest.fixture
def inbox(far: FarServer) -> Inbox:
    made = cast.support(cast.ada(), cast.max_())
    sent.account(made, far)
    return made


@pytest.fixture
def ada(inbox: Inbox) -> Agent:
    """Ada, who wants to be told by mail."""
    return wants(cast.ada(), "bundled")


def wants(agent: Agent, how: str, **more: object) -> Agent:
    Agent.objects.filter(pk=agent.pk).update(notifies_by_mail=how, **more)
    return Agent.objects.get(pk=agent.pk)


def told(inbox: Inbox, agent: Agent, subject: str = "A broken lamp", **ago: float) -> Conversation:
    made = cast.opened(inbox, cast.said("Secret words.", subject=subject))
    Notification.objects.create(
        agent=agent, conversation=made, why=Why.ASSIGNED, by=cast.max_(), at=after(**ago)
    )
    return made


def test_it_tells_of_one_conversation_and_can_be_answered(
    far: FarServer, inbox: Inbox, ada: Agent, settings: Settings
) -> None:
    settings.DESK_ADDRESS = "https://desk.example"
    made = told(inbox, ada)
    assert send_due(after(minutes=29)) == 0
    assert send_due(LATER) == 1
    (mail,) = far.mails
    assert (mail["To"], mail["Subject"]) == ("ada@desk.example", "Notification: A broken lamp")
    assert (mail["Auto-Submitted"], far.taken[0].sender) == ("auto-generated", "<>")
    text = mail.get_content()
    assert "Max Stone gave it to you." in text
    assert f"https://desk.example/conversations/{made.pk}/" in text
    assert "becomes a note" in text
    assert "Secret words" not in text
    assert own_notification(mail["Message-ID"]) == (made.pk, ada.pk)


def test_several_are_one_mail_and_the_next_comes_after_a_pause(
    far: FarServer, inbox: Inbox, ada: Agent
) -> None:
    told(inbox, ada, "One")
    told(inbox, ada, "Two", minutes=20)
    assert send_due(LATER) == 1
    told(inbox, ada, "Three", minutes=30)
    assert send_due(after(minutes=60)) == 0
    assert send_due(after(minutes=61)) == 1
    subjects = [mail["Subject"] for mail in far.mails]
    assert subjects == ["2 conversations concern you", "Notification: Three"]
    assert own_notification(far.mails[0]["Message-ID"]) == (0, ada.pk)
    assert "reaches nobody" in far.mails[0].get_content()


def test_what_was_seen_or_mailed_is_not_mailed(far: FarServer, inbox: Inbox, ada: Agent) -> None:
    seen = told(inbox, ada, "Seen")
    told(inbox, ada, "New")
    notification.see(ada, [seen.pk], at=after(minutes=5))
    assert send_due(LATER) == 1
    assert "Seen" not in far.mails[0].get_content()
    assert send_due(after(days=1)) == 0


def test_it_says_only_what_its_reader_may_see_when_it_leaves(
    far: FarServer, inbox: Inbox, ada: Agent
) -> None:
    gone, closed = told(inbox, ada, "Gone"), told(inbox, ada, "Closed")
    gone.restrict(to=[], by=cast.max_(), at=NOON)
    closed.restrict(to=[ada], by=cast.max_(), at=NOON)
    assert send_due(LATER) == 1
    text = far.mails[0].get_content() + far.mails[0]["Subject"]
    assert "A restricted conversation" in text
    assert "Gone" not in text
    assert "Closed" not in text
    assert own_notification(far.mails[0]["Message-ID"]) == (0, ada.pk)


def test_by_default_none_is_sent_nor_to_who_is_away_or_has_left(
    far: FarServer, inbox: Inbox, ada: Agent
) -> None:
    told(inbox, cast.max_())
    told(inbox, ada)
    be(ada, Presence.AWAY, by=ada, at=NOON)
    assert send_due(LATER) == 0
    be(ada, Presence.HERE, by=ada, at=LATER)
    Agent.objects.filter(pk=ada.pk).update(is_active=False)
    assert send_due(after(minutes=32)) == 0
    assert far.mails == []


def test_the_daily_one_comes_at_their_hour_by_their_clock_and_once(
    far: FarServer, inbox: Inbox, ada: Agent
) -> None:
    wants(ada, "daily", notifies_at_hour=15, zone="Europe/Budapest")
    told(inbox, ada, "One")
    assert send_due(after(hours=1, minutes=59)) == 0
    assert send_due(after(hours=2)) == 1
    told(inbox, ada, "Two", hours=3)
    assert send_due(after(hours=4)) == 0
    assert send_due(after(hours=25, minutes=59)) == 0
    assert send_due(after(hours=26)) == 1


def test_what_did_not_leave_is_tried_again_and_what_may_have_left_is_not(
    far: FarServer, inbox: Inbox, ada: Agent
) -> None:
    told(inbox, ada, "One")
    port = inbox.account.smtp_port
    inbox.account.smtp_port = 1
    inbox.account.save()
    assert send_due(LATER) == 0
    inbox.account.smtp_port = port
    inbox.account.save()
    far.on_words = lambda _taken: HANG_UP
    assert send_due(after(minutes=32)) == 1
    assert send_due(after(minutes=32) + timedelta(days=1)) == 0
