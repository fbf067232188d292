"""Notifications written by hand, in the shapes that mail systems give them."""

from __future__ import annotations

import email
from email.message import Message

from wingbeat.channels.mail.parsing.bounces import BounceReport, bounces_of
from wingbeat.channels.mail.parsing.parsed import Bounce

SENT_ID = "<sent-1@desk.example.com>"


def plain(
    body: str, *headers: str, sender: str = "MAILER-DAEMON@mx.example.net", subject: str = "failure"
) -> Message:
    """Return a notification that is nothing but words."""
    head = [f"From: {sender}", "To: support@desk.example.com", f"Subject: {subject}", *headers]
    return email.message_from_bytes(("\n".join(head) + "\n\n" + body).encode())


def report(fields: str, *, words: str = "Your mail came back.", returned: str = "") -> Message:
    """Return a multipart/report with these delivery-status fields."""
    enclosed = returned or f"Message-ID: {SENT_ID}\nTo: ada@example.org\nSubject: Hello\n\nHello\n"
    body = (
        f"--edge\nContent-Type: text/plain\n\n{words}\n"
        f"--edge\nContent-Type: message/delivery-status\n\n{fields}\n"
        f"--edge\nContent-Type: message/rfc822\n\n{enclosed}\n--edge--\n"
    )
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"'
    return plain(body, kind)


def read(message: Message) -> BounceReport:
    return bounces_of(message, "")


def only(message: Message) -> Bounce:
    """Return the one bounce that a notification reports."""
    (bounce,) = bounces_of(message, "").bounces
    return bounce


def recipients(message: Message) -> list[str]:
    return [bounce.recipient for bounce in bounces_of(message, "").bounces]
