from __future__ import annotations

import email

import pytest

from tests.channels.mail.parsing.bounces.notices import plain, read, recipients
from tests.channels.mail.parsing.bounces.test_dialects import NOTICES

NORA = "Nora <nora@example.org>"
QUESTIONS = [
    "My mail to ada@example.org could not be delivered. What now?",
    "Undelivered Mail Returned to Sender: why?\n\nYours, nora@example.org",
    "Please write to:\nbo@example.org\nThis address is no longer valid.",
    "The courier says: unable to deliver to 12 High Street.",
]


@pytest.mark.parametrize("body", [*QUESTIONS, *NOTICES.values()])
@pytest.mark.parametrize(
    "subject", ["Help", "Re: Undelivered Mail", "Fwd: Delivery Status Notification"]
)
def test_a_persons_mail_about_bounces_is_none(subject: str, body: str) -> None:
    assert recipients(plain(body, sender=NORA, subject=subject)) == []


def test_an_attached_bounce_is_not_our_bounce() -> None:
    inner = f"From: MAILER-DAEMON@mx\nSubject: failure\n\n{NOTICES['Postfix']}"
    body = (
        "--edge\nContent-Type: text/plain\n\nWhat is this?\n"
        f"--edge\nContent-Type: message/rfc822\n\n{inner}\n--edge--\n"
    )
    message = plain(body, 'Content-Type: multipart/mixed; boundary="edge"', sender=NORA)
    assert recipients(message) == []


def test_status_fields_in_a_persons_mail_are_not_ours() -> None:
    body = (
        "--edge\nContent-Type: text/plain\n\nWhat is this?\n"
        "--edge\nContent-Type: message/delivery-status\n\n"
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n--edge--\n"
    )
    message = plain(body, 'Content-Type: multipart/mixed; boundary="edge"', sender=NORA)
    assert recipients(message) == []


@pytest.mark.parametrize(
    "notice",
    [
        "I am away until Monday. Please write to bo@example.org.",
        "This address is no longer valid. Please write to:\n\nbo@example.org\n",
        "I no longer work here. Your message was not delivered to anybody.\nbo@example.org",
    ],
)
def test_an_absence_notice_marks_nobody(notice: str) -> None:
    message = plain(
        notice, "Return-Path: <>", "Auto-Submitted: auto-replied", sender=NORA, subject="Away"
    )
    assert read(message).bounces == ()


def test_the_notifications_own_addresses_are_not_the_failed_ones() -> None:
    words = (
        "Your mail could not be delivered.\n\nFor help write to:\nMAILER-DAEMON@mx.example.net\n"
    )
    assert recipients(plain(words + "\nsupport@desk.example.com\n")) == []


def test_an_empty_mail_reports_nothing() -> None:
    assert read(email.message_from_bytes(b"")).bounces == ()
