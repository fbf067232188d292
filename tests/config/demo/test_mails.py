"""The example's mails are real mails: the standard library and our own parser read them back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from wingbeat.config.demo.content import load
from wingbeat.config.demo.mails import (
    NotSentYet,
    files_of,
    mail_of,
    message_id_of,
    said,
    subject_of,
)
from wingbeat.config.demo.shapes import Demo, Message, Thread

START = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return load()


@pytest.fixture(scope="module")
def sent(demo: Demo) -> dict[str, str]:
    return {
        message.key: f"<answer-{message.key.replace('/', '-')}@marrowby.example>"
        for _, message in demo.in_order()
        if message.kind == "reply"
    }


def found(demo: Demo, key: str) -> tuple[Thread, Message]:
    return next(pair for pair in demo.in_order() if pair[1].key == key)


def read(demo: Demo, key: str, sent: dict[str, str]) -> EmailMessage:
    thread, message = found(demo, key)
    raw = mail_of(demo, thread, message, start=START, sent=sent)
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_every_subject_arrives_as_it_was_written(demo: Demo, sent: dict[str, str]) -> None:
    for thread, message in demo.in_order():
        if message.kind == "mail" and message.automatic != "bounce":
            mail = read(demo, message.key, sent)
            assert str(mail["Subject"]).endswith(subject_of(demo, thread, message, START))


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_every_mail_parses_without_a_defect_and_says_all_that_was_written(
    demo: Demo, sent: dict[str, str]
) -> None:
    for thread, message in demo.in_order():
        if message.kind != "mail":
            continue
        mail = read(demo, message.key, sent)
        assert [part.defects for part in mail.walk() if part.defects] == [], message.key
        words = said(demo, thread, message, START)
        assert words in text_of(mail).replace("\r\n", "\n"), message.key
        assert mail["From"].addresses[0].domain.endswith(".example")
        assert mail["Date"].datetime == START + message.at
        names = [part.get_filename() for part in mail.walk() if part.get_filename()]
        assert names == [file.name for file in files_of(message, START)]


def test_message_ids_are_unique_and_the_same_message_is_always_the_same_bytes(
    demo: Demo, sent: dict[str, str]
) -> None:
    mails = [(thread, message) for thread, message in demo.in_order() if message.kind == "mail"]
    assert len({message_id_of(demo, message) for _, message in mails}) == len(mails)
    once, twice = (
        [mail_of(demo, *pair, start=START, sent=sent) for pair in mails] for _ in range(2)
    )
    assert once == twice


def test_an_answer_to_an_agent_refers_to_the_id_that_the_desk_gave(
    demo: Demo, sent: dict[str, str]
) -> None:
    mail = read(demo, "box-moved/3", sent)
    first = message_id_of(demo, found(demo, "box-moved/1")[1])
    assert mail["In-Reply-To"] == sent["box-moved/2"]
    assert mail["References"].split() == [first, sent["box-moved/2"]]
    assert mail["Subject"] == "Re: New address for my Growing Box"


def test_an_answer_to_something_unsent_is_refused_by_name(demo: Demo) -> None:
    thread, message = found(demo, "box-moved/3")
    with pytest.raises(NotSentYet, match="box-moved/2"):
        mail_of(demo, thread, message, start=START, sent={})


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("box-moved/3", "2026 at 2:05 AM Ada Winter <help@marrowby.example> wrote:"),
        ("de-kresse/3", "Am 08.03.2026 um 13:20 schrieb Ada Winter <help@marrowby.example>:"),
        ("de-umlaute/3", "Am 02.03.26 um 08:40 schrieb Ilse Brandt:"),
        ("ru-dvor/3", "10.03.2026 07:30, Bo Sorokin пишет:"),
        ("ru-pereezd/3", "г. в 11:40, Bo Sorokin <help@marrowby.example>:"),
        ("hu-csipos-paprika/3", "Max Halmos <help@marrowby.example> ezt írta (időpont: 2026."),
        ("hu-szamla/3", "Feladó: Max Halmos <orders@marrowby.example>"),
        ("de-hotelrechnung/3", "Von: Ilse Brandt <orders@marrowby.example>"),
        ("ar-fatura/3", "تمت كتابة ما يلي بواسطة Samira Haddad <orders@marrowby.example>:"),
    ],
)
def test_a_quotation_is_introduced_as_the_mail_program_does(
    demo: Demo, sent: dict[str, str], key: str, line: str
) -> None:
    assert line in text_of(read(demo, key, sent))


def test_html_mails_quote_in_the_markup_of_their_program(demo: Demo, sent: dict[str, str]) -> None:
    assert 'class="gmail_quote"' in text_of(read(demo, "box-moved/3", sent), "html")
    assert '<blockquote type="cite">' in text_of(read(demo, "left-handed/3", sent), "html")
    assert "<b>Von:</b>" in text_of(read(demo, "de-hotelrechnung/3", sent), "html")
    assert '<div dir="rtl">' in text_of(read(demo, "ar-zaytun/1", sent), "html")


def test_plain_mail_programs_write_no_html(demo: Demo, sent: dict[str, str]) -> None:
    assert read(demo, "fork-almost-ten/1", sent).get_content_type() == "text/plain"


def test_an_inline_picture_is_related_to_the_html_that_shows_it(
    demo: Demo, sent: dict[str, str]
) -> None:
    mail = read(demo, "can-drips/1", sent)
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<otter.png@picture.example>"
    assert 'src="cid:otter.png@picture.example"' in text_of(mail, "html")
    assert "multipart/related" in [part.get_content_type() for part in mail.walk()]


def test_old_programs_write_in_their_old_charsets(demo: Demo, sent: dict[str, str]) -> None:
    assert read(demo, "ru-sekator/1", sent).get_content_charset() == "koi8-r"
    assert read(demo, "de-umlaute/1", sent).get_content_charset() == "iso-8859-1"
    assert read(demo, "hu-fagy/1", sent).get_content_charset() == "iso-8859-2"


def test_cc_names_the_colleagues(demo: Demo, sent: dict[str, str]) -> None:
    mail = read(demo, "allotment-order/1", sent)
    assert [str(address) for address in mail["Cc"].addresses] == [
        "Dai Prosser <chair@harbourstreet.example>",
        "Bernard Lowe <bernard.lowe@quickmail.example>",
    ]


def test_the_bounce_is_a_delivery_report_about_the_very_answer(
    demo: Demo, sent: dict[str, str]
) -> None:
    mail = read(demo, "bounced-answer/3", sent)
    status = next(p for p in mail.walk() if p.get_content_type() == "message/delivery-status")
    recipient: Any = status.get_payload()[1]  # type: ignore[index]  # a report's payload is a list
    assert mail.get_content_type() == "multipart/report"
    assert mail.get_param("report-type") == "delivery-status"
    assert recipient["Final-Recipient"] == "rfc822; kevin.ashby@qiuckmail.example"
    assert recipient["Status"] == "5.1.1"
    assert sent["bounced-answer/2"] in mail.as_string()


def test_automatic_mail_says_so_in_its_headers(demo: Demo, sent: dict[str, str]) -> None:
    assert read(demo, "school-beds/6", sent)["Auto-Submitted"] == "auto-replied"
    assert read(demo, "trade-newsletter/1", sent)["List-Id"] == "<news.seedtradeweekly.example>"
    assert read(demo, "first-place/1", sent)["X-Spam-Flag"] == "YES"


def test_our_mail_server_vouches_for_everybody_but_the_forger(
    demo: Demo, sent: dict[str, str]
) -> None:
    honest = read(demo, "bank-details/1", sent)["Authentication-Results"]
    forged = read(demo, "bank-details/3", sent)["Authentication-Results"]
    assert honest.startswith("mx.marrowby.example; dkim=pass")
    assert "dmarc=fail" in forged


def test_the_mail_forwarded_by_an_agent_carries_the_customers_inside(
    demo: Demo, sent: dict[str, str]
) -> None:
    mail = read(demo, "forwarded-by-max/1", sent)
    assert mail["From"] == "Max Halmos <max@marrowby.example>"
    assert mail["Subject"].startswith("Fwd: ")
    assert "From: Dorothy Pell <dorothy.pell@homepost.example>" in text_of(mail)


def test_no_date_is_left_open_and_dates_count_from_the_message(demo: Demo) -> None:
    thread, message = found(demo, "box-moved/2")
    assert "leaves us on 11 March" in said(demo, thread, message, START)
    for thread, message in demo.in_order():
        words = said(demo, thread, message, START) + subject_of(demo, thread, message, START)
        assert re.findall(r"\{[^}]*\}", words) == []


def test_the_promise_names_the_day_on_which_the_example_begins(demo: Demo) -> None:
    thread, message = found(demo, "box-late/3")
    for hours in range(0, 24, 3):
        start = START + timedelta(hours=hours)
        today = start.astimezone(demo.company.zone).day
        assert f"by {today} March" in said(demo, thread, message, start)


def test_a_message_can_take_another_mail_program_and_address(
    demo: Demo, sent: dict[str, str]
) -> None:
    mail = read(demo, "box-not-come-again/1", sent)
    assert mail["From"] == "Fiona McLeod <fiona@mcleodknits.example>"
    thread, message = found(demo, "box-gift/1")
    other = message.model_copy(update={"client": "thunderbird"})
    changed = thread.model_copy(update={"messages": (other,)})
    raw = mail_of(demo, changed, other, start=START, sent={})
    assert message_from_bytes(raw, policy=default)["X-Mailer"] == "Mozilla Thunderbird"
