"""A mail that comes twice is kept once in each inbox; a mail without an id is never swallowed."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import answer, answered, conversation_of, mail, own_id, taken_in
from tests.config.sealed import seal
from wingbeat.channels.mail import receipts
from wingbeat.channels.mail.models import Account, Judgement
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


def test_the_same_mail_twice_is_one_message(inbox: Inbox) -> None:
    raw = mail()
    first = taken_in(raw)
    second = taken_in(b"Received: from another path\r\n" + raw.replace(b"\n", b"\r\n"), minutes=1)
    assert (second.judgement, second.became) == (Judgement.DUPLICATE, first.became)
    assert str(first.pk) in second.why
    assert Message.objects.count() == 1


def test_the_same_id_with_other_words_is_another_mail(inbox: Inbox) -> None:
    taken_in(mail("This year.", message_id="<printer@customers.example>"))
    raw_mail = taken_in(mail("Next year.", message_id="<printer@customers.example>"), days=365)
    assert raw_mail.judgement == Judgement.OPENED
    assert Message.objects.count() == 2


@pytest.mark.parametrize("empty", ["", "<>", " "])
def test_mails_without_an_id_are_never_taken_for_each_other(inbox: Inbox, empty: str) -> None:
    raw = mail(message_id="")
    raw = raw if not empty else f"Message-ID: {empty}\n".encode() + raw
    assert [taken_in(raw).judgement, taken_in(raw, minutes=1).judgement] == ["opened", "opened"]


def test_a_mail_to_two_of_our_inboxes_is_there_once_in_each(inbox: Inbox) -> None:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    raw = mail(to="support@desk.example, sales@desk.example")
    first = taken_in(raw, inbox=inbox)
    second = taken_in(raw, inbox=sales, minutes=1)
    third = taken_in(raw, inbox=sales, minutes=2)
    assert [first.judgement, second.judgement, third.judgement] == ["opened", "opened", "duplicate"]
    assert conversation_of(second).inbox == sales
    assert second.looks_like == conversation_of(first)
    assert Conversation.objects.count() == 2


def test_an_answer_sent_to_two_inboxes_joins_its_conversation_once(inbox: Inbox) -> None:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    reply = answered(conversation_of(taken_in(mail())))
    raw = answer(own_id(reply), to="support@desk.example, sales@desk.example")
    taken_in(raw, inbox=inbox, hours=1)
    copy = taken_in(raw, inbox=sales, hours=1)
    assert copy.judgement == Judgement.DUPLICATE
    assert reply.conversation.messages.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_mail_to_two_inboxes_is_confirmed_once(inbox: Inbox) -> None:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    for one in (inbox, sales):
        Account.objects.create(inbox=one, smtp_host="smtp.desk.example")
    Inbox.objects.update(sends_receipt=True)
    raw = mail(to="support@desk.example, sales@desk.example")
    taken_in(raw, inbox=inbox)
    taken_in(raw, inbox=sales)
    seal()
    assert receipts.send_receipts(cast.after(minutes=1)) == 1
    assert Message.objects.filter(kind=MessageKind.AGENT).count() == 1
