"""Mails as nobody would write them and the world does: broken, forged, mislabeled, cut off."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.channels.mail.letters import mail
from wingbeat.channels.mail.identity import desk_id, message_id, plus_address

SENDERS = (
    "Nora Lind <nora@customers.example>",
    "otto@customers.example",
    "",
    "<>",
    "MAILER-DAEMON",
    "support@desk.example",
    '"a@b" <c@d.example>',
    "=?utf-8?q?N=C3=B3ra?= <nora@customers.example>",
    "no-reply@shop.example",
    "ada@desk.example",
    "undisclosed",
    "x" * 300 + "@long.example",
)
RECIPIENTS = (
    "support@desk.example",
    "Support <SUPPORT@desk.example>",
    "sales@desk.example",
    "nobody@desk.example",
    "",
    "undisclosed-recipients:;",
    "support@desk.example, sales@desk.example",
)
SUBJECTS = (
    "A lamp",
    "Re: [Desk #3] A lamp",
    "",
    "RE: " * 60,
    "=?x-unknown?b?////?=",
    "\t",
    "♥" * 400,
)
HEADERS = (
    ("Auto-Submitted", "auto-replied"),
    ("Precedence", "bulk"),
    ("List-Id", "<a.b>"),
    ("X-Spam-Flag", "YES"),
    ("Reply-To", "anna@elsewhere.example"),
    ("Delivered-To", "sales@desk.example"),
    ("X-Wingbeat-Loop", "aaaa"),
    ("Return-Path", "<>"),
    ("Date", "yesterday"),
    ("Cc", "max@x.example"),
    ("Content-Type", "multipart/mixed"),
    ("Content-Type", "text/plain; charset=klingon"),
    ("Content-Transfer-Encoding", "base64"),
    ("Authentication-Results", "mx.desk.example; dmarc=fail"),
    ("X-Failed-Recipients", "nora@customers.example"),
    ("Message-ID", "<>"),
)


def mails(count: int, *, seed: int, first: int = 1) -> Iterator[bytes]:
    """Yield mails; the same seed gives the same ones. `first` is a conversation some may name."""
    chance = random.Random(seed)
    made: list[bytes] = []
    for number in range(count):
        is_again = bool(made) and chance.random() < 0.08
        raw = _again(chance, made) if is_again else _made(chance, number, first)
        for change in chance.sample(CHANGES, k=chance.choice([0, 0, 1, 2])):
            raw = change(raw, chance)
        made.append(raw)
        yield raw


def _made(chance: random.Random, number: int, first: int) -> bytes:
    """A mail with fields that fit together by accident only."""
    known = f"<{chance.randrange(max(1, number))}@fuzzed.example>"
    signed = message_id(
        conversation_id=first + chance.randrange(40),
        message_id=chance.randrange(1, 80),
        domain="d.e",
    )
    answers = chance.choice(["", "", known, signed, "garbage", f"{known} {signed}"])
    to = plus_address("support@desk.example", first + chance.randrange(40))
    lines = [
        f"From: {chance.choice(SENDERS)}",
        f"To: {chance.choice([*RECIPIENTS, to])}",
        f"Subject: {chance.choice(SUBJECTS)}",
        f"Message-ID: <{number}@fuzzed.example>" if chance.random() < 0.8 else "X-No-Id: 1",
        f"In-Reply-To: {answers}" if answers else "X-No-Answer: 1",
        *(f"{name}: {value}" for name, value in chance.sample(HEADERS, k=chance.randrange(3))),
        f"X-Wingbeat-Loop: {desk_id()}" if chance.random() < 0.02 else "X-Mailer: fuzz",
    ]
    chance.shuffle(lines)
    return "\n".join([*lines, "", f"My lamp number {number} does not light.", ""]).encode()


def _again(chance: random.Random, made: list[bytes]) -> bytes:
    return chance.choice(made)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _flip(raw: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(raw)
    for _turn in range(chance.randrange(1, 12)):
        if damaged:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _insert(raw: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(raw) + 1)
    junk = chance.choice(
        [b"\0", b"\r", b"\n\n", b"\xff\xfe", b"--=b\n", "\ud83d".encode("utf-8", "surrogatepass")]
    )
    return raw[:place] + junk * chance.randrange(1, 9) + raw[place:]


def _nest(raw: bytes, chance: random.Random) -> bytes:
    head = b"From: a@b.example\nTo: support@desk.example\nContent-Type: message/rfc822\n\n"
    return head * chance.randrange(1, 5) + raw


def _empty(_raw: bytes, chance: random.Random) -> bytes:
    return chance.choice([b"", b"\n", b"\0" * 20, mail("")])


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _flip, _insert, _nest, _empty)
