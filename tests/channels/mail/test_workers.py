"""Judging under two workers, and after a crash in between: every mail once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from tests import cast
from tests.channels.mail.letters import mail, taken_in
from wingbeat.channels.mail import carrying_out, intake, working
from wingbeat.channels.mail.models import RawMail, Source
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


def together(*works: Callable[[], object]) -> None:
    """Do several things at once, each in a thread with a connection of its own."""
    ready, problems = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            ready.wait(10)
            work()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  told below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems, problems


def judge_all() -> None:
    """Judge like a worker: again and again until nothing is left."""
    for _turn in range(200):
        intake.judge_stored(at=cast.NOON)
        if not RawMail.objects.to_judge().exists():
            return
    raise AssertionError("Some mails are never judged.")


def test_two_workers_judge_every_mail_once(inbox: Inbox) -> None:
    for number in range(40):
        sender = f"customer{number % 7}@customers.example"
        intake.store(mail(f"mail {number}", sender=sender), source=Source.SMTP, at=cast.NOON)
    together(judge_all, judge_all)
    assert set(RawMail.objects.values_list("judgement", flat=True)) == {"opened"}
    assert Message.objects.count() == Conversation.objects.count() == 40
    assert Entry.objects.filter(kind="conversation.opened").count() == 40
    assert Customer.objects.count() == 7


def test_a_large_mail_is_judged_once_by_two_workers(inbox: Inbox) -> None:
    intake.store(mail("x " * 600_000), source=Source.SMTP, at=cast.NOON)
    together(judge_all, judge_all)
    assert Message.objects.count() == 1


def test_answers_find_their_conversation_whichever_worker_is_quicker(inbox: Inbox) -> None:
    for thread in range(8):
        first = f"<first.{thread}@customers.example>"
        intake.store(mail(message_id=first), source=Source.SMTP, at=cast.NOON)
        for _answer in range(3):
            raw = mail(subject="Re: A broken lamp", In_Reply_To=first, References=first)
            intake.store(raw, source=Source.SMTP, at=cast.NOON)
    together(judge_all, judge_all)
    assert Conversation.objects.count() == 8
    assert {one.messages.count() for one in Conversation.objects.all()} == {4}


def test_a_crash_between_storing_and_judging_is_made_good(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.store(mail(), source=Source.SMTP, at=cast.NOON)

    def crash(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(carrying_out, "_much_like", crash)  # after the message, before the end
    with pytest.raises(KeyboardInterrupt):
        intake.judge_stored(at=cast.NOON)
    assert not Message.objects.exists()
    monkeypatch.undo()
    assert intake.judge_stored(at=cast.NOON) == 1
    assert intake.judge_stored(at=cast.NOON) == 0
    assert Message.objects.count() == 1


def test_a_mail_that_ends_the_process_each_time_is_given_up(inbox: Inbox) -> None:
    deadly = intake.store(mail("deadly"), source=Source.SMTP, at=cast.NOON)
    intake.store(mail("after it"), source=Source.SMTP, at=cast.NOON)
    for _start in range(3):
        working.suspect()
    intake.judge_stored(at=cast.NOON)
    deadly.refresh_from_db()
    assert (deadly.judgement, "stopped" in deadly.why) == ("unreadable", True)
    assert Conversation.objects.count() == 1


def test_a_mail_that_another_worker_judged_meanwhile_is_not_judged_again(inbox: Inbox) -> None:
    raw_mail = intake.store(mail(), source=Source.SMTP, at=cast.NOON)
    seen_before = RawMail.objects.get(pk=raw_mail.pk)
    intake.judge(raw_mail, at=cast.NOON)
    intake.count_crash(seen_before)
    assert (seen_before.judgement, seen_before.attempts) == ("opened", 0)
    assert intake.judge_stored(at=cast.NOON) == 0
    assert Message.objects.count() == 1


def test_a_mail_that_another_worker_reads_is_not_suspected(inbox: Inbox) -> None:
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("SQLite has one worker")
    raw_mail = intake.store(mail(), source=Source.SMTP, at=cast.NOON)
    with transaction.atomic():
        assert RawMail.objects.claim(raw_mail.pk)
        together(working.suspect)
    raw_mail.refresh_from_db()
    assert raw_mail.attempts == 0


def test_a_database_in_trouble_is_no_fault_of_the_mail(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_mail = intake.store(mail(), source=Source.SMTP, at=cast.NOON)

    def locked(*_args: object, **_more: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(carrying_out, "open_conversation", locked)
    for _turn in range(5):
        with pytest.raises(OperationalError):
            intake.judge_stored(at=cast.NOON)
    monkeypatch.undo()
    raw_mail.refresh_from_db()
    assert (raw_mail.judgement, raw_mail.attempts) == ("stored", 0)
    assert intake.judge_stored(at=cast.NOON) == 1


def test_the_working_thread_judges_what_is_stored_at_once(inbox: Inbox) -> None:
    stop = threading.Event()

    def work() -> None:
        working.work(stop)

    def store_and_look() -> None:
        try:
            intake.store(mail(), source=Source.SMTP, at=timezone.now())
            deadline = timezone.now() + timedelta(seconds=10)
            while not Conversation.objects.exists():
                assert timezone.now() < deadline
        finally:
            stop.set()
            intake.stored.set()

    together(work, store_and_look)
    assert Conversation.objects.count() == 1


def test_a_mail_is_durable_when_storing_returns_and_not_within_another_transaction(
    inbox: Inbox,
) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        intake.store(mail(), source=Source.SMTP, at=cast.NOON)
    assert taken_in(mail()).judgement == "opened"
