"""Receipts: a customer's first words are confirmed once, where an inbox wants that, by one mail."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from wingbeat.channels import shadow
from wingbeat.channels.mail import caps
from wingbeat.channels.mail.gathering import language_of
from wingbeat.channels.mail.models import Account, RawMail
from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.desk.conversations.first_waits import first_waits, nine_in_ten
from wingbeat.desk.conversations.inbox import Inbox, our_addresses
from wingbeat.desk.conversations.message import Message, MessageKind
from wingbeat.desk.conversations.replying import say_automatically
from wingbeat.desk.conversations.words import Letter
from wingbeat.desk.journal import reading
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent

READER = "receipts"
WORDS = Path(__file__).with_name("receipts.toml")
# Later than this a receipt tells nothing: mails of a long outage get their answer, not this.
FRESH = timedelta(hours=1)
# Whoever has such an address reads nothing that is sent to it.
ROBOT = re.compile(
    r"^(?:no.?reply|do.?not.?reply|mailer-daemon|postmaster|bounces?|notifications?|alerts?)\b",
    re.IGNORECASE,
)
# The spans of `receipts.toml`, in their order; beyond a week nothing is said.
SPANS = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 8, 24, 48, 72, 168))


def send_receipts(now: datetime, limit: int = 500) -> int:
    """Read on in the journal and queue a receipt for each new customer who gets one."""

    def act(entries: Sequence[Entry]) -> int:
        return sum(_confirm(message, now) for message in _first_words(entries, now))

    return reading.read_on(READER, act, limit)


def receipt_for(inbox: Inbox, language: str, *, now: datetime) -> str:
    """Return the words of a receipt, with how long people waited lately where that is known.

    An inbox's own words are in one language; the sentence about waiting is then in that one.
    """
    known = _wordings()
    language = language if language in known else "en"
    if inbox.receipt_text.strip():
        language = inbox.language if inbox.language in known else language
        return f"{inbox.receipt_text.strip()}\n\n{_wait(inbox, known[language], now)}".strip()
    words = known[language]["words"].strip()
    return re.sub(r" +\n", "\n", words.format(wait=_wait(inbox, known[language], now)))


def _wait(inbox: Inbox, wording: dict[str, Any], now: datetime) -> str:
    lasted = nine_in_ten(first_waits(inbox, now=now))
    if lasted is None:
        return ""
    fits = [words for span, words in zip(SPANS, wording["spans"], strict=True) if lasted <= span]
    return wording["wait"].format(span=fits[0]) if fits else ""


def _first_words(entries: Iterable[Entry], now: datetime) -> list[Message]:
    """Return customers' first words among what was done, in inboxes that confirm them."""
    if shadow.holds():
        return []
    opened = [entry.message_id for entry in entries if entry.kind == Kind.CONVERSATION_OPENED]
    rows = Message.objects.counting().filter(
        pk__in=[pk for pk in opened if pk is not None],
        conversation__inbox__sends_receipt=True,
        conversation__is_spam=False,
        at__gt=now - FRESH,
    )
    return list(
        rows.select_related("words", "address__customer", "conversation__inbox").order_by("pk")
    )


def _confirm(message: Message, now: datetime) -> bool:
    conversation, address = message.conversation, message.address
    if address is None or not _may_get_one(message, address.email):
        return False
    if address.dead_since_at is not None or not caps.spend(conversation, [address.email], at=now):
        return False
    language = language_of(address.customer, conversation.inbox, message.words.text_new)
    words = receipt_for(conversation.inbox, language, now=now)
    say_automatically(
        conversation,
        Letter(
            html=html_of(words),
            text=words,
            to=({"name": address.customer.name, "address": address.email},),
        ),
        by=Agent.objects.system(),
        at=now,
    )
    return True


def _may_get_one(message: Message, email: str) -> bool:
    conversation = message.conversation
    if ROBOT.match(email) or email in our_addresses():
        return False
    if not Account.objects.filter(inbox=conversation.inbox).exclude(smtp_host="").exists():
        return False
    # somebody was quicker, or it has had its receipt, here or in another inbox it went to as well
    places = [conversation.pk, *RawMail.objects.other_places(message)]
    ours = Message.objects.filter(conversation__in=places, kind=MessageKind.AGENT)
    return not ours.exists()


@cache
def _wordings() -> dict[str, dict[str, Any]]:
    """Return each language's `words`, its `wait`, and the `spans` that fill it."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
