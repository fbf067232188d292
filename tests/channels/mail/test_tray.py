"""What a person can do about mail that the desk could not judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import cast
from tests.channels.mail.letters import OTTO, conversation_of, mail, taken_in
from wingbeat.channels.mail import intake, tray
from wingbeat.channels.mail.models import Judgement, RawMail, Source
from wingbeat.channels.mail.parsing.confined import BeyondLimits, parse_safely
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


@contextmanager
def failing(error: Exception) -> Iterator[None]:
    """Let every attempt to read a mail end with an error."""

    def fail(_raw: bytes) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "parse_safely", fail)
        yield


def test_a_mail_that_breaks_judging_stands_in_the_tray_after_three_attempts(inbox: Inbox) -> None:
    raw_mail = intake.store(mail(), source=Source.SMTP, at=cast.NOON)
    seen = []
    with failing(ValueError("a strange mail")):
        for _attempt in range(3):
            intake.judge_stored(at=cast.NOON)
            raw_mail.refresh_from_db()
            seen.append(raw_mail.judgement)
    assert seen == [Judgement.STORED, Judgement.STORED, Judgement.UNREADABLE]
    assert raw_mail.why == "The desk could not read it: a strange mail"
    assert list(RawMail.objects.in_tray()) == [raw_mail]


def test_looking_again_takes_a_mended_mail_in(inbox: Inbox) -> None:
    with failing(BeyondLimits("too large")):
        raw_mail = taken_in(mail())
    assert raw_mail.judgement == Judgement.UNREADABLE
    tray.look_again(raw_mail, by=cast.ada(), at=cast.after(hours=1))
    assert raw_mail.judgement == Judgement.OPENED
    assert conversation_of(raw_mail).waits_for_us_since == cast.NOON
    assert Entry.objects.filter(kind="mail.taken_back").count() == 1


def test_one_bad_mail_does_not_keep_the_others(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = intake.store(mail("bad"), source=Source.SMTP, at=cast.NOON)
    good = intake.store(mail("good"), source=Source.SMTP, at=cast.NOON)

    def careful(raw: bytes) -> object:
        if b"bad" in raw:
            raise ValueError("bad")
        return parse_safely(raw)

    monkeypatch.setattr(intake, "parse_safely", careful)
    assert intake.judge_stored(at=cast.NOON) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.judgement, bad.attempts, good.judgement) == ("stored", 1, "opened")


def test_what_is_no_spam_becomes_a_conversation(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(X_Spam_Flag="YES"))
    tray.take_in(raw_mail, by=cast.ada(), at=cast.after(hours=1))
    assert raw_mail.judgement == Judgement.OPENED
    assert conversation_of(raw_mail).waits_for_us_since == cast.NOON
    assert not RawMail.objects.in_tray().exists()


def test_mail_for_no_inbox_is_taken_in_where_somebody_says(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(to="nobody@desk.example"))
    with pytest.raises(tray.InboxNeeded):
        tray.take_in(raw_mail, by=cast.olga(), at=cast.NOON)
    raw_mail.refresh_from_db()
    tray.take_in(raw_mail, by=cast.olga(), at=cast.NOON, inbox=inbox)
    assert conversation_of(raw_mail).inbox == inbox


def test_mail_without_a_sender_is_taken_in_when_somebody_knows_whose_it_is(inbox: Inbox) -> None:
    raw_mail = taken_in(b"To: support@desk.example\n\nWho am I?\n")
    with pytest.raises(tray.NobodyToAnswer):
        tray.take_in(raw_mail, by=cast.ada(), at=cast.NOON)
    raw_mail.refresh_from_db()
    tray.take_in(raw_mail, by=cast.ada(), at=cast.NOON, sender=cast.OTTO)
    assert conversation_of(raw_mail).customer.first_address == "otto@customers.example"


def test_nobody_is_made_a_customer_of_themselves(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(sender="support@desk.example"))
    with pytest.raises(tray.NobodyToAnswer):
        tray.take_in(raw_mail, by=cast.ada(), at=cast.NOON)
    raw_mail.refresh_from_db()
    tray.take_in(raw_mail, by=cast.ada(), at=cast.NOON, sender=cast.NORA)
    assert conversation_of(raw_mail).customer.first_address == "nora@customers.example"


def test_a_mail_too_large_to_read_is_taken_in_with_itself_attached(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_raw: bytes) -> None:
        raise BeyondLimits("too large")

    monkeypatch.setattr(intake, "parse_safely", refuse)
    monkeypatch.setattr(tray, "parse_safely", refuse)
    raw = mail("A long story.", sender=OTTO)
    raw_mail = taken_in(raw)
    tray.take_in(raw_mail, by=cast.ada(), at=cast.NOON)
    attachment = conversation_of(raw_mail).messages.get().attachments.get()
    assert (attachment.name, attachment.content()) == ("mail.eml", raw)


def test_what_is_laid_aside_leaves_the_tray_and_is_kept(inbox: Inbox) -> None:
    raw_mail = taken_in(mail(X_Spam_Flag="YES"))
    tray.set_aside(raw_mail, by=cast.ada(), at=cast.after(hours=1))
    assert not RawMail.objects.in_tray().exists()
    assert RawMail.objects.get().content().endswith(b"light.\n")
    assert Entry.objects.filter(kind="mail.set_aside").count() == 1
    with pytest.raises(tray.NotInTray):
        tray.set_aside(raw_mail, by=cast.ada(), at=cast.after(hours=2))


def test_a_conversation_is_not_taken_back_into_the_tray(inbox: Inbox) -> None:
    with pytest.raises(tray.NotInTray):
        tray.look_again(taken_in(mail()), by=cast.ada(), at=cast.NOON)


def test_a_mail_in_the_tray_shows_whose_it_is(inbox: Inbox) -> None:
    shown = taken_in(mail(X_Spam_Flag="YES", subject="Win a lamp"))
    with failing(BeyondLimits("too large")):
        unread = taken_in(mail("A long story.", sender=OTTO))
    assert (shown.sender, shown.subject) == ("nora@customers.example", "Win a lamp")
    assert (unread.sender, unread.subject) == ("otto@customers.example", "A broken lamp")
    tray.take_in(shown, by=cast.ada(), at=cast.NOON)
    assert conversation_of(shown).subject == "Win a lamp"
