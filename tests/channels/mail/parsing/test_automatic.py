from __future__ import annotations

import email
from email.message import Message

import pytest

from wingbeat.channels.mail.parsing.automatic import (
    LOOP_HEADER,
    automatic_of,
    is_own_loop,
    list_address,
)
from wingbeat.channels.mail.parsing.parsed import Automatic, Bounce

FAILED = Bounce("ada@example.org", "failed", "5.1.1", "550", "user unknown", hard=True)


def message(*headers: str, body: str = "Hello.") -> Message:
    head = ["From: Nora <nora@example.org>", *headers]
    return email.message_from_bytes(("\n".join(head) + "\n\n" + body).encode())


def judged(
    *headers: str,
    subject: str = "A question",
    text: str = "Hello.",
    bounces: tuple[Bounce, ...] = (),
) -> Automatic:
    return automatic_of(message(*headers), subject, text, bounces)


def test_a_persons_mail_is_nothing_special() -> None:
    assert judged() == Automatic("none", "")
    assert judged("Auto-Submitted: no", "Precedence: normal", "X-Mailer: Outlook").kind == "none"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: nora",
        "Precedence: auto_reply",
        "X-Precedence: auto_reply",
        "Delivered-To: Autoresponder",
        "Return-Path: <>",
    ],
)
def test_an_automatic_answer_is_a_reply_and_the_header_says_so(header: str) -> None:
    found = judged(header)
    assert (found.kind, found.why.lower()) == ("reply", header.lower())


@pytest.mark.parametrize(
    "header",
    [
        "Precedence: bulk",
        "Precedence: list",
        "X-Precedence: junk",
        "List-Id: <news.example.org>",
        "List-Unsubscribe: <mailto:off@example.org>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-FC-MachineGenerated: true",
        "X-Auto-Generated: yes",
        "X-Loop: monit",
    ],
)
def test_bulk_and_generated_mail_is_a_list_and_the_header_says_so(header: str) -> None:
    found = judged(header)
    assert (found.kind, found.why.lower()) == ("list", header.lower())


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your order",
        "Out of Office: Your order",
        "Abwesenheitsnotiz: Ihre Bestellung",
        "Automatische Antwort: Ihre Bestellung",
        "Réponse automatique : votre commande",
        "Respuesta automática: su pedido",
        "Risposta automatica: il tuo ordine",
        "Automatisch antwoord: uw bestelling",
        "Odpowiedź automatyczna: zamówienie",
        "Resposta automática: o seu pedido",
        "Автоматический ответ: Ваш заказ",
        "Automatikus válasz: a rendelés",
    ],
)
def test_an_absence_is_told_by_its_subject_only_together_with_another_sign(subject: str) -> None:
    assert judged(subject=subject).kind == "none"
    for sign in (
        "X-Auto-Response-Suppress: OOF",
        "X-MS-Exchange-Inbox-Rules-Loop: nora@example.org",
        "Precedence: bulk",
        "In-Reply-To: <a@desk>",
        "Return-Path: <>",
    ):
        assert judged(sign, subject=subject).kind == "reply"


def test_a_redirected_mail_is_still_a_persons() -> None:
    assert judged("X-MS-Exchange-Inbox-Rules-Loop: info@example.org").kind == "none"


def test_an_answer_about_an_absence_is_a_persons() -> None:
    assert judged("In-Reply-To: <a@desk>", subject="Re: Automatic reply: Lamp").kind == "none"


def test_a_lost_return_path_does_not_silence_a_person() -> None:
    assert judged("Return-Path: <>", "User-Agent: Thunderbird").kind == "none"


def test_bounces_are_bounces_and_deliveries_are_reports() -> None:
    assert judged(bounces=(FAILED,)).kind == "bounce"
    assert judged("Auto-Submitted: auto-replied", bounces=(FAILED,)).kind == "bounce"
    arrived = Bounce("ada@example.org", "delivered", "2.0.0", "", "", hard=False)
    assert judged(bounces=(arrived,)).kind == "report"
    assert judged(bounces=(arrived, FAILED)).kind == "bounce"


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        (["Content-Type: multipart/report; report-type=delivery-status"], "?"),
        (["X-Failed-Recipients: ada@example.org"], "?"),
        (["Return-Path: <>"], "Undelivered Mail Returned to Sender"),
    ],
)
def test_a_notification_that_names_nobody_is_a_bounce_too(headers: list[str], subject: str) -> None:
    mail = message(*headers, f"Subject: {subject}")
    assert automatic_of(mail, subject, "", ()).kind == "bounce"


def test_a_mail_daemon_is_never_a_person() -> None:
    mail = email.message_from_string("From: MAILER-DAEMON@mx.example.net\n\nHi")
    assert automatic_of(mail, "Test", "Hi", ()).kind == "bounce"


def test_complaints_receipts_and_statistics_are_reports() -> None:
    assert judged("Content-Type: multipart/report; report-type=feedback-report").kind == "report"
    receipt = "Content-Type: multipart/report; report-type=disposition-notification"
    assert judged(receipt).kind == "report"
    assert judged(subject="Report domain: example.com Submitter: mx Report-ID: 1").kind == "report"
    assert judged(subject="complaint about message from 192.0.2.1").kind == "report"
    part = "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n"
    mail = message("Content-Type: multipart/mixed; boundary=b", body=part)
    assert automatic_of(mail, "Abuse", "", ()).kind == "report"


def test_our_own_mail_coming_back_is_a_loop() -> None:
    mail = message(f"{LOOP_HEADER}: desk-1", "Auto-Submitted: auto-replied")
    assert automatic_of(mail, "", "", (), desk_id="desk-1").kind == "loop"
    assert automatic_of(mail, "", "", (), desk_id="desk-2").kind == "reply"
    assert automatic_of(mail, "", "", ()).kind == "reply"
    headers = [(name.lower(), str(value)) for name, value in mail.items()]
    assert is_own_loop(headers, "desk-1")
    assert not is_own_loop(headers, "desk-2")
    assert not is_own_loop(headers, "")


GROUP = [
    "X-Google-Group-Id: 123",
    "Precedence: list",
    "List-ID: <support.example.com>",
    "List-Post: <https://groups.google.com/a/x>, <mailto:Support@example.com>",
    "List-Unsubscribe: <mailto:off@example.com>",
]


def test_a_customer_who_writes_to_a_group_mailbox_is_a_person() -> None:
    assert judged(*GROUP).kind == "none"
    assert judged(*GROUP, "Auto-Submitted: auto-replied").kind == "reply"
    assert judged(*GROUP, "Auto-Submitted: auto-generated").kind == "list"
    assert judged(*GROUP, "Feedback-ID: 7:news").kind == "list"


def test_a_public_discussion_is_a_list() -> None:
    public = [line.replace("example.com>", "googlegroups.com>") for line in GROUP]
    assert judged(*public).kind == "list"


def test_a_list_tells_the_address_it_takes_mail_at() -> None:
    headers = [(name.lower(), str(value)) for name, value in message(*GROUP).items()]
    assert list_address(headers) == "support@example.com"
    assert list_address([("list-id", "<news.example.org>")]) == ""


@pytest.mark.parametrize(
    "desk",
    [
        ["X-Mailer: Zendesk Mailer", "Auto-Submitted: auto-generated"],
        ["RT-Ticket: example #12", "Precedence: bulk"],
        ["X-Zammad-Ticket-Id: 4", "X-Auto-Response-Suppress: All"],
    ],
)
def test_an_agents_answer_from_another_desk_is_a_persons(desk: list[str]) -> None:
    answer = [*desk, "In-Reply-To: <a@desk>"]
    assert judged(*answer, text="The spare part leaves on Friday. Max").kind == "none"
    received = "We have received your request. Your number is 12."
    assert judged(*answer, text=received).kind != "none"
    assert judged(*desk, text="A new ticket").kind == "list"


def test_an_answer_with_an_unsubscribe_link_is_a_persons() -> None:
    link = "List-Unsubscribe: <https://crm.example/off>"
    answer = "In-Reply-To: <a@desk>"
    assert judged(link, answer, subject="Re: Our offer").kind == "none"
    assert judged(link, answer, "Precedence: bulk", subject="Re: Our offer").kind == "list"
    assert judged(link, subject="Our offer").kind == "list"


def test_another_desks_acknowledgement_is_a_reply() -> None:
    generated = ["Auto-Submitted: auto-generated", "In-Reply-To: <a@desk>"]
    for text in ("We have received your request.", "Ihre Anfrage ist eingegangen.", "Мы получили"):
        assert judged(*generated, text=text).kind == "reply"
