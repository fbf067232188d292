"""Break mails as transport, programs and attackers break them; the same seed, the same mails."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

_LONGEST = 300_000
_TOKENS = (
    b"\x00", b"\r", b"\n\n", b"\r\n\r\n", b"--", b"\n--", b"=?utf-8?B?", b"=?x?Q?=", b"?=", b'"',
    b"<", b">", b"(", b"\\", b";", b"\nContent-Type: multipart/mixed; boundary=", b"\xff\xfe",
    b"\nContent-Transfer-Encoding: base64\n\n", b"\nbegin 644 x\n", b"\x1b$B", b"+AAA-", b"=3D",
    b"\nContent-Type: message/rfc822\n\n", b"\nContent-Disposition: attachment; filename*0*=u''%",
    b"<div><table><tr><td>", b"<blockquote type=cite>", b"<!--", b"&#x1F600;", b"\n> ", b"\nFrom ",
    "\u202e\u2028é汉".encode(), b"\xed\xa0\x80", b"\nOn Monday Nora wrote:\n", b"\n-- \n", b"{~",
)  # fmt: skip
_CHARSETS = (
    b"utf-7", b"utf-16", b"gb2312", b"iso-2022-jp", b"x-unknown", b"idna", b"unicode_escape",
    b"koi8-r", b"big5", b"hz", b"us-ascii", b"", b'"', b"rot13", b"euc-kr",
)  # fmt: skip
_ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"x-gzip64", b"")
_CHARSET = re.compile(rb"charset=[^\s;]+", re.IGNORECASE)
_ENCODING = re.compile(rb"(content-transfer-encoding:)[^\r\n]*", re.IGNORECASE)


def mutated(mails: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` broken mails made from these."""
    chance = random.Random(seed)
    for _ in range(count):
        raw = chance.choice(mails)[:_LONGEST]
        for _ in range(chance.randint(1, 4)):
            raw = chance.choice(_BREAKS)(raw, chance, mails)[: 2 * _LONGEST]
        yield raw


def _place(raw: bytes, chance: random.Random) -> int:
    # Half of the damage goes to the header, where it does most.
    end = raw.find(b"\n\n") if chance.random() < 0.5 else len(raw)
    return chance.randint(0, max(end, 0) or len(raw))


def _flip(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    broken = bytearray(raw)
    for _time in range(chance.randint(1, 20)):
        if broken:
            broken[min(_place(raw, chance), len(broken) - 1)] = chance.randrange(256)
    return bytes(broken)


def _insert(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(raw, chance)
    return raw[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 2, 50)) + raw[at:]


def _insert_many(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(raw, chance)
    token = chance.choice(_TOKENS)
    return raw[:at] + token * (chance.choice((1_000, 40_000)) // len(token)) + raw[at:]


def _cut(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = sorted((_place(raw, chance), _place(raw, chance)))
    return raw[:start] + raw[end:]


def _truncate(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return raw[: _place(raw, chance)]


def _repeat(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start = _place(raw, chance)
    piece = raw[start : start + chance.randint(1, 400)]
    return raw[:start] + piece * chance.randint(2, 200) + raw[start:]


def _splice(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    other = chance.choice(mails)[:_LONGEST]
    return raw[: _place(raw, chance)] + other[_place(other, chance) :]


def _shuffle(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    for _time in range(10):
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _rename_charset(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return _CHARSET.sub(b"charset=" + chance.choice(_CHARSETS), raw)


def _rename_encoding(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return _ENCODING.sub(rb"\1 " + chance.choice(_ENCODINGS), raw)


def _wrap(raw: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    edge = chance.choice((b"e", b"edge", b"=_x"))
    head = b"From: a@example.com\nContent-Type: multipart/mixed; boundary=%s\n\n--%s\n" % (
        edge,
        edge,
    )
    return head * chance.choice((1, 2, 60)) + raw + b"\n--%s--\n" % edge


_BREAKS: tuple[Callable[[bytes, random.Random, Sequence[bytes]], bytes], ...] = (
    _flip, _flip, _insert, _insert, _insert_many, _cut, _truncate, _repeat, _splice, _shuffle,
    _rename_charset, _rename_encoding, _wrap,
)  # fmt: skip
