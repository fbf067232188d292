"""Reports as mail servers write them: what did not arrive, and whom our mail annoyed."""

from __future__ import annotations

from tests.channels.mail.letters import own_id
from wingbeat.desk.conversations.message import Message

BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@mx.customers.example>
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn.{number}@mx.customers.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

This is the mail system at mx.customers.example. {words}

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customers.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} {words}

{original}--=b--
"""
ORIGINAL = """\
--=b
Content-Type: message/rfc822

From: support@desk.example
To: {recipient}
Message-ID: {own_id}
Subject: Re: A broken lamp

We send you a new one.

"""
COMPLAINT = """\
From: Abuse <feedback@provider.example>
To: support@desk.example
Subject: complaint about message from 192.0.2.1
Message-ID: <arf@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=b"

--=b
Content-Type: text/plain

This is an abuse report.

--=b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1
Version: 1
Original-Rcpt-To: nora@customers.example

{original}--=b--
"""


def bounce(
    *,
    of: Message | str | None = None,
    recipient: str = "nora@customers.example",
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "user unknown",
) -> bytes:
    """A delivery report about one of our replies, by its row or its Message-ID, or about none."""
    its_id = own_id(of) if isinstance(of, Message) else of
    original = ORIGINAL.format(own_id=its_id, recipient=recipient) if its_id else ""
    number = of.pk if isinstance(of, Message) else 0
    return BOUNCE.format(
        recipient=recipient, action=action, status=status, words=words, original=original,
        number=number,
    ).encode()  # fmt: skip


def complaint(*, of: Message) -> bytes:
    """A report that somebody pressed "this is spam" on one of our replies."""
    return COMPLAINT.format(
        original=ORIGINAL.format(own_id=own_id(of), recipient="nora@customers.example")
    ).encode()
