"""A reply leaves by a real SMTP server when it is due, with its words and its place."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from tests import cast
from tests.channels.mail.far_server import FarServer, Taken, far_server, free_port
from tests.channels.mail.letters import answer, conversation_of, taken_in
from tests.channels.mail.sent import account, in_trouble, replied, row_of
from wingbeat.channels import shadow
from wingbeat.channels.mail import identity
from wingbeat.channels.mail.sending import NO_ACCOUNT, send_due, try_now
from wingbeat.desk.conversations import replying
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.replying import TooLateToUndo
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reply_arrives_with_its_words_its_name_and_its_place_in_the_thread() -> None:
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        assert send_due(cast.after(minutes=6)) == 1
    (taken,) = far.taken
    assert taken.sender == "support@desk.example"
    assert taken.recipients == ["nora@customers.example"]
    mail = taken.mail
    assert mail["From"] == "Support <support@desk.example>"
    assert mail["To"] == "Nora Lind <nora@customers.example>"
    assert mail["Subject"] == "Re: A broken lamp"
    assert mail["In-Reply-To"] == "<lamp.1@customers.example>"
    assert mail["References"] == "<lamp.1@customers.example>"
    assert identity.own_message(mail["Message-ID"]) == (message.conversation_id, message.pk)
    plain = mail.get_body(("plain",))
    assert plain is not None
    lines = plain.get_content().splitlines()
    assert lines[0] == "We send you a new one."
    assert lines[-1] == "> My lamp does not light."

    row = row_of(message)
    assert (row.state, row.why) == (Delivery.SENT, "")
    assert row.sent_at is not None
    message.refresh_from_db()
    assert f"<{message.message_id}>" == mail["Message-ID"]
    kinds = list(Entry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["conversation.opened", "reply.queued", "reply.sent"]


def test_nothing_leaves_before_its_undo_window_is_over_and_nothing_leaves_twice() -> None:
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        assert send_due(cast.after(minutes=5) + timedelta(seconds=14)) == 0
        assert far.taken == []
        assert send_due(cast.after(minutes=5) + timedelta(seconds=15)) == 1
        assert send_due(cast.after(days=9)) == 0
    assert len(far.taken) == 1
    with pytest.raises(TooLateToUndo):
        replying.undo(message, by=cast.ada(), at=cast.after(minutes=5))


def test_many_replies_share_one_connection() -> None:
    with far_server() as far:
        first = replied()
        account(first.conversation.inbox, far)
        for number in range(4):
            first.conversation.reply(
                cast.letter(f"And number {number}."),
                by=cast.ada(),
                at=cast.after(minutes=6),
                seen=None,
            )
        assert send_due(cast.after(minutes=7), limit=3) == 3
        assert send_due(cast.after(minutes=7), limit=3) == 2
    assert len(far.taken) == 5
    assert far.connections == 2


def test_bcc_is_in_the_envelope_and_nowhere_in_the_mail() -> None:
    with far_server() as far:
        message = replied(bcc=({"name": "Max", "address": "max@desk.example"},))
        account(message.conversation.inbox, far)
        send_due(cast.after(minutes=6))
    (taken,) = far.taken
    assert taken.recipients == ["nora@customers.example", "max@desk.example"]
    assert b"max@" not in taken.content.lower()
    assert b"bcc" not in taken.content.lower()


def test_without_an_account_a_reply_waits_with_its_reason_and_leaves_once_there_is_one() -> None:
    message = replied()
    for hours in range(1, 40):
        send_due(cast.after(hours=hours))
    row = row_of(message)
    assert (row.state, row.why) == (Delivery.WAITING, NO_ACCOUNT.format(inbox="Support"))
    assert row.is_in_trouble
    assert in_trouble(message)
    with far_server() as far:
        account(message.conversation.inbox, far)
        now = cast.after(hours=39, minutes=1)
        assert send_due(now) == 0
        assert try_now(message.conversation.inbox, now) == 1
        assert send_due(now) == 1
    assert row_of(message).state == Delivery.SENT
    assert not in_trouble(message)


def test_a_desk_in_shadow_mode_sends_nothing_and_says_so(settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "shadow": True}
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        assert send_due(cast.after(minutes=6)) == 0
    assert far.taken == []
    assert (row_of(message).state, row_of(message).why) == (Delivery.WAITING, str(shadow.WHY))


def test_a_reply_that_cannot_be_composed_keeps_no_other_from_leaving() -> None:
    with far_server() as far:
        lost = replied()
        account(lost.conversation.inbox, far)
        file = Attachment(message=lost, name="plan.pdf", type="application/pdf")
        file.put(b"x" * 100_000)
        file.sha256 = "0" * 64  # its bytes are nowhere
        file.save()
        fine = lost.conversation.reply(
            cast.letter("The other."), by=cast.ada(), at=cast.after(minutes=6), seen=None
        )
        send_due(cast.after(minutes=7))
    assert [row_of(lost).state, row_of(fine).state] == [Delivery.WAITING, Delivery.SENT]
    assert "restore it from a backup" in row_of(lost).why


def test_a_server_that_hangs_holds_up_no_other_inbox() -> None:
    hangs, go_on = threading.Event(), threading.Event()

    async def slow(_mail: Taken) -> str:
        hangs.set()
        while not go_on.is_set():
            await asyncio.sleep(0.01)
        return "250 at last"

    def send() -> None:
        send_due(cast.after(minutes=6))
        connection.close()

    with far_server() as far, far_server() as hanging:
        hanging.on_words = slow
        slow_one = replied()
        account(slow_one.conversation.inbox, hanging)
        other = Inbox.objects.create(name="Sales", address="sales@desk.example")
        account(other, far)
        quick = cast.opened(other).reply(
            cast.letter(), by=cast.ada(), at=cast.after(minutes=5), seen=None
        )
        thread = threading.Thread(target=send)
        thread.start()
        assert hangs.wait(10)
        assert send_due(cast.after(minutes=6)) == 1
        assert row_of(quick).state == Delivery.SENT
        assert row_of(slow_one).state == Delivery.HANDING_OVER
        assert send_due(cast.after(minutes=6)) == 0
        go_on.set()
        thread.join(10)
    assert row_of(slow_one).state == Delivery.SENT


def test_a_server_that_is_gone_is_asked_once_for_a_thousand_replies() -> None:
    first = replied()
    conversation = first.conversation
    for number in range(6):
        conversation.reply(
            cast.letter(f"{number}"), by=cast.ada(), at=cast.after(minutes=5), seen=None
        )
    gone = FarServer(port=free_port())
    account(conversation.inbox, gone)
    assert send_due(cast.after(minutes=6), limit=2) == 2
    assert send_due(cast.after(minutes=6), limit=2) == 0
    rows = Outgoing.objects.all()
    assert {row.attempts for row in rows} == {1}
    assert all("Nobody listens" in row.why for row in rows)
    for minutes in (10, 20, 30, 50, 70):
        send_due(cast.after(minutes=minutes), limit=2)
    assert in_trouble(first)
    assert Outgoing.objects.in_trouble().count() == 7


def test_an_answer_to_what_arrived_comes_back_into_its_conversation() -> None:
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        send_due(cast.after(minutes=6))
    reply = answer(far.mails[0]["Message-ID"], "Thank you!", to="support@desk.example")
    came = taken_in(reply, hours=1)
    assert came.judgement == "joined"
    assert conversation_of(came) == message.conversation


def test_our_own_mail_coming_round_is_known_by_its_mark() -> None:
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        send_due(cast.after(minutes=6))
    assert taken_in(far.taken[0].content, inbox=message.conversation.inbox).judgement == "loop"
