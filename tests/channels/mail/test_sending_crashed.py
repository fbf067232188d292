"""What a crash leaves behind: due again where nothing had left, in doubt where something had."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import OperationalError

from tests import cast
from tests.channels.mail.far_server import HANG_UP, far_server
from tests.channels.mail.sent import account, in_trouble, replied, row_of
from wingbeat.channels.mail import sending
from wingbeat.channels.mail.composing import Post
from wingbeat.channels.mail.gathering import post_of
from wingbeat.channels.mail.sending import LEASE, Clock, Holding, send_due, settle_stranded
from wingbeat.desk.conversations import delivering
from wingbeat.desk.conversations.delivering import LostLease, lease_due
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)
DUE = cast.after(minutes=6)
LATER = DUE + timedelta(seconds=10)


def leased(*, handed_over: bool) -> Outgoing:
    """A reply in the hands of a process that dies now."""
    replied()
    (row,) = lease_due(DUE, lease="dead", until=DUE + LEASE, limit=9)
    if handed_over:
        row.hand_over("wb.1@desk.example", at=DUE)
    return row


def test_what_died_before_the_first_byte_is_sent_again_by_itself() -> None:
    row = leased(handed_over=False)
    assert settle_stranded(LATER) == 0
    with far_server() as far:
        account(row.message.conversation.inbox, far)
        assert send_due(DUE + timedelta(seconds=2)) == 0  # somebody may live and hold it still
        assert send_due(LATER) == 1
    assert len(far.taken) == 1
    assert row_of(row.message).state == Delivery.SENT


def test_what_died_while_it_was_handed_over_is_in_doubt_within_ten_seconds() -> None:
    row = leased(handed_over=True)
    assert settle_stranded(DUE + timedelta(seconds=2)) == 0
    assert settle_stranded(LATER) == 1
    assert settle_stranded(LATER) == 0
    row.refresh_from_db()
    assert row.state == Delivery.IN_DOUBT
    assert "may or may not have it" in row.why
    assert in_trouble(row.message)
    assert Entry.objects.filter(kind="reply.in_doubt").count() == 1
    with far_server() as far:
        account(row.message.conversation.inbox, far)
        assert send_due(DUE + timedelta(days=1)) == 0
    assert far.taken == []


def test_a_sender_that_lost_its_lease_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(row: Outgoing) -> Post:
        Outgoing.objects.update(lease="another")
        return post_of(row)

    monkeypatch.setattr(sending, "post_of", slowly)
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        assert send_due(DUE) == 1
    assert far.taken == []
    assert (row_of(message).state, row_of(message).lease) == (Delivery.WAITING, "another")


def test_a_late_answer_settles_the_doubt_it_caused() -> None:
    row = leased(handed_over=True)
    settle_stranded(LATER)
    system = Agent.objects.system()
    row.taken(by=system, at=LATER)
    assert row_of(row.message).state == Delivery.SENT
    assert not in_trouble(row.message)


def test_a_late_answer_changes_nothing_once_a_person_has_decided() -> None:
    row = leased(handed_over=True)
    settle_stranded(LATER)
    row_of(row.message).resend(by=cast.ada(), at=LATER)
    with pytest.raises(LostLease):
        row.taken(by=Agent.objects.system(), at=LATER)
    assert row_of(row.message).state == Delivery.WAITING


def test_a_living_sender_keeps_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BEAT_SECONDS", 0.02)
    row = leased(handed_over=True)
    with Holding("dead", Clock(DUE + timedelta(minutes=1))):
        deadline = time.monotonic() + 10
        while row_of(row.message).lease_until_at == DUE + LEASE and time.monotonic() < deadline:
            time.sleep(0.01)
        assert settle_stranded(DUE + timedelta(minutes=1)) == 0
    assert settle_stranded(DUE + timedelta(minutes=1, seconds=20)) == 1


def test_an_outcome_that_cannot_be_written_at_once_is_written_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures = iter([OperationalError("database is locked"), OperationalError("again")])
    restate = delivering.restate_trouble

    def locked(row: Outgoing) -> None:
        for failure in failures:
            raise failure
        restate(row)

    monkeypatch.setattr(delivering, "restate_trouble", locked)
    monkeypatch.setattr(sending, "PAUSES_TO_WRITE", (0.01, 0.01, 0.01))
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        assert send_due(DUE) == 1
    assert len(far.taken) == 1
    assert row_of(message).state == Delivery.SENT
    assert Entry.objects.filter(kind="reply.sent").count() == 1


@pytest.mark.parametrize("answer", ["250 taken", "451 later", "550 never", HANG_UP])
def test_an_outcome_that_can_never_be_written_is_a_doubt_and_nothing_is_sent_twice(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_row: Outgoing) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(sending, "PAUSES_TO_WRITE", (0.01,))
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        far.on_words = lambda _mail: answer
        with monkeypatch.context() as broken:
            broken.setattr(delivering, "restate_trouble", full)
            with pytest.raises(OperationalError, match="full"):
                send_due(DUE)
        assert row_of(message).state == Delivery.HANDING_OVER
        assert settle_stranded(LATER) == 1
        assert row_of(message).state == Delivery.IN_DOUBT
        far.on_words = None
        assert send_due(DUE + timedelta(days=1)) == 0
    assert len(far.taken) == (answer == "250 taken")
