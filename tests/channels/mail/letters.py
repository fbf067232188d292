"""Mails as customers, agents and servers write them, as bytes."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime

from tests import cast
from wingbeat.channels.mail import identity, intake
from wingbeat.channels.mail.models import Account, RawMail, Source
from wingbeat.channels.mail.vouching import ENOUGH
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing

NORA = "Nora Lind <nora@customers.example>"
OTTO = "Otto Berg <otto@customers.example>"
SUPPORT = "support@desk.example"
_count = iter(range(1, 10**9))


def mail(
    text: str = "My lamp does not light.",
    *,
    sender: str = NORA,
    to: str = SUPPORT,
    subject: str = "A broken lamp",
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """One mail; header names are written with underscores. `message_id=""` leaves it out."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Date"] = format_datetime(cast.NOON)
    if message_id is None:
        message_id = f"<{next(_count)}@mail.customers.example>"
    if message_id:
        letter["Message-ID"] = message_id
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()


def answer(to_message: str, text: str = "And now?", **more: str) -> bytes:
    """A mail that answers a Message-ID, with brackets or without."""
    number = f"<{to_message.strip('<>')}>"
    subject = more.pop("subject", "Re: A broken lamp")
    return mail(text, subject=subject, In_Reply_To=number, References=number, **more)


def taken_in(raw: bytes, *, inbox: Inbox | None = None, **more: float) -> RawMail:
    """Store and judge a mail; `more` is how long after noon it comes."""
    at = cast.after(**more)
    return intake.judge(intake.store(raw, source=Source.SMTP, inbox=inbox, at=at), at=at)


def became(raw_mail: RawMail) -> Message:
    """The message a mail has become."""
    assert raw_mail.became is not None, (raw_mail.judgement, raw_mail.why)
    return raw_mail.became


def conversation_of(raw_mail: RawMail) -> Conversation:
    """The conversation a mail went into, as it is now."""
    return Conversation.objects.get(pk=became(raw_mail).conversation_id)


def own_id(message: Message) -> str:
    """The Message-ID that one of our messages goes out with."""
    return identity.message_id(
        conversation_id=message.conversation_id, message_id=message.pk, domain="desk.example"
    )


def answered(conversation: Conversation, **more: float) -> Message:
    """Ada's reply to a conversation, five minutes after noon unless told otherwise."""
    at = cast.after(**(more or {"minutes": 5}))
    message = conversation.reply(cast.letter(), by=cast.ada(), at=at, seen=None)
    Outgoing.objects.filter(message=message).update(state="sent", sent_at=at)
    return message


def trusting(inbox: Inbox, server: str = "mx.desk.example") -> Inbox:
    """The inbox with a mail server whose authentication results count."""
    Account.objects.update_or_create(inbox=inbox, defaults={"authserv_id": server})
    return inbox


def well_known(inbox: Inbox) -> Inbox:
    """The same, with mails from outside that its server has judged, as it always does."""
    for _one in range(ENOUGH):
        intake.store(checked(mail(), "none"), source=Source.IMAP, inbox=inbox, at=cast.NOON)
    return trusting(inbox)


def checked(raw: bytes, result: str = "pass", server: str = "mx.desk.example") -> bytes:
    """A mail as our mail server hands it on, with its finding about the From domain on top."""
    domain = raw.partition(b"@")[2].partition(b">")[0].decode()
    return f"Authentication-Results: {server}; dmarc={result} header.from={domain}\n".encode() + raw
