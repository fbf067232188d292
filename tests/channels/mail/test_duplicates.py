"""A mail that comes twice is kept once in each inbox; a mail without an id is never swallowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

import pytest
from django.db import connection, transaction

from tests import cast
from tests.channels.mail.letters import answer, answered, conversation_of, mail, own_id, taken_in
from wingbeat.channels.mail import intake, receipts
from wingbeat.channels.mail.models import Account, Judgement, RawMail, Source
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.journal.sealing import seal

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


@pytest.fixture
def free_number(inbox: Inbox) -> int:
    """A number that comes before those of the mails that are stored from now on."""
    spare = intake.store(mail(), source=Source.SMTP, at=cast.NOON)
    number: int = spare.pk
    spare.delete()
    return number


def overtaken(raw: bytes, number: int) -> RawMail:
    """Store a mail that had its number early and was committed late."""
    RawMail.objects.filter(pk=intake.store(raw, source=Source.SMTP, at=cast.NOON).pk).update(
        id=number
    )
    return RawMail.objects.get(pk=number)


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_was_overtaken_by_its_twin_is_no_second_message(free_number: int) -> None:
    raw = mail()
    second = taken_in(raw)
    first = intake.judge(overtaken(raw, free_number), at=cast.NOON)
    assert (first.judgement, first.became) == (Judgement.DUPLICATE, second.became)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_judge_twins_one_after_the_other(free_number: int) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    taken_in(mail())  # its customer is known, so that the two meet nowhere else
    raw = mail()
    second = intake.store(raw, source=Source.SMTP, at=cast.NOON)
    judged, go_on = Event(), Event()

    def work() -> None:
        with transaction.atomic():
            intake.judge(second, at=cast.NOON)
            judged.set()
            go_on.wait(20)
        connection.close()

    with ThreadPoolExecutor(1) as beside:
        working = beside.submit(work)
        assert judged.wait(20)
        Timer(0.5, go_on.set).start()
        first = intake.judge(overtaken(raw, free_number), at=cast.NOON)  # waits half a second
        working.result(20)
    assert first.judgement == Judgement.DUPLICATE
    assert Message.objects.count() == 2
