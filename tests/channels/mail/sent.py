"""What tests of sending share: a reply in the outbox, an account to send it by, its row."""

from __future__ import annotations

from typing import Any

from tests import cast
from tests.channels.mail.far_server import FarServer
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.words import Party

BOSS: Party = {"name": "Bea Boss", "address": "bea@customers.example"}


def account(inbox: Inbox, far: FarServer, **more: Any) -> Account:
    """The inbox's account on the far server, without encryption or log-in."""
    settings = {"smtp_host": "127.0.0.1", "smtp_port": far.port, "smtp_security": "none", **more}
    return Account.objects.create(inbox=inbox, **settings)


def replied(text: str = "We send you a new one.", **more: Any) -> Message:
    """A reply of Ada's to Nora, queued five minutes after noon."""
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada), cast.said(message_id="lamp.1@customers.example"))
    return conversation.reply(
        cast.letter(text, **more), by=ada, at=cast.after(minutes=5), seen=None
    )


def row_of(message: Message) -> Outgoing:
    return Outgoing.objects.get(message=message)


def in_trouble(message: Message) -> bool:
    message.conversation.refresh_from_db()
    return message.conversation.has_trouble
