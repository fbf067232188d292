"""Replies leave by a real SMTP server, each at most once, and what became of them is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from tests.channels.mail.far_server import FarServer, far_server
from wingbeat.channels.mail import identity
from wingbeat.channels.mail.models import Account
from wingbeat.channels.mail.sending import send_due
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def account(inbox: Inbox, far: FarServer) -> Account:
    return Account.objects.create(
        inbox=inbox, smtp_host="127.0.0.1", smtp_port=far.port, smtp_security="none"
    )


def replied(text: str = "We send you a new one.", **more: object) -> Message:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada), cast.said(message_id="lamp.1@customers.example"))
    return conversation.reply(
        cast.letter(text, **more), by=ada, at=cast.after(minutes=5), seen=None
    )


def state_of(message: Message) -> Outgoing:
    return Outgoing.objects.get(message=message)


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

    row = state_of(message)
    assert (row.state, row.why) == (Delivery.SENT, "")
    assert row.sent_at is not None
    message.refresh_from_db()
    assert f"<{message.message_id}>" == mail["Message-ID"]
    kinds = list(Entry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["conversation.opened", "reply.queued", "reply.sent"]


def test_nothing_leaves_before_its_undo_window_is_over() -> None:
    with far_server() as far:
        message = replied()
        account(message.conversation.inbox, far)
        assert send_due(cast.after(minutes=5) + timedelta(seconds=14)) == 0
        assert far.taken == []
