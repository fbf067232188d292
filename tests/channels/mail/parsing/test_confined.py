from __future__ import annotations

import pytest

from tests.channels.mail.parsing.samples import mail, multipart
from wingbeat.channels.mail.parsing import confined, parse
from wingbeat.channels.mail.parsing.confined import (
    BeyondLimits,
    is_large,
    parse_apart,
    parse_safely,
)

RICH = multipart(
    "Content-Type: text/html; charset=utf-8\n\n<p>Grüße</p><img src='cid:a'><blockquote "
    "type='cite'>old</blockquote>",
    "Content-Type: image/png\nContent-ID: <a>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=",
    "Content-Type: application/pdf\n\nempty",
).replace(
    b"From:",
    b"Date: Fri, 04 May 2012 12:01:03 +0200\r\nTo: a@b.example\r\nReferences: <x@y>\r\nFrom:",
    1,
)


def test_a_mail_read_apart_is_the_same() -> None:
    assert parse_apart(RICH) == parse(RICH)


def test_a_mail_that_takes_too_much_memory_is_beyond_limits() -> None:
    assert parse_apart(mail(), megabytes=40).text == "Hello.\n"
    heavy = mail(body="word and " * 4_000_000)
    with pytest.raises(BeyondLimits, match="takes more than 30 seconds of processor time or 40 MB"):
        parse_apart(heavy, megabytes=40)


def test_a_mail_that_takes_too_long_is_beyond_limits() -> None:
    heavy = mail("Content-Type: text/html", body="<b><i><p>x</p></i></b>" * 200_000)
    with pytest.raises(BeyondLimits, match=r"takes more than [14] seconds"):
        parse_apart(heavy, seconds=1, megabytes=2_000)


@pytest.mark.parametrize(
    ("raw", "large"),
    [
        (mail(), False),
        (mail(body="x" * 250_000), False),
        (mail(body="x" * 400_000), True),
        (multipart("Content-Type: image/png\n\n" + "x" * 400_000), False),
        (multipart("Content-Type: image/png\n\n" + "x" * 4_100_000), True),
        (mail("Content-Type: multipart/mixed; boundary=none", body="x" * 400_000), True),
    ],
    ids=range(6),
)
def test_mails_of_many_words_or_bytes_are_read_apart(
    raw: bytes, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart: list[bytes] = []

    def takes_note(raw: bytes) -> None:
        apart.append(raw)

    monkeypatch.setattr(confined, "parse_apart", takes_note)
    assert is_large(raw) is large
    parse_safely(raw)
    assert apart == ([raw] if large else [])
