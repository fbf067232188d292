from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from tests.channels.mail.parsing.samples import mail
from wingbeat.channels.mail.parsing import NamedAddress, ParsedMail, parse, reading


def raw(*lines: str, body: str = "Hi\n") -> bytes:
    return ("\n".join(lines) + "\n\n" + body).encode()


def test_a_mail_is_read_whole() -> None:
    source = raw(
        "From: Nora <Nora@Example.com>",
        "To: Help <help@shop.example>, Otto <otto@example.com>",
        "Cc: boss@example.com",
        "Reply-To: n2@example.com",
        "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
        "Date: Fri, 04 May 2012 12:01:03 +0000",
        "Message-ID: <one@example.com>",
        "In-Reply-To: <zero@shop.example>",
        "References: <first@shop.example> <zero@shop.example>",
    )
    parsed = parse(source)
    assert parsed == ParsedMail(
        sha256=hashlib.sha256(source).hexdigest(),
        size=len(source),
        message_id="one@example.com",
        in_reply_to="zero@shop.example",
        references=("first@shop.example", "zero@shop.example"),
        sender=NamedAddress("Nora", "nora@example.com"),
        reply_to=(NamedAddress("", "n2@example.com"),),
        to=(NamedAddress("Help", "help@shop.example"), NamedAddress("Otto", "otto@example.com")),
        cc=(NamedAddress("", "boss@example.com"),),
        subject="Grüße",
        date=datetime(2012, 5, 4, 12, 1, 3, tzinfo=UTC),
        text="Hi\n",
        text_new="Hi",
        headers=parsed.headers,
    )
    assert parsed.header("subject") == "Grüße"
    assert parsed.header("message-id") == "<one@example.com>"
    assert parsed.header("x-none") == ""


@pytest.mark.parametrize(
    ("lines", "address", "name"),
    [
        (["From: Nora", "Reply-To: n@example.com"], "n@example.com", "Nora"),
        (["From: <>", "Return-Path: <n@example.com>"], "n@example.com", ""),
        (["From: nobody", "Sender: N <n@example.com>"], "n@example.com", "nobody"),
        (["Return-Path: <n@example.com>"], "n@example.com", ""),
        (["From: ", "From: N <n@example.com>"], "n@example.com", "N"),
        (["From: A <a@example.com>, B <b@example.com>"], "a@example.com", "A"),
        (["From: MAILER-DAEMON (Mail System)"], "mailer-daemon", "Mail System"),
        (["Subject: x"], "", ""),
    ],
)
def test_the_sender_is_the_first_that_could_be_answered(
    lines: list[str], address: str, name: str
) -> None:
    assert parse(raw(*lines)).sender == NamedAddress(name, address)


def test_an_odd_sender_is_told() -> None:
    assert parse(raw("Subject: x")).defects == ("No field names a usable sender.",)
    assert parse(raw("From: a@example.com", "From: b@example.com")).defects == (
        "The mail has several From fields; the first usable one is taken.",
    )
    assert parse(raw("From: a@example.com, b@example.com")).defects == (
        "From names several people; the first is taken.",
    )
    assert parse(raw("From: <>", "Reply-To: b@example.com")).defects == (
        "From holds no usable address; Reply-To is taken.",
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Message-ID: <a@b>", "a@b"),
        ("Message-ID: a@b", "a@b"),
        ("Message-ID: <a@\n b>", "a@b"),
        ("Message-ID: <>", ""),
        ("Message-ID:", ""),
        ("Message-ID: <" + "x" * 1_500 + "@b>", ""),
        ("Message-Id: [a@b", "[a@b"),
    ],
)
def test_identifiers_stand_without_brackets(line: str, found: str) -> None:
    assert parse(raw("From: a@example.com", line)).message_id == found


def test_references_keep_the_first_and_the_latest() -> None:
    ids = [f"<{number}@example.com>" for number in range(1_000)]
    found = parse(raw("From: a@example.com", "References: " + " ".join(ids))).references
    assert (len(found), found[0], found[-1]) == (200, "0@example.com", "999@example.com")


def test_recipients_are_bounded_and_told() -> None:
    many = ", ".join(f"{number}@example.com" for number in range(3_000))
    parsed = parse(raw("From: a@example.com", f"To: {many}"))
    assert len(parsed.to) == 1_000
    assert parsed.defects == ("To names more than 1000 addresses.",)


def test_raw_fields_are_read_in_the_charset_of_the_text() -> None:
    source = "From: a@example.com\nSubject: ő\nContent-Type: text/plain; charset=iso-8859-2\n\nű"
    parsed = parse(source.encode("iso-8859-2"))
    assert (parsed.subject, parsed.text) == ("ő", "ű")


def test_signatures_over_the_mail_are_not_kept() -> None:
    parsed = parse(raw("From: a@example.com", "DKIM-Signature: v=1", "X-Spam: yes", "x-spam: no"))
    assert parsed.headers == (("from", "a@example.com"), ("x-spam", "yes"), ("x-spam", "no"))


@pytest.mark.parametrize(
    "value", [b"", b"\x00", b"\r", b"\xff\xfe", b"From", b"From:", b":", b"--"]
)
def test_any_bytes_are_a_mail(value: bytes) -> None:
    parsed = parse(value)
    assert parsed.size == len(value)
    assert parsed.sha256 == hashlib.sha256(value).hexdigest()


def test_a_reader_that_breaks_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(reading, "fold", breaks)
    monkeypatch.setattr(reading, "bounces_of", breaks)
    monkeypatch.setattr(reading, "words_of", breaks)
    parsed = parse(mail("Content-Type: text/html", body="<p>Hello</p>"))
    assert parsed.text.strip() == "Hello"
    assert parsed.sender.address == "nora@example.com"
    assert parsed.defects == (
        "Reading HTML broke off (ValueError).",
        "Reading quotes broke off (ValueError).",
        "Reading bounces broke off (ValueError).",
    )


def test_a_mail_that_breaks_everything_is_shown_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: bytes) -> None:
        raise RecursionError

    monkeypatch.setattr(reading, "read_structure", breaks)
    parsed = parse(mail(body="Hello"))
    assert parsed.text.endswith("Hello")
    assert parsed.defects == (
        "The mail could not be read (RecursionError); it is shown as it came.",
    )
