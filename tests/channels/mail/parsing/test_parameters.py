from __future__ import annotations

import time

import pytest

from wingbeat.channels.mail.parsing.parameters import content_type, disposition, words_of


@pytest.mark.parametrize(
    ("value", "type_", "parameters"),
    [
        (b"text/html; charset=utf-8", "text/html", {"charset": "utf-8"}),
        (b'TEXT/Plain;\r\n charset="UTF-8"', "text/plain", {"charset": "UTF-8"}),
        (b"text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b"text/plain; charset=utf-8 format=flowed", "text/plain",
         {"charset": "utf-8", "format": "flowed"}),
        (b"text/plain; charset = utf-8 ; x", "text/plain", {"charset": "utf-8"}),
        (b"text", "text/plain", {}),
        (b"", "text/plain", {}),
        (b'multipart/mixed; boundary="a b=;c"', "multipart/mixed", {"boundary": "a b=;c"}),
        (b'a/b; name="open', "a/b", {"name": "open"}),
        (b"a/b; charset=one; charset=two", "a/b", {"charset": "one"}),
    ],
)  # fmt: skip
def test_content_types_are_read_as_the_world_writes_them(
    value: bytes, type_: str, parameters: dict[str, str]
) -> None:
    assert content_type(value, "text/plain") == (type_, parameters)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'attachment; filename="a b.pdf"', "a b.pdf"),
        (b"attachment; filename=a b.pdf", "a b.pdf"),
        (b"attachment; filename=a.pdf; size=3", "a.pdf"),
        (b'attachment; filename="Tax Invoice  7.PDF"', "Tax Invoice  7.PDF"),
        (b'attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
        (b"attachment; filename*=utf-8''%C3%A4.pdf", "ä.pdf"),
        (b"attachment; filename*=UTF-8'de'%c3%a4%20b.pdf", "ä b.pdf"),
        (b"attachment; filename*=iso-8859-1''%E4.pdf", "ä.pdf"),
        (b"attachment; filename*0*=utf-8''%C3; filename*1*=%A4; filename*2=\".pdf\"", "ä.pdf"),
        (b'attachment; filename*1="b.pdf"; filename*0="a"', "ab.pdf"),
        (b"attachment; filename*=%E4.pdf", "ä.pdf"),
        (b'attachment; filename="=?utf-8?Q?=C3=A4.pdf?="', "ä.pdf"),
        (b'attachment; filename="=?utf-8?B?w6Q=?=\r\n =?utf-8?B?LnBkZg==?="', "ä.pdf"),
        (b"attachment; filename==?utf-8?Q?=C3=A4.pdf?=", "ä.pdf"),
        ("attachment; filename=ä.pdf".encode(), "ä.pdf"),
        ('attachment; filename="ä.pdf"'.encode("latin-1"), "ä.pdf"),
        (b"filename=a.pdf", "a.pdf"),
    ],
)
def test_file_names_are_read_in_every_dress(value: bytes, name: str) -> None:
    assert words_of(disposition(value)[1]["filename"], "") == name


@pytest.mark.parametrize(
    "value",
    [
        b"a/b;" + b" " * 100_000 + b"x",
        b"a/b" + b";a=" * 40_000,
        b'a/b; x="' + b"\\" * 100_001,
        b"a/b; x=" + b"y " * 50_000,
        b"a/b; " + b"a*" * 50_000,
    ],
    ids=range(5),
)
def test_long_values_take_no_time(value: bytes) -> None:
    begun = time.process_time()
    content_type(value, "text/plain")
    assert time.process_time() - begun < 0.5
