from __future__ import annotations

import base64

import pytest

from wingbeat.channels.mail.parsing.words import decode_words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?iso-8859-1?Q?Gru=DF_aus?= Bonn", "Gruß aus Bonn"),
        (b"=?utf-8?b?w6k=?=", "é"),
        (b"=?utf-8*de?Q?=C3=A4?=", "ä"),
        (b"=?UTF-8?Q?a?= =?UTF-8?Q?b?=", "ab"),
        (b"=?UTF-8?Q?a?=\r\n =?UTF-8?Q?b?=", "ab"),
        (b"=?UTF-8?Q?a?= and =?UTF-8?Q?b?=", "a and b"),
        (b"=?UTF-8?Q?a?==?UTF-8?Q?b?=", "ab"),
        (b"Re:=?UTF-8?Q?_a?=", "Re: a"),
    ],
)
def test_encoded_words_are_read(value: bytes, expected: str) -> None:
    assert decode_words(value) == expected


def test_a_character_split_between_two_words_is_whole() -> None:
    assert decode_words(b"=?UTF-8?Q?M=C3?= =?utf-8?Q?=BCller?=") == "Müller"
    halves = [base64.b64encode(half).decode() for half in (b"\xc3", b"\xbc")]
    assert decode_words(f"=?utf-8?B?{halves[0]}?=\t=?utf-8?B?{halves[1]}?=".encode()) == "ü"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?utf-8?Q?two words?=", "two words"),
        (b"=?utf-8?B?w6k?=", "é"),
        (b"=?utf-8?B?w6k=====?=", "é"),
        (b"=?utf-8?B?w6k=XYZ", "é"),
        (b"=?utf-8?Q?open", "open"),
        (b"=?utf-8?Q?open =?utf-8?Q?closed?=", "open closed"),
        (b"=?x-unknown?Q?M=E4rz?=", "März"),
        (b"=?utf-8?Q?M=E4rz?=", "März"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q?a=ZZb?=", "a=ZZb"),
        (b"Is 1=?2", "Is 1=?2"),
    ],
)
def test_broken_encoded_words_say_what_they_can(value: bytes, expected: str) -> None:
    assert decode_words(value) == expected


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "koi8-r", "gb18030", "shift_jis", "euc-jp"]
)
def test_raw_bytes_are_read_by_sense(charset: str) -> None:
    words = {
        "utf-8": "Grüße",
        "iso-8859-1": "Größe überprüfen",
        "koi8-r": "Привет, мой заказ не пришел",
        "gb18030": "我们的产品是最好的",
        "shift_jis": "これはテストです",
        "euc-jp": "ありがとうございます",
    }[charset]
    assert decode_words(words.encode(charset)) == words


def test_raw_bytes_are_read_in_the_charset_of_the_text() -> None:
    assert decode_words("ő".encode("cp1250"), "iso-8859-2") == "ő"


def test_undeclared_japanese_escapes_are_read() -> None:
    assert decode_words("テスト".encode("iso-2022-jp")) == "テスト"


@pytest.mark.parametrize(
    "value",
    [
        b"x\r\nBcc: eve@example.com",
        b"=?utf-8?Q?x=0D=0ABcc:_eve@example.com?=",
        "x\u2028Bcc: eve@example.com".encode(),
        b"x\x00\x1b\x7fBcc: eve@example.com",
        b"=?utf-8?B?eAqFQmNjOiBldmVAZXhhbXBsZS5jb20=?=",
        b"=?utf-7?Q?+2AA-?=",
    ],
)
def test_decoded_values_hold_no_controls_breaks_or_halves(value: bytes) -> None:
    decoded = decode_words(value)
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in decoded)
    assert not set(decoded) & {"\u2028", "\u2029"}
    decoded.encode("utf-8")


def test_a_fold_is_one_blank() -> None:
    assert decode_words(b"one\r\n\ttwo\r\n  three") == "one two  three"
