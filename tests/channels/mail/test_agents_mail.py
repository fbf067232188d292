"""What agents do by mail counts only if our own mail server says that it is them."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import (
    answer,
    answered,
    became,
    checked,
    conversation_of,
    mail as unchecked,
    own_id,
    taken_in,
    trusting,
    well_known,
)
from wingbeat.channels.mail.identity import plus_address
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Outgoing

pytestmark = pytest.mark.django_db
ADA = "Ada Fields <ada@desk.example>"
FORWARDED = """\
Please look at this, he sounds worried.

---------- Forwarded message ---------
From: Otto Berg <otto@customers.example>
Date: Mon, 2 Mar 2026 09:00:00 +0100
Subject: My invoice
To: Ada Fields <ada@desk.example>

I was charged twice.
"""


@pytest.fixture
def inbox() -> Inbox:
    """An inbox whose mail server has judged what came so far."""
    return well_known(cast.support(cast.ada()))


def mail(*words: str, **more: str) -> bytes:
    """A mail, and if it is a customer's, our server's results with it."""
    raw = unchecked(*words, **more)
    return raw if "desk.example" in more.get("sender", "") else checked(raw, "none")


def answers_by_mail(inbox: Inbox, conversation: Conversation, *also: str) -> list[Outgoing]:
    to = ", ".join([plus_address(inbox.address, conversation.pk), *also])
    taken_in(checked(mail("We send you a new one.", sender=ADA, to=to)), hours=1)
    return list(Outgoing.objects.select_related("message__words"))


def test_an_answer_does_not_follow_reply_to_where_no_agent_sees_it(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail(Reply_To="eve@evil.example")))
    (sent,) = answers_by_mail(inbox, conversation)
    assert sent.message.words.recipients["to"] == [cast.NORA]


def test_an_answer_follows_reply_to_where_the_agent_chose_it(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail(Reply_To="nora@home.example")))
    (sent,) = answers_by_mail(inbox, conversation, "nora@home.example")
    assert sent.message.words.recipients["to"][0]["address"] == "nora@home.example"
    assert sent.state == "sent"


def test_no_mail_acts_as_an_agent_where_the_server_judges_not_every_mail(inbox: Inbox) -> None:
    """One that neither adds results nor takes them away lets anybody write them."""
    conversation = conversation_of(taken_in(mail()))
    taken_in(unchecked(), minutes=30)
    assert answers_by_mail(inbox, conversation) == []


def test_no_mail_acts_as_an_agent_before_the_server_is_known(db: None) -> None:
    found = trusting(cast.support(cast.ada()))
    assert answers_by_mail(found, conversation_of(taken_in(mail()))) == []


def test_an_agents_mail_to_the_conversations_address_goes_out_as_a_reply(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail()))
    raw = mail(
        "We send you a new one.", sender=ADA, to=plus_address(inbox.address, conversation.pk)
    )
    raw_mail = taken_in(checked(raw), hours=1)
    message = became(raw_mail)
    conversation.refresh_from_db()
    assert (raw_mail.judgement, message.agent) == (Judgement.ANSWERED, cast.ada())
    assert message.words.recipients["to"] == [cast.NORA]
    assert Outgoing.objects.get(message=message).state == "waiting"
    assert (conversation.state, conversation.waits_for_us_since) == ("customer", None)


def test_a_customer_who_has_it_already_does_not_get_it_twice(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail()))
    to = f"nora@customers.example, {plus_address(inbox.address, conversation.pk)}"
    raw_mail = taken_in(checked(mail("A new one comes.", sender=ADA, to=to)), hours=1)
    assert Outgoing.objects.get(message=became(raw_mail)).state == "sent"


@pytest.mark.parametrize("result", ["fail", "none", ""])
def test_a_forged_agent_is_a_stranger(inbox: Inbox, result: str) -> None:
    conversation = conversation_of(taken_in(mail()))
    raw = mail("Pay here instead.", sender=ADA, to=plus_address(inbox.address, conversation.pk))
    raw_mail = taken_in(checked(raw, result) if result else raw, hours=1)
    assert raw_mail.judgement == Judgement.MARGIN
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    "written",
    [
        b"From: =?utf-8?q?ada=40desk.example?=, <eve@evil.example>",
        b'From: "ada@desk.example";<eve@evil.example>',
        b"From: =?utf-8?q?nora=40customers.example?=, <eve@evil.example>",
    ],
)
def test_who_writes_two_senders_into_from_stands_in_the_margin(
    inbox: Inbox, written: bytes
) -> None:
    """Our server's check passes, as it should: Eve's domain is Eve's."""
    conversation = conversation_of(taken_in(mail()))
    raw = mail("Pay here instead.", to=plus_address(inbox.address, conversation.pk))
    forged = raw.replace(b"From: Nora Lind <nora@customers.example>", written)
    proof = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=evil.example\n"
    assert taken_in(proof + forged, hours=1).judgement == Judgement.MARGIN
    assert not Outgoing.objects.exists()


def test_an_agents_vacation_notice_is_not_sent_to_the_customer(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail()))
    to = plus_address(inbox.address, conversation.pk)
    raw = mail("I am away until Monday.", sender=ADA, to=to, Auto_Submitted="auto-replied")
    assert taken_in(checked(raw), hours=1).judgement == Judgement.MARGIN
    assert not Outgoing.objects.exists()


def test_an_agents_answer_without_the_conversations_address_is_a_strangers(inbox: Inbox) -> None:
    reply = answered(conversation_of(taken_in(mail())))
    raw_mail = taken_in(checked(answer(own_id(reply), sender=ADA)), hours=1)
    assert raw_mail.judgement == Judgement.MARGIN


def test_an_agent_who_may_not_see_a_conversation_cannot_answer_it_by_mail(inbox: Inbox) -> None:
    cast.lena()
    conversation = conversation_of(taken_in(mail()))
    to = plus_address(inbox.address, conversation.pk)
    raw_mail = taken_in(checked(mail("Hi.", sender="lena@desk.example", to=to)), hours=1)
    assert raw_mail.judgement == Judgement.MARGIN


def test_a_forwarded_mail_is_its_writers_and_the_words_above_are_a_note(inbox: Inbox) -> None:
    raw_mail = taken_in(checked(mail(FORWARDED, sender=ADA, subject="Fwd: My invoice")))
    conversation = conversation_of(raw_mail)
    shown = {message.kind: message.words.text for message in conversation.messages_to_show()}
    assert conversation.customer.first_address == "otto@customers.example"
    assert (conversation.subject, conversation.state) == ("My invoice", "us")
    assert shown == {
        "customer": "I was charged twice.",
        "note": "Please look at this, he sounds worried.",
    }
    assert raw_mail.why == "Ada Fields forwarded it."


def test_nobody_else_can_pass_words_on_as_somebody_elses(inbox: Inbox) -> None:
    for raw in (mail(FORWARDED, sender=ADA, subject="Fwd: My invoice"),
                checked(mail(FORWARDED, subject="Fwd: My invoice"))):  # fmt: skip
        assert conversation_of(taken_in(raw)).customer.first_address != "otto@customers.example"
    assert Conversation.objects.count() == 2


def test_an_agents_own_question_is_treated_like_anybodys(inbox: Inbox) -> None:
    raw_mail = taken_in(checked(mail("My own lamp is broken.", sender=ADA)))
    assert conversation_of(raw_mail).customer.first_address == "ada@desk.example"
