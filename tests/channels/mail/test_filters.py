"""Filters on real mails: the first that fits files it, once, and nothing is ever dropped."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests import cast
from tests.channels.mail.letters import (
    OTTO,
    answer,
    answered,
    became,
    checked,
    conversation_of,
    mail,
    own_id,
    taken_in,
    trusting,
)
from wingbeat.channels.mail import caps, filtering, receipts, tray
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.mail.models import Account, Judgement, RawMail
from wingbeat.desk.automation.declaring import NotTried, Step
from wingbeat.desk.care.notification import Notification
from wingbeat.desk.care.notifying import notify_of_events
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.journal.wrong import WrongFields
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
SHOP = "Shop <no-reply@shop.example>"


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


@pytest.fixture
def orders() -> Inbox:
    return Inbox.objects.create(name="Orders", address="orders@desk.example")


def made(asks: str, *steps: tuple[str, str], name: str = "Shop", on: bool = True) -> MailFilter:
    """A filter of Olga's, tried and switched on."""
    found, olga = MailFilter(name=name), cast.olga()
    wanted = [Step(do=do, value=value) for do, value in steps]
    version = found.write(asks=asks, steps=wanted, why="", by=olga, at=cast.NOON)
    version.try_out(by=olga, at=cast.NOON)
    if on:
        found.switch(on=True, by=olga, at=cast.NOON)
    return found


def test_a_mail_is_filed_into_another_inbox_with_tag_and_cause(inbox: Inbox, orders: Inbox) -> None:
    Cause.objects.create(name="Delivery")
    rule = made(
        "from:@shop.example subject:order", ("move", "Orders"), ("tag", "shop"),
        ("cause", "Delivery"),
    )  # fmt: skip
    raw_mail = taken_in(mail(sender=SHOP, subject="Your Order 7"))
    conversation = conversation_of(raw_mail)
    assert (conversation.inbox, raw_mail.inbox) == (orders, inbox)
    assert [one.tag.name for one in conversation.taggings.all()] == ["shop"]
    assert conversation.cause_mark.cause.name == "Delivery"
    assert raw_mail.filed_by == rule.now()
    assert raw_mail.why == "Filed by the filter “Shop”."
    other = conversation_of(taken_in(mail(sender=OTTO, subject="Your order")))
    assert other.inbox == inbox


def test_what_goes_silently_into_the_tray_is_kept_whole_and_can_be_taken_in(inbox: Inbox) -> None:
    made("list:news", ("tray", ""))
    raw = mail("Buy now!", List_Id="The news <news.shop.example>")
    raw_mail = taken_in(raw)
    assert (raw_mail.judgement, raw_mail.became) == (Judgement.FILED, None)
    assert not Conversation.objects.exists()
    waiting = RawMail.objects.in_tray().visible_to(cast.ada())
    assert [(one.pk, one.sender) for one in waiting] == [(raw_mail.pk, "nora@customers.example")]
    assert raw_mail.content() == raw
    tray.take_in(raw_mail, by=cast.ada(), at=cast.after(hours=1))
    assert became(raw_mail).words.text.strip() == "Buy now!"
    assert raw_mail.filed_by is None


def test_what_a_filter_calls_spam_stands_in_the_tray_as_spam(inbox: Inbox) -> None:
    made("subject:lottery", ("spam", ""))
    raw_mail = taken_in(mail(subject="LOTTERY"))
    assert (raw_mail.judgement, raw_mail.filed_by is not None) == (Judgement.SPAM, True)


def test_an_answer_goes_to_its_conversation_whatever_a_filter_says(inbox: Inbox) -> None:
    conversation = conversation_of(taken_in(mail()))
    ours = answered(conversation)
    made("from:nora", ("tray", ""))
    raw_mail = taken_in(answer(own_id(ours)), hours=1)
    assert (raw_mail.judgement, conversation_of(raw_mail)) == (Judgement.JOINED, conversation)


def test_who_is_found_out_is_spam_before_a_filter_is_asked(inbox: Inbox, orders: Inbox) -> None:
    trusting(inbox)
    made("from:@shop.example", ("move", "Orders"))
    forged = taken_in(checked(mail(sender=SHOP), "fail"))
    assert (forged.judgement, forged.filed_by) == (Judgement.SPAM, None)


def test_the_first_that_fits_decides_and_their_order_can_be_changed(inbox: Inbox) -> None:
    made("subject:lamp", ("tag", "first"), name="First")
    second = made("subject:lamp", ("tag", "second"), name="Second")
    assert [one.tag.name for one in conversation_of(taken_in(mail())).taggings.all()] == ["first"]
    second.move_up(by=cast.olga(), at=cast.NOON)
    told = conversation_of(taken_in(mail(sender=OTTO))).taggings.all()
    assert [one.tag.name for one in told] == ["second"]
    second.move_up(by=cast.olga(), at=cast.NOON)
    assert [one.name for one in MailFilter.objects.in_order()] == ["Second", "First"]


def test_moving_makes_no_other_filter_look(inbox: Inbox, orders: Inbox) -> None:
    """Two that would send a mail to and fro send it once."""
    made("to:support@", ("move", "Orders"), name="There")
    made("subject:lamp", ("move", "Support"), name="And back")
    conversation = conversation_of(taken_in(mail()))
    assert conversation.inbox == orders
    assert not Entry.objects.filter(kind=Kind.MOVED).exists()


def test_no_automatic_answer_leaves_where_a_filter_says_so(inbox: Inbox) -> None:
    Account.objects.create(inbox=inbox, smtp_host="mail.desk.example")
    Inbox.objects.update(sends_receipt=True)
    made("subject:lamp", ("unanswered", ""))
    left_alone = conversation_of(taken_in(mail()))
    usual = conversation_of(taken_in(mail(sender=OTTO, subject="An invoice")))
    seal()
    receipts.send_receipts(cast.after(minutes=1))
    ours = Message.objects.filter(kind=MessageKind.AGENT).values_list("conversation", flat=True)
    assert list(ours) == [usual.pk]
    assert not caps.spend(left_alone, ["nora@customers.example"], at=cast.NOON)


def test_nobody_is_notified_by_the_desk_where_a_filter_says_so_but_by_people(inbox: Inbox) -> None:
    made("subject:lamp", ("hushed", ""))
    hushed = conversation_of(taken_in(mail()))
    hushed.assign(agent=cast.ada(), team=None, by=Agent.objects.system(), at=cast.NOON)
    seal()
    notify_of_events(cast.NOON, filtering.hushes)
    assert not Notification.objects.exists()
    hushed.note(cast.letter("@Ada look", to=()), by=cast.olga(), at=cast.NOON)
    seal()
    notify_of_events(cast.NOON, filtering.hushes)
    assert Notification.objects.get().agent == cast.ada()


def test_a_paused_filter_does_nothing_and_an_untried_one_cannot_be_switched_on(
    inbox: Inbox,
) -> None:
    paused = made("subject:lamp", ("tray", ""))
    paused.switch(on=False, by=cast.olga(), at=cast.NOON)
    assert taken_in(mail()).judgement == Judgement.OPENED
    paused.write(
        asks="subject:lamps", steps=[{"do": "tray", "value": ""}], why="all of them",
        by=cast.olga(), at=cast.NOON,
    )  # fmt: skip
    with pytest.raises(NotTried):
        paused.switch(on=True, by=cast.olga(), at=cast.NOON)
    assert [one.asks for one in paused.versions.order_by("pk")] == ["subject:lamp", "subject:lamps"]


def test_a_trial_reads_past_mails_again_and_leaves_out_what_is_restricted(inbox: Inbox) -> None:
    past = [taken_in(mail(subject=subject)) for subject in ("Lamp", "Lamp", "Bill")]
    conversation_of(past[1]).restrict(to=[], by=cast.ada(), at=cast.NOON)
    version = made("subject:lamp", ("tag", "lamp"), on=False).now()
    assert (version.looked_at, version.would_touch) == (2, 1)
    trial = version.trial(by=cast.olga(), now=cast.NOON)
    assert [one.pk for one in trial.latest] == [past[0].pk]
    assert not conversation_of(past[0]).taggings.exists()


def test_an_inbox_or_cause_that_is_gone_loses_no_mail(inbox: Inbox, orders: Inbox) -> None:
    cause = Cause.objects.create(name="Delivery")
    made("subject:lamp", ("move", "Orders"), ("cause", "Delivery"))
    orders.delete()
    cause.delete()
    assert conversation_of(taken_in(mail())).inbox == inbox


def test_no_filter_looks_into_a_team_inbox_or_leads_into_one(inbox: Inbox, orders: Inbox) -> None:
    Inbox.objects.filter(pk=orders.pk).update(is_for_team=True)
    made("subject:lamp", ("move", "Orders"))
    assert conversation_of(taken_in(mail())).inbox == inbox
    private = taken_in(mail(sender=OTTO, to="orders@desk.example"))
    assert (conversation_of(private).inbox, private.filed_by) == (orders, None)


@pytest.mark.parametrize(
    ("asks", "fits"),
    [
        ("from:nora@", True),
        ('from:"nora lind"', True),
        ("-from:nora@", False),
        ("from:otto,nora", True),
        ("to:support@desk.example", True),
        ("to:orders@", False),
        ("subject:LAMP", True),
        ("has:attachment", True),
        ("-has:list", True),
        ("file:.pdf", True),
        ("file:.zip", False),
        ("size>1kb", True),
        ("size<1kb", False),
        ("size>1mb", False),
        ("header.x-priority:1", True),
        ("header.x-priority:2", False),
        ("header.x-gone:1", False),
        ("subject:lamp has:list", False),
    ],
)
def test_what_a_filter_can_ask_of_a_mail(inbox: Inbox, asks: str, fits: bool) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = "Nora Lind <nora@customers.example>", "support@desk.example"
    letter["Subject"], letter["Message-ID"] = "A lamp", "<1@customers.example>"
    letter["X-Priority"] = "1"
    letter.set_content("It does not light.")
    letter.add_attachment(b"%PDF" * 500, maintype="application", subtype="pdf", filename="Bill.PDF")
    made(asks, ("tray", ""))
    assert (taken_in(letter.as_bytes()).judgement == Judgement.FILED) is fits


@pytest.mark.parametrize(
    ("asks", "steps", "wrong"),
    [
        ("", [("tray", "")], {"asks"}),
        ("lamp", [("tray", "")], {"asks"}),
        ("colour:red", [("tray", "")], {"asks"}),
        ("subject:", [("tray", "")], {"asks"}),
        ("size>much", [("tray", "")], {"asks"}),
        ("size:2mb", [("tray", "")], {"asks"}),
        ("has:feet", [("tray", "")], {"asks"}),
        ("subject:lamp", [], {"steps"}),
        ("subject:lamp", [("delete", "")], {"steps.0.do"}),
        ("subject:lamp", [("tag", "a"), ("move", "Nowhere")], {"steps.1.value"}),
        ("subject:lamp", [("tray", ""), ("tag", "lamp")], {"steps"}),
        ("lamp", [("delete", ""), ("tag", "")], {"asks", "steps.0.do", "steps.1.value"}),
    ],
)
def test_what_cannot_be_is_told(
    inbox: Inbox, asks: str, steps: list[tuple[str, str]], wrong: set[str]
) -> None:
    with pytest.raises(WrongFields) as told:
        made(asks, *steps)
    assert set(told.value.fields) == wrong
    assert not MailFilter.objects.exists()


def test_a_name_is_taken_once(inbox: Inbox) -> None:
    made("subject:lamp", ("tray", ""))
    with pytest.raises(WrongFields, match="already"):
        made("subject:bill", ("tray", ""))
