"""The bytes of a mail: what every server carries and every program reads, whatever was written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from wingbeat.channels.mail.composing import Post, compose
from wingbeat.channels.mail.mime import File, HeadersTooLong, wire_address
from wingbeat.channels.mail.parsing import parse

NOON = datetime(2026, 3, 2, 13, 0, tzinfo=timezone(timedelta(hours=1)))
PLAIN = Post(
    sender={"name": "Acme Support", "address": "support@desk.example"},
    to=({"name": "Nora Lind", "address": "nora@customers.example"},),
    subject="Re: A broken lamp",
    at=NOON,
    message_id="wb.1.2.sign@desk.example",
    html="<p>We send you a new one.</p>",
    text="We send you a new one.",
    loop_mark="this-desk",
)


def post(**more: Any) -> Post:
    return replace(PLAIN, **more)


def read(mail: bytearray) -> EmailMessage:
    return message_from_bytes(bytes(mail), policy=policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n").removesuffix("\n")


def file(name: str, content: bytes = b"%PDF", kind: str = "application/pdf", cid: str = "") -> File:
    return File(name, kind, lambda: content, cid)


def test_a_plain_reply_is_text_and_page_and_nothing_else() -> None:
    mail = read(compose(PLAIN))
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert body(mail, "plain") == "We send you a new one."
    assert body(mail, "html") == "<p>We send you a new one.</p>"
    assert mail["Date"] == "Mon, 02 Mar 2026 13:00:00 +0100"
    assert mail["Message-ID"] == "<wb.1.2.sign@desk.example>"
    assert mail["X-Wingbeat-Loop"] == "this-desk"
    assert mail["Auto-Submitted"] is None


def test_automatic_mail_says_so_in_every_way_machines_look_for() -> None:
    mail = read(compose(post(is_automatic=True)))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Precedence"] == "bulk"


def test_pictures_stand_with_the_page_and_files_beside_the_words() -> None:
    picture = file("lamp.png", b"\x89PNG", "image/png", cid="one@desk.example")
    mail = read(compose(post(pictures=(picture,), files=(file("plan.pdf"), file("list.csv")))))
    shape = [part.get_content_type() for part in mail.walk()]
    assert shape == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
        "application/pdf",
    ]
    shown = list(mail.walk())[5]
    assert shown["Content-ID"] == "<one@desk.example>"
    assert shown.get_content_disposition() == "inline"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["plan.pdf", "list.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "Rechnung März.pdf",
        "счёт-фактура за февраль 2026 года, окончательный вариант (подписан).pdf",
        "発注書.pdf",
        'a "quoted" name; with=signs.pdf',
        "emoji 🪔 lamp.pdf",
        "x" * 110 + ".pdf",
    ],
)
def test_a_files_name_arrives_as_it_was(name: str) -> None:
    mail = compose(post(files=(file(name),)))
    expected = name.replace('"', "'") if name.isascii() else name
    (standard,) = read(mail).iter_attachments()
    assert standard.get_filename() == expected
    assert parse(bytes(mail)).attachments[0].name == expected


def test_a_files_name_cannot_leave_its_folder_or_its_header() -> None:
    mail = compose(post(files=(file("../../etc\\x\r\nBcc: eve@evil.example\r\n\r\nwords.pdf"),)))
    (attached,) = read(mail).iter_attachments()
    name = attached.get_filename()
    assert name is not None
    assert not re.search(r"[/\\\r\n]", name)
    assert read(mail)["Bcc"] is None
    assert attached.get_content() == b"%PDF"


def test_bytes_of_every_kind_arrive_unchanged() -> None:
    content = bytes(range(256)) * 5_000
    (attached,) = read(compose(post(files=(file("all.bin", content),)))).iter_attachments()
    assert attached.get_content() == content


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "nonsense", "a/b\r\nX: y"])
def test_a_file_never_pretends_to_be_a_part_of_the_mail(kind: str) -> None:
    (attached,) = read(compose(post(files=(file("x", b"words", kind),)))).iter_attachments()
    assert attached.get_content_type() == "application/octet-stream"
    assert attached.get_content() == b"words"


HOSTILE = "Hello\r\nBcc: eve@evil.example\r\n\r\n<html>"


@pytest.mark.parametrize("where", ["subject", "thread_topic", "sender", "to", "reply_to"])
def test_nothing_written_anywhere_becomes_a_header(where: str) -> None:
    party = {"name": HOSTILE, "address": "a@b.example\r\nBcc: eve@evil.example"}
    value: Any = {"sender": party, "to": (party,)}.get(where, HOSTILE)
    mail = read(compose(post(**{where: value}, thread_index="AdA=")))
    assert mail["Bcc"] is None
    assert body(mail, "plain") == PLAIN.text


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Ihre Bestellung über 20 €",
        "Ответ: лампа не горит, уже третий раз за этот месяц, помогите пожалуйста",
        "ランプが壊れています " * 12,
        "An ordinary subject that is much longer than a line of a mail header may be, so it folds",
        "looks =?utf-8?q?encoded?= but is not",
        "w" * 290,
    ],
)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    mail = compose(post(subject=subject))
    assert read(mail)["Subject"] == subject.strip()
    assert parse(bytes(mail)).subject == subject.strip()


@pytest.mark.parametrize(
    "name",
    ["", "Lind, Nora", "Nora “Nono” Lind", "Жанна Іванова", 'O"Neil \\ Sons', "a@b", "山田 太郎"],
)
def test_a_name_arrives_as_it_was_written(name: str) -> None:
    parties = ({"name": name, "address": "nora@customers.example"},) * 2
    mail = compose(post(to=parties))
    assert [
        (address.display_name, address.addr_spec) for address in read(mail)["To"].addresses
    ] == [(name, "nora@customers.example")] * 2
    (ours,) = parse(bytes(mail)).to  # each address once
    assert (ours.name, ours.address) == (name, "nora@customers.example")


def test_hundreds_of_recipients_stay_within_what_servers_take() -> None:
    many = tuple({"name": f"Person {n}", "address": f"p{n}@customers.example"} for n in range(300))
    mail = compose(post(to=many))
    assert len(read(mail)["To"].addresses) == 300
    assert max(map(len, bytes(mail).split(b"\r\n"))) <= 998


def test_a_domain_beyond_ascii_is_written_as_servers_know_it() -> None:
    assert wire_address("info@bücher.example") == "info@xn--bcher-kva.example"
    mail = compose(post(to=({"name": "Bücher", "address": "info@bücher.example"},)))
    assert read(mail)["To"].addresses[0].addr_spec == "info@xn--bcher-kva.example"
    assert bytes(mail).isascii()


def test_only_an_address_beyond_ascii_makes_a_mail_that_needs_eight_bits() -> None:
    mail = compose(post(to=({"name": "", "address": "жанна@customers.example"},)))
    assert "<жанна@customers.example>".encode() in mail
    assert bytes(compose(post(subject="жанна", text="жанна", html="жанна"))).isascii()


def test_an_address_that_no_server_could_take_is_refused_with_its_reason() -> None:
    with pytest.raises(HeadersTooLong, match="longer than any mail address"):
        compose(post(to=({"name": "", "address": "x" * 400 + "@y.example"},)))


def test_a_mail_for_bcc_alone_has_no_empty_header() -> None:
    mail = read(compose(post(to=())))
    assert mail["To"] == "undisclosed-recipients:;"


def test_who_is_answered_and_where_stand_in_their_headers() -> None:
    mail = read(
        compose(
            post(
                answers=("a@x", "b@x", "a@x"),
                reply_to="support+wb1.sign@desk.example",
                cc=({"name": "Bea", "address": "bea@customers.example"},),
            )
        )
    )
    assert mail["In-Reply-To"] == "<a@x>"
    assert mail["References"].split() == ["<b@x>", "<a@x>"]
    assert mail["Reply-To"] == "Acme Support <support+wb1.sign@desk.example>"
    assert mail["Cc"] == "Bea <bea@customers.example>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plain words.", "7bit"),
        ("Grüße aus Köln, und noch einige Wörter ohne Umlaut dazu.", "quoted-printable"),
        ("лампа не горит", "base64"),
        ("a" * 5_000, "quoted-printable"),
        ("From here on\n.\n.dots", "quoted-printable"),
        ("nul \x00 here", "quoted-printable"),
    ],
)
def test_words_are_encoded_as_suits_them_and_arrive_as_they_were(text: str, encoding: str) -> None:
    mail = compose(post(text=text))
    part = read(mail).get_body(("plain",))
    assert part is not None
    assert part["Content-Transfer-Encoding"] == encoding
    assert body(read(mail), "plain") == text
    _head, _blank, words = bytes(mail).partition(b"\r\n\r\n")
    assert not re.search(rb"(?m)^(?:\.|From )", words)
    assert max(map(len, bytes(mail).split(b"\r\n"))) <= 998


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\r\x85\u2028\u2029")),
    subject=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))),
    name=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=60),
)
def test_any_words_arrive_as_they_were(text: str, subject: str, name: str) -> None:
    party = {"name": name, "address": "nora@customers.example"}
    mail = bytes(compose(post(text=text, subject=subject, to=(party,))))
    assert mail.isascii()
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert mail.count(b"\r") == mail.count(b"\r\n")
    part = read(bytearray(mail)).get_body(("plain",))
    assert part is not None
    decoded = part.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    assert decoded.decode().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    parsed = parse(mail)
    assert " ".join(parsed.subject.split()) == " ".join(subject.split())
    assert [each.address for each in parsed.to] == ["nora@customers.example"]


def test_a_large_file_costs_little_more_than_its_encoded_size() -> None:
    import tracemalloc

    content = b"x" * 8_000_000
    tracemalloc.start()
    mail = compose(post(files=(file("big.bin", content),)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(mail) < len(content) * 1.4
    assert peak < len(content) * 2
    assert mail.count(b"\r\n") > 100_000


def test_the_same_post_is_the_same_bytes() -> None:
    mail = post(files=(file("plan.pdf"),), at=datetime(2026, 3, 2, tzinfo=UTC))
    assert compose(mail) == compose(mail)
