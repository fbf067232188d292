"""An answer to a notification is a note of the true agent, and of nobody who only says so."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import (
    answer,
    became,
    checked,
    conversation_of,
    mail,
    taken_in,
    trusting,
    well_known,
)
from wingbeat.channels.mail.identity import notification_id
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.care.notification import Notification, Why
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
ADA = "Ada Fields <ada@desk.example>"
MAX = "Max Stone <max@desk.example>"


@pytest.fixture
def inbox() -> Inbox:
    """An inbox whose mail server has judged what came so far."""
    return well_known(cast.support(cast.ada(), cast.max_()))


@pytest.fixture
def lamp(inbox: Inbox) -> Conversation:
    return conversation_of(taken_in(checked(mail(), "none")))


def told(conversation: Conversation | None, agent: Agent | None = None) -> str:
    """The Message-ID of what told Ada of a conversation, or of several."""
    return notification_id(
        conversation_id=conversation.pk if conversation else 0,
        agent_id=(agent or cast.ada()).pk,
        number=1,
        domain="desk.example",
    )


def answered(to: str, text: str = "I take it.", sender: str = ADA, **more: str) -> bytes:
    return answer(to, text, sender=sender, subject="Re: Notification: A broken lamp", **more)


def changed_nothing(conversation: Conversation) -> bool:
    """Say that no conversation came, and no word was added to this one."""
    return (
        Conversation.objects.count() == 1
        and Message.objects.count() == 1
        and not Outgoing.objects.exists()
    )


def test_the_agents_answer_becomes_a_note_and_reaches_no_customer(lamp: Conversation) -> None:
    Notification.objects.create(
        agent=cast.ada(), conversation=lamp, why=Why.ASSIGNED, by=cast.max_(), at=cast.NOON
    )
    text = "I take it.\n\nOn Monday the desk wrote:\n> #1 A broken lamp\n> Max gave it to you.\n"
    raw_mail = taken_in(checked(answered(told(lamp), text)), hours=1)
    note = became(raw_mail)
    assert raw_mail.judgement == Judgement.ANSWERED
    assert (note.conversation, note.kind, note.agent) == (lamp, MessageKind.NOTE, cast.ada())
    assert note.words.text.strip() == "I take it."
    assert not Outgoing.objects.exists()
    assert Notification.objects.get().seen_at is not None
    lamp.refresh_from_db()
    assert lamp.waits_for_us_since is not None


@pytest.mark.parametrize("result", ["fail", "none", "softfail", ""])
def test_a_forged_sender_writes_no_note(lamp: Conversation, result: str) -> None:
    raw = answered(told(lamp), "Send the money to Eve.")
    raw_mail = taken_in(checked(raw, result) if result else raw, hours=1)
    assert raw_mail.judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)


def test_results_of_another_server_vouch_for_nobody(lamp: Conversation) -> None:
    forged = checked(answered(told(lamp), "Send the money to Eve."), server="mx.evil.example")
    assert taken_in(forged, hours=1).judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)


def test_a_pass_for_another_domain_vouches_for_nobody(lamp: Conversation) -> None:
    proof = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=evil.example\n"
    assert taken_in(proof + answered(told(lamp)), hours=1).judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)


def test_no_result_counts_where_the_server_is_not_known_to_judge(db: None) -> None:
    inbox = trusting(cast.support(cast.ada()))
    lamp = conversation_of(taken_in(mail(), inbox=inbox))
    assert taken_in(checked(answered(told(lamp))), hours=1).judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)


def test_an_agent_who_has_left_is_nobody(lamp: Conversation) -> None:
    asked = told(lamp)
    Agent.objects.filter(email="ada@desk.example").update(is_active=False)
    assert taken_in(checked(answered(asked)), hours=1).judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)


def test_a_colleague_does_not_answer_what_was_told_to_another(lamp: Conversation) -> None:
    raw_mail = taken_in(checked(answered(told(lamp), sender=MAX)), hours=1)
    assert raw_mail.judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)


def test_who_may_not_read_it_any_more_writes_nothing_there(lamp: Conversation) -> None:
    lamp.restrict(to=[], by=cast.max_(), at=cast.NOON)
    raw_mail = taken_in(checked(answered(told(lamp))), hours=1)
    assert (raw_mail.judgement, "may not read" in raw_mail.why) == (Judgement.NOT_TAKEN, True)
    assert changed_nothing(lamp)


def test_a_changed_number_is_no_sign(lamp: Conversation) -> None:
    other = conversation_of(taken_in(checked(mail("Something else.", subject="Else"), "none")))
    forged = told(lamp).replace(f"wb.told.{lamp.pk}.", f"wb.told.{other.pk}.")
    raw_mail = taken_in(checked(answered(forged)), hours=1)
    assert raw_mail.judgement == Judgement.OPENED
    assert conversation_of(raw_mail) not in {lamp, other}


def test_an_answer_to_several_at_once_waits_in_the_tray(lamp: Conversation) -> None:
    raw_mail = taken_in(checked(answered(told(None))), hours=1)
    assert (raw_mail.judgement, "no one conversation" in raw_mail.why) == (
        Judgement.NOT_TAKEN,
        True,
    )
    assert changed_nothing(lamp)


def test_a_vacation_notice_is_no_note(lamp: Conversation) -> None:
    notice = answered(told(lamp), "I am away.", Auto_Submitted="auto-replied")
    assert taken_in(checked(notice), hours=1).judgement == Judgement.NOT_TAKEN
    assert changed_nothing(lamp)
