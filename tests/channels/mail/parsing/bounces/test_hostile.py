from __future__ import annotations

import email
import time
from email.message import Message

import pytest
from hypothesis import given, settings, strategies as st

from wingbeat.channels.mail.parsing.automatic import automatic_of
from wingbeat.channels.mail.parsing.bounces import bounces_of

SIZE = 1_000_000
MARKS = (
    "This is the mail system at host x. Transcript of session follows. Unknown user: "
    "did not reach the following recipient. diagnostic information for administrators "
    "the following addresses had permanent fatal errors. could not be delivered.\n\n"
)
HOSTILE = {
    "addresses": "a@a ",
    "open brackets": "<",
    "at signs": "@",
    "one word": "a",
    "blank lines": "\n",
    "lines of addresses": "<a@example.org>: 550 user unknown\n",
    "codes": "550 5.1.1 ",
    "header names": "Message-ID: ",
    "quotes": '"a',
    "dots": "a.",
    "fields": "Final-Recipient: rfc822; a@b.c\n",
    "half phrases": "your message to ",
    "JSON": '{"a":',
    "long names": "x" * 200 + " <\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_nonsense_takes_no_time(kind: str) -> None:
    piece = HOSTILE[kind]
    nonsense = MARKS + piece * (SIZE // len(piece))
    head = "From: MAILER-DAEMON@x.example\nSubject: Undelivered\nContent-Type: {}\n\n"
    started = time.process_time()
    for content_type in ("text/plain", "multipart/report"):
        bounces_of(email.message_from_string(head.format(content_type) + nonsense), nonsense)
    message = Message()
    message["From"] = "MAILER-DAEMON@x.example"
    message["In-Reply-To"] = message["X-Failed-Recipients"] = nonsense.replace("\n", " ")
    report = bounces_of(message, nonsense)
    automatic_of(message, nonsense, nonsense, report.bounces)
    assert time.process_time() - started < 3


PIECES = st.sampled_from(
    [
        "From: MAILER-DAEMON@x.example\n",
        "Content-Type: multipart/report; boundary=b; report-type=delivery-status\n",
        "Content-Type: message/delivery-status\n",
        "Content-Type: message/rfc822\n",
        "Content-Type: text/plain; charset=unknown-8bit\n",
        "Content-Transfer-Encoding: base64\n",
        "Return-Path: <>\n",
        "X-Failed-Recipients: a@b.c, \n",
        "Auto-Submitted: auto-replied\n",
        "\n",
        "--b\n",
        "--b--\n",
        "Final-Recipient: rfc822; a@b.c\n",
        "Final-Recipient: utf-8; \\x{110000}@b\n",
        "Action: failed\nStatus: 5.1.1\n",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n",
        "This is the mail system at host x.\n",
        "<a@b.c>: 550 user unknown\n",
        "--- Below this line is a copy\n",
        "\x1b$B!!\n",
        '{"notificationType": "Bounce", "bounce": {"bouncedRecipients": [1, null]}}\n',
    ]
)
MAILS = st.lists(st.one_of(PIECES.map(str.encode), st.binary(max_size=30)), max_size=25)


@settings(max_examples=300, deadline=None)
@given(MAILS, st.text(max_size=200))
def test_no_mail_makes_the_readers_raise(pieces: list[bytes], text: str) -> None:
    message = email.message_from_bytes(b"".join(pieces))
    report = bounces_of(message, text)
    automatic = automatic_of(message, text, text, report.bounces)
    assert all("@" in bounce.recipient for bounce in report.bounces)
    assert automatic.kind == "none" or automatic.why
