"""Whichever door a mail comes through, the same becomes of it: IMAP, SMTP, or the pipe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests import cast, dovecot
from tests.channels.mail.letters import answer, mail, own_id
from tests.channels.mail.listening import client, listener
from tests.dovecot import Dovecot
from wingbeat.channels.mail import intake, pipe, secrets, spool
from wingbeat.channels.mail.models import Account, RawMail
from wingbeat.channels.mail.pipe import Envelope
from wingbeat.channels.mail.receipts import send_receipts
from wingbeat.channels.mail.watching import fetch_once
from wingbeat.desk.conversations.assigning import owner_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.journal.sealing import seal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.imap]
Door = Callable[[bytes, Inbox], None]


@dataclass
class Doors:
    """Ways for a mail's bytes into an inbox."""

    server: Dovecot

    def imap(self, raw: bytes, inbox: Inbox) -> None:
        """The desk fetches it from a mailbox."""
        account = Account.objects.get(inbox=inbox)
        self.server.deliver(account.imap_user, raw.replace(b"\n", b"\r\n"))
        assert fetch_once(account) == 1

    def smtp(self, raw: bytes, inbox: Inbox) -> None:
        """Another server hands it in."""
        with listener() as port, client(port) as line:
            lines = raw.replace(b"\n", b"\r\n")
            line.sendmail("somebody@customers.example", [inbox.address], lines)

    def pipe(self, raw: bytes, _inbox: Inbox) -> None:
        """A mail server pipes it into a command."""
        pipe.hand_in(raw, Envelope.new(), Path(settings.HOME))
        spool.drain()


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as server:
        yield server


def inbox_of(name: str, server: Dovecot) -> Inbox:
    """An inbox for each door; they are alike but for the name."""
    inbox = Inbox.objects.create(name=name, address=f"{name}@desk.example", sends_receipt=True)
    inbox.teams.add(cast.support_team(cast.ada()))
    Account.objects.create(
        inbox=inbox, smtp_host="smtp.desk.example", imap_host="127.0.0.1", imap_port=server.port,
        imap_security="none", imap_user=inbox.address, imap_secret=secrets.sealed(dovecot.PASSWORD),
    )  # fmt: skip
    return inbox


def come_in(door: Door, inbox: Inbox) -> None:
    """Everything that comes to a desk: first words, answers, strangers, robots, spam and worse."""
    address, here = inbox.address, f"{inbox.name}.customers.example"
    nora, otto = f"Nora Lind <nora@{here}>", f"Otto Berg <otto@{here}>"
    first = mail("My lamp is dark.", sender=nora, to=address, message_id=f"<first@{here}>")
    take(door, inbox, first)
    conversation = Conversation.objects.get(inbox=inbox)
    reply = conversation.reply(
        cast.letter(to=({"name": "Nora Lind", "address": f"nora@{here}"},)),
        by=cast.ada(), at=timezone.now(), seen=None,
    )  # fmt: skip
    ours = own_id(reply)
    block(f"cheap.{here}", by=cast.ada(), at=timezone.now())
    for raw in (
        answer(ours, "It is still dark.", sender=nora, to=address),
        answer(ours, "I am her husband.", sender=otto, to=address),
        answer(ours, "I am away.", sender=nora, to=address, Auto_Submitted="auto-replied"),
        first,
        mail("Buy this.", sender=f"x@shop.{here}", to=address, X_Spam_Flag="YES"),
        mail("Cheap lamps.", sender=f"x@cheap.{here}", to=address),
        mail("Who am I?", sender="", to=address),
        mail("Where is my parcel?", sender=otto, to=address, message_id=""),
    ):
        take(door, inbox, raw)


def take(door: Door, inbox: Inbox, raw: bytes) -> None:
    door(raw, inbox)
    intake.judge_stored(at=timezone.now())
    seal()
    send_receipts(timezone.now())


def became(inbox: Inbox) -> list[str]:
    """All that has become of an inbox's mails, without names and numbers that must differ."""
    told: list[object] = []
    for row in RawMail.objects.filter(inbox=inbox).order_by("pk"):
        told.append((row.judgement, row.why, row.attempts))
        if row.became is not None:
            message = row.became
            told.append((message.kind, message.words.text, message.in_margin, message.automatic))
            told.append(sorted(p.name for p in message.conversation.participants.all()))
    for conversation in Conversation.objects.filter(inbox=inbox).order_by("pk"):
        waits = conversation.waits_for_us_since is not None
        told.append((conversation.state, waits, str(conversation.customer), conversation.subject))
        told.append((owner_of(conversation), conversation.has_stranger))
        told.append(("receipts", Message.objects.automatic_of_ours([conversation.pk])))
    return [masked(one, inbox.name) for one in told]


def masked(told: object, name: str) -> str:
    """Hide whose door it is, and which number a mail has at this desk."""
    return re.sub(r"number \d+", "number n", str(told).replace(name, "door"))


def test_every_door_leads_into_the_same_care(server: Dovecot) -> None:
    doors = Doors(server)
    outcomes = []
    for name in ("imap", "smtp", "pipe"):
        inbox = inbox_of(name, server)
        come_in(getattr(doors, name), inbox)
        outcomes.append(became(inbox))
        assert set(RawMail.objects.filter(inbox=inbox).values_list("source", flat=True)) == {name}
    by_imap, by_smtp, by_pipe = outcomes
    assert by_smtp == by_imap
    assert by_pipe == by_imap
    judged = [one.split(",")[0].strip("('") for one in by_imap]
    for judgement in ("opened", "joined", "margin", "duplicate", "spam", "blocked", "unreadable"):
        assert judgement in judged
    assert "receipts', 1)" in " ".join(by_imap)
