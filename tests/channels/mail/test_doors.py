"""Which inbox a mail is for, and what happens to mail that is for none or may not come in."""

from __future__ import annotations

import pytest

from tests import cast
from tests.channels.mail.letters import (
    answer,
    answered,
    checked,
    conversation_of,
    mail,
    own_id,
    taken_in,
    trusting,
)
from wingbeat.channels.mail import intake
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.models import Judgement, RawMail, Source
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.customers import blocking

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


@pytest.fixture
def sales(inbox: Inbox) -> Inbox:
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    InboxAddress.objects.create(inbox=sales, email="offers@desk.example")
    return sales


def test_the_accounts_inbox_comes_before_every_header(inbox: Inbox, sales: Inbox) -> None:
    assert conversation_of(taken_in(mail(to=inbox.address), inbox=sales)).inbox == sales


def test_the_envelope_comes_before_the_headers(inbox: Inbox, sales: Inbox) -> None:
    raw_mail = intake.store(
        mail(to=inbox.address), source=Source.SMTP, at=cast.NOON, envelope_to="OFFERS@desk.example"
    )
    assert intake.judge(raw_mail, at=cast.NOON).inbox == sales


@pytest.mark.parametrize("field", ["Delivered_To", "X_Original_To"])
def test_where_it_was_delivered_comes_before_to(inbox: Inbox, sales: Inbox, field: str) -> None:
    raw = mail(to=inbox.address, **{field: "<offers@desk.example>"})
    assert taken_in(raw).inbox == sales


def test_a_further_address_in_copy_is_enough(sales: Inbox) -> None:
    raw = mail(to="somebody@elsewhere.example", Cc="Offers <offers@desk.example>")
    assert taken_in(raw).inbox == sales


def test_mail_for_no_inbox_stands_in_the_tray_with_its_address(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(to="nobody@desk.example"))
    assert raw_mail.judgement == Judgement.NO_INBOX
    assert raw_mail.why == "No inbox answers to nobody@desk.example."
    assert list(RawMail.objects.in_tray()) == [raw_mail]


def test_mail_without_a_sender_stands_in_the_tray(inbox: Inbox) -> None:
    raw = b"To: support@desk.example\nSubject: Hello\n\nWho am I?\n"
    raw_mail = taken_in(raw)
    assert raw_mail.judgement == Judgement.UNREADABLE
    assert "no sender" in raw_mail.why


def test_the_tray_shows_each_agent_their_own_inboxes(inbox: Inbox, sales: Inbox) -> None:
    ada, olga = cast.ada(), cast.olga()
    mine = taken_in(mail(sender=""), inbox=inbox)
    taken_in(mail(sender=""), inbox=sales)
    taken_in(mail(to="nobody@desk.example"))
    assert list(RawMail.objects.in_tray().visible_to(ada)) == [mine]
    assert RawMail.objects.in_tray().visible_to(olga).count() == 3
    assert not RawMail.objects.in_tray().visible_to(cast.lena()).exists()


@pytest.mark.parametrize("pattern", ["nora@customers.example", "customers.example"])
def test_a_blocked_sender_goes_silently_to_the_tray(inbox: Inbox, pattern: str) -> None:
    ada = cast.ada()
    reply = answered(conversation_of(taken_in(mail())))
    blocking.block(pattern, by=ada, at=cast.NOON)
    assert taken_in(mail(), hours=1).judgement == Judgement.BLOCKED
    assert taken_in(answer(own_id(reply)), hours=1).judgement == Judgement.BLOCKED
    assert Conversation.objects.count() == 1


def test_what_our_server_calls_spam_stays_out_of_the_conversations(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(X_Spam_Flag="YES"))
    assert raw_mail.judgement == Judgement.SPAM
    assert "X-Spam-Flag: YES" in raw_mail.why
    assert not Conversation.objects.exists()


def test_an_answer_to_our_signature_is_no_spam_whatever_a_filter_says(inbox: Inbox) -> None:
    reply = answered(conversation_of(taken_in(mail())))
    raw_mail = taken_in(answer(own_id(reply), X_Spam_Flag="YES"), hours=1)
    assert raw_mail.judgement == Judgement.JOINED


def test_a_new_mail_whose_sender_failed_our_servers_check_is_spam(inbox: Inbox) -> None:
    trusting(inbox)
    raw_mail = taken_in(checked(mail(), "fail"))
    assert raw_mail.judgement == Judgement.SPAM
    assert "dmarc=fail" in raw_mail.why


def test_a_web_form_that_writes_as_ourselves_is_its_customers_mail(inbox: Inbox) -> None:
    raw = mail(sender="Web form <support@desk.example>", Reply_To="nora@customers.example")
    conversation = conversation_of(taken_in(raw))
    assert conversation.customer.first_address == "nora@customers.example"
    assert conversation.state == "us"


def test_a_web_form_without_an_address_of_its_own_is_its_customers_mail(inbox: Inbox) -> None:
    raw = mail(
        sender="no-reply@shop.example", Reply_To="Nora <nora@customers.example>",
        Auto_Submitted="auto-generated",
    )  # fmt: skip
    conversation = conversation_of(taken_in(raw))
    assert conversation.customer.first_address == "nora@customers.example"
    assert conversation.state == "us"


def test_a_customer_who_wants_the_answer_elsewhere_is_remembered_so(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(Reply_To="Nora at home <home@customers.example>"))
    message = conversation_of(raw_mail).messages.get()
    assert conversation_of(raw_mail).customer.first_address == "nora@customers.example"
    assert message.words.recipients["reply_to"] == [
        {"name": "Nora at home", "address": "home@customers.example"}
    ]


def test_an_inbox_younger_than_the_door_takes_its_mail(inbox: Inbox) -> None:
    opened_before = Door.open()
    young = Inbox.objects.create(name="HR", address="hr@desk.example")
    named = intake.store(
        mail(to=inbox.address), source=Source.SMTP, at=cast.NOON, inbox=young,
        envelope_to=young.address,
    )  # fmt: skip
    found = intake.store(mail(to=young.address), source=Source.PIPE, at=cast.NOON)
    assert intake.judge(named, at=cast.NOON, door=opened_before).inbox == young
    assert intake.judge(found, at=cast.NOON, door=opened_before).inbox == young
