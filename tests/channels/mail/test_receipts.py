"""Receipts: once, to people, in their language, honest about waiting, and only where wanted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from tests import cast
from wingbeat.channels.mail.caps import PER_ADDRESS, PER_CONVERSATION, forget_old, spend
from wingbeat.channels.mail.gathering import told_by
from wingbeat.channels.mail.models import Account, AutomaticMail
from wingbeat.channels.mail.receipts import receipt_for, send_receipts
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.first_waits import Wait, first_waits, nine_in_ten
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Incoming, Party
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)
SOON = cast.after(seconds=5)


def confirming(**more: Any) -> Inbox:
    """An inbox that confirms first words."""
    inbox = cast.support(cast.ada())
    Inbox.objects.filter(pk=inbox.pk).update(sends_receipt=True, **more)
    Account.objects.create(inbox=inbox, smtp_host="127.0.0.1")
    inbox.refresh_from_db()
    return inbox


def receipts(now: Any = SOON) -> list[Message]:
    seal()
    send_receipts(now)
    ours = Message.objects.filter(kind=MessageKind.AGENT, automatic="reply")
    return list(ours.select_related("words", "outgoing").order_by("pk"))


def test_first_words_are_confirmed_once_and_the_customer_waits_on() -> None:
    conversation = cast.opened(confirming())
    (receipt,) = receipts()
    assert receipts() == [receipt]
    assert receipt.words.recipients["to"] == [cast.NORA]
    assert receipt.words.text.startswith("Hello,\n\nthank you for writing to us.")
    assert receipt.outgoing.state == "waiting"
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waits_for_us_since) == ("us", cast.NOON)
    assert conversation.excerpt == "My lamp does not light."

    again = cast.said("Are you there?", at=cast.after(minutes=1))
    receive(conversation, again, by=Agent.objects.system())
    assert receipts() == [receipt]


def test_an_inbox_that_does_not_want_receipts_sends_none() -> None:
    cast.opened(cast.support(cast.ada()))
    assert receipts() == []


@pytest.mark.parametrize(
    "words",
    [
        cast.said("I am away.", automatic="reply"),
        cast.said("Our news.", automatic="list"),
        cast.said("Buy this.", is_spam=True),
        cast.said("Your order", sender={"name": "", "address": "no-reply@shop.example"}),
        cast.said("Failed", sender={"name": "", "address": "MAILER-DAEMON@shop.example"}),
        cast.said("Ourselves", sender={"name": "", "address": "support@desk.example"}),
    ],
    ids=["away", "list", "spam", "no-reply", "daemon", "ourselves"],
)
def test_robots_lists_and_spam_get_none(words: Incoming) -> None:
    cast.opened(confirming(), words)
    assert receipts() == []


def test_a_conversation_that_somebody_has_answered_needs_none() -> None:
    conversation = cast.opened(confirming())
    conversation.reply(cast.letter(), by=cast.ada(), at=SOON, seen=None)
    assert receipts() == []


def test_mail_that_comes_after_an_outage_gets_an_answer_and_no_receipt() -> None:
    cast.opened(confirming())
    assert receipts(cast.after(hours=2)) == []


def test_a_conversation_that_we_began_needs_none() -> None:
    from wingbeat.desk.conversations.replying import write_to

    write_to(confirming(), cast.letter(subject="Your order"), by=cast.ada(), at=cast.NOON)
    assert receipts() == []


def test_a_desk_in_shadow_mode_confirms_nothing(settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "shadow": True}
    cast.opened(confirming())
    assert receipts() == []


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Guten Tag, ich habe das Paket nicht bekommen.", "Guten Tag,"),
        ("Jó napot, a lámpa nem világít, és kérem, hogy segítsenek.", "Jó napot kívánunk!"),
        ("Здравствуйте, лампа не горит.", "Здравствуйте!"),
        ("Bonjour, ma lampe est cassée.", "Hello,"),
    ],
)
def test_a_receipt_speaks_the_customers_language(text: str, begins: str) -> None:
    cast.opened(confirming(), cast.said(text))
    (receipt,) = receipts()
    assert receipt.words.text.startswith(begins)


def test_a_language_that_was_set_by_hand_comes_first() -> None:
    conversation = cast.opened(confirming(), cast.said("Guten Tag, ich habe das Paket nicht."))
    conversation.customer.language = "hu"
    conversation.customer.save()
    (receipt,) = receipts()
    assert receipt.words.text.startswith("Jó napot")


def test_an_inbox_has_words_of_its_own() -> None:
    cast.opened(confirming(receipt_text="Got it. Ada & Max"))
    (receipt,) = receipts()
    assert receipt.words.text == "Got it. Ada & Max"
    assert receipt.words.html == "<p>Got it. Ada &amp; Max</p>"


@pytest.mark.parametrize(
    ("text", "language"),
    [("", ""), ("123 456", ""), ("Привіт, лампа не світить і не їде", ""), ("ok", "")],
)
def test_what_tells_no_language_is_not_guessed(text: str, language: str) -> None:
    assert told_by(text) == language


# Waiting


def waited(inbox: Inbox, hours: float, *, answered: bool = True) -> None:
    sender: Party = {"name": "", "address": f"p{hours}@customers.example"}
    conversation = cast.opened(inbox, cast.said(sender=sender))
    if answered:
        at = cast.after(hours=hours)
        conversation.reply(cast.letter(to=(sender,)), by=cast.ada(), at=at, seen=None)


def test_how_long_people_waited_lately_is_told_where_enough_have() -> None:
    inbox = confirming()
    now = cast.after(days=3)
    for number in range(19):
        waited(inbox, 1 + number / 10)
    assert "nine in ten" not in receipt_for(inbox, "en", now=now)
    waited(inbox, 3.5)
    assert "nine in ten people had our answer within four hours." in receipt_for(
        inbox, "en", now=now
    )
    assert "nach höchstens vier Stunden" in receipt_for(inbox, "de", now=now)
    assert "{" not in receipt_for(inbox, "ru", now=now) + receipt_for(inbox, "hu", now=now)


def test_those_who_still_wait_make_it_longer_and_may_make_it_unknown() -> None:
    inbox = confirming()
    now = cast.after(days=3)
    for number in range(20):
        waited(inbox, 1 + number / 10)
    before = nine_in_ten(first_waits(inbox, now=now))
    assert before == timedelta(hours=2.7)
    for number in range(5):
        waited(inbox, 100 + number, answered=False)
    assert nine_in_ten(first_waits(inbox, now=now)) is None
    assert "nine in ten" not in receipt_for(inbox, "en", now=now)


def test_spam_and_our_own_first_words_are_no_waits() -> None:
    from wingbeat.desk.conversations.replying import write_to

    inbox = confirming()
    write_to(inbox, cast.letter(subject="Hello"), by=cast.ada(), at=cast.NOON)
    cast.opened(inbox, cast.said("Buy!", is_spam=True))
    assert first_waits(inbox, now=cast.after(days=1)) == []


def test_a_wait_ends_with_our_first_words_or_with_the_conversation() -> None:
    inbox = confirming()
    waited(inbox, 2)
    ended = cast.opened(inbox)
    ended.end(by=cast.ada(), at=cast.after(hours=5), reason="no_answer")
    assert first_waits(inbox, now=cast.after(days=1)) == [
        Wait(timedelta(hours=5), is_over=False),
        Wait(timedelta(hours=2), is_over=True),
    ]


# Caps


def say(conversation: Conversation, at: Any) -> bool:
    from wingbeat.desk.conversations.replying import say_automatically

    if not spend(conversation, [cast.NORA["address"]], at=at):
        return False
    say_automatically(conversation, cast.letter(), by=Agent.objects.system(), at=at)
    return True


def test_a_conversation_sees_three_automatic_mails_and_no_more() -> None:
    conversation = cast.opened(confirming())
    said = [say(conversation, cast.after(days=2 * number)) for number in range(6)]
    assert said == [True] * PER_CONVERSATION + [False] * 3


def test_an_address_sees_ten_automatic_mails_in_any_day() -> None:
    inbox = confirming()
    each = [cast.opened(inbox) for _ in range(PER_ADDRESS + 2)]
    said = [say(one, cast.after(minutes=number)) for number, one in enumerate(each)]
    assert said == [True] * PER_ADDRESS + [False] * 2
    assert not say(each[-1], cast.after(hours=23))
    assert say(each[-1], cast.after(hours=24, minutes=1))
    assert forget_old(cast.after(hours=24, minutes=30)) == PER_ADDRESS
    assert AutomaticMail.objects.count() == 1


@pytest.mark.parametrize("pattern", ["nora@customers.example", "customers.example"])
def test_a_blocked_sender_and_a_spam_conversation_get_no_automatic_mail(pattern: str) -> None:
    conversation = cast.opened(confirming())
    assert spend(conversation, ["nora@customers.example"], at=SOON)
    block(pattern, by=cast.olga(), at=cast.NOON)
    assert not spend(conversation, ["Nora@customers.example"], at=SOON)
    assert receipts() == []
    assert spend(conversation, ["otto@elsewhere.example"], at=SOON)
    conversation.is_spam = True
    assert not spend(conversation, ["otto@elsewhere.example"], at=SOON)
