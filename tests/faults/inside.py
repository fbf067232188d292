"""What is done and asked inside the desk's own program: `python -m tests.faults.inside VERB`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wingbeat.desk.conversations.words import Party

DOMAIN = "@customers.example"


def seed(conversations: int, replies: int, smtp_port: int) -> object:
    """Make a desk with conversations that wait for us, the earliest answered; return a cookie.

    Ada and Olga read the inbox; the cookie is the owner's, that is, Olga's.
    """
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tests import cast
    from wingbeat.channels.mail.models import Account
    from wingbeat.config.running import preparing
    from wingbeat.desk.people.models import Agent

    preparing.prepare()
    ada, olga = cast.ada(), cast.olga()
    inbox = cast.support(ada, olga)
    Account.objects.create(
        inbox=inbox, smtp_host="127.0.0.1", smtp_port=smtp_port, smtp_security="none"
    )
    Agent.objects.system()
    for number in range(conversations):
        asker: Party = {"name": f"Asker {number}", "address": f"asker.{number}{DOMAIN}"}
        words = cast.said(f"Question {number}.", sender=asker, at=timezone.now())
        conversation = cast.opened(inbox, words)
        if number < replies:
            letter = cast.letter(f"Answer {number}.", to=(asker,))
            conversation.reply(letter, by=ada, at=timezone.now(), seen=None)
    client = Client()
    client.force_login(olga)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def fetch_from(imap_port: int) -> object:
    """Let the inbox fetch from a Dovecot on this machine."""
    from tests.dovecot import PASSWORD
    from wingbeat.channels.mail import secrets
    from wingbeat.channels.mail.models import Account

    return Account.objects.update(
        imap_host="127.0.0.1", imap_port=imap_port, imap_security="none", imap_user="support",
        imap_secret=secrets.sealed(PASSWORD),
    )  # fmt: skip


def outage(hours: int) -> object:
    """Try to send for so many hours in which there is no mail server; return how it went."""
    from collections import Counter

    from django.db.models import Min
    from django.utils import timezone

    from wingbeat.channels.mail import sending
    from wingbeat.desk.conversations.outbox import Outgoing

    began = now = timezone.now()
    rounds, told_after = 0, None
    while now < began + timedelta(hours=hours):
        rounds += bool(sending.send_due(now))
        if told_after is None and Outgoing.objects.in_trouble().exists():
            told_after = (now - began).total_seconds()
        due = Outgoing.objects.filter(state="waiting").aggregate(due=Min("next_at"))["due"]
        now = max((due or now) + timedelta(seconds=1), now + timedelta(seconds=10))
    rows = Outgoing.objects.all()
    return {
        "rounds": rounds,
        "told_after": told_after,
        "states": Counter(row.state for row in rows),
        "in_tray": Outgoing.objects.in_trouble().count(),
        "why": sorted({row.why for row in rows}),
    }


def mend(hours: int) -> object:
    """Send what waits, so many hours from now."""
    from django.utils import timezone

    from wingbeat.channels.mail import sending

    now = timezone.now() + timedelta(hours=hours)
    while sending.send_due(now):
        continue
    return audit()


def recover() -> object:
    """Do once, without waiting for its clocks, all that a desk does after a restart."""
    from django.utils import timezone

    from wingbeat.channels.mail import intake, sending, spool

    spool.drain()
    while intake.judge_stored(at=timezone.now()):
        continue
    later = timezone.now() + sending.LEASE + timedelta(seconds=1)
    while sending.settle_stranded(later) + sending.send_due(later):
        continue
    return audit()


def audit() -> dict[str, Any]:
    """Return every mail, every message of a customer and every reply, as the rows have them."""
    from wingbeat.channels.mail.models import RawMail
    from wingbeat.desk.conversations.message import Message, MessageKind
    from wingbeat.desk.conversations.outbox import Outgoing
    from wingbeat.desk.journal import sealing

    sealing.seal()
    rows = Outgoing.objects.select_related("message__conversation", "message__words")
    raws = RawMail.objects.order_by("pk")
    said = Message.objects.filter(kind=MessageKind.CUSTOMER).exclude(message_id="")
    return {
        "mails": list(raws.values_list("pk", "message_id", "judgement")),
        "messages": list(said.values_list("message_id", "pk")),
        "replies": [
            {
                "pk": row.message_id,
                "text": row.message.words.text.partition("\n")[0].strip(),
                "state": row.state,
                "is_shown": row.message.conversation.has_trouble,
                "why": row.why,
            }
            for row in rows
        ],
        "journal_is_straight": sealing.first_bent() is None,
    }


def main(verb: str, *words: str) -> None:
    import django

    django.setup()
    verbs: dict[str, Callable[..., object]] = {
        "seed": seed, "fetch_from": fetch_from, "outage": outage, "mend": mend,
        "recover": recover, "audit": audit,
    }  # fmt: skip
    print(json.dumps(verbs[verb](*map(int, words))))  # noqa: T201  whoever asked reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
