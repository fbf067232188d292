from __future__ import annotations

import time

import pytest

from wingbeat.channels.mail.parsing import limits
from wingbeat.channels.mail.parsing.addresses import read_addresses


def read(value: str | bytes) -> list[tuple[str, str]]:
    raw = value.encode() if isinstance(value, str) else value
    return [(one.name, one.address) for one in read_addresses(raw)[0]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nora@example.com", ("", "nora@example.com")),
        ("<nora@example.com>", ("", "nora@example.com")),
        ("Nora <Nora@Example.COM>", ("Nora", "nora@example.com")),
        ('"Smith, Nora" <nora@example.com>', ("Smith, Nora", "nora@example.com")),
        ('"Nora \\"N\\" Smith" <n@example.com>', ('Nora "N" Smith', "n@example.com")),
        ("nora@example.com (Nora Smith)", ("Nora Smith", "nora@example.com")),
        ("Nora (the (second)) <n@example.com>", ("Nora", "n@example.com")),
        ("Nora Smith nora@example.com", ("Nora Smith", "nora@example.com")),
        ("Nora [mailto:nora@example.com]", ("Nora", "nora@example.com")),
        ("Nora <mailto:nora@example.com>", ("Nora", "nora@example.com")),
        ("Nora (nora@example.com)", ("Nora", "nora@example.com")),
        ("'nora@example.com' <nora@example.com>", ("nora@example.com", "nora@example.com")),
        ("Nora < nora @ example.com >", ("Nora", "nora@example.com")),
        ("Nora <nora@example.com", ("Nora", "nora@example.com")),
        ("Nora nora@example.com>", ("Nora", "nora@example.com")),
        ('"Nora <nora@example.com>', ("Nora", "nora@example.com")),
        ("Nora <@relay.example,@b:nora@example.com>", ("Nora", "nora@example.com")),
        ("Nora <nora@example.com.>", ("Nora", "nora@example.com")),
        ('"Nora" <"no ra"@example.com>', ("Nora", '"no ra"@example.com')),
        ("No body <a b c@example.com>", ("No body", "a b c@example.com")),
        ("Nora <<nora@example.com>>", ("Nora", "nora@example.com")),
        ("=?utf-8?Q?M=C3=BCller=2C_Nora?= <n@example.com>", ("Müller, Nora", "n@example.com")),
        ("=?utf-8?Q?Nora_=3Cnora=40example.com=3E?=", ("Nora", "nora@example.com")),
        ("Nora <=?utf-8?Q?nora=40example.com?=>", ("Nora", "nora@example.com")),
        ('"=?utf-8?Q?N=C3=B6ra?=" <n@example.com>', ("Nöra", "n@example.com")),
        ("Nöra <info@müller.example>", ("Nöra", "info@müller.example")),
        ("Nora <info@xn--mller-kva.example>", ("Nora", "info@xn--mller-kva.example")),
        ("岡本和正 <mail@domain.example>", ("岡本和正", "mail@domain.example")),
        ("MAILER-DAEMON (Mail System)", ("Mail System", "mailer-daemon")),
        ("Nora <nora>", ("Nora", "nora")),
        ("Nora Smith", ("Nora Smith", "")),
    ],
)
def test_one_mailbox_is_read_in_every_dress(value: str, expected: tuple[str, str]) -> None:
    assert read(value) == [expected]


@pytest.mark.parametrize("value", ["", "<>", " , ;", '""', "undisclosed-recipients:;", "()"])
def test_nothing_is_nobody(value: str) -> None:
    assert read(value) == []


@pytest.mark.parametrize(
    "value",
    [
        "a@example.com, B <b@example.com>",
        "a@example.com; B <b@example.com>",
        "Team: a@example.com, B <b@example.com>;",
        "a@example.com,, ,B <b@example.com>,",
        "a@example.com,\r\n\tB <b@example.com>",
    ],
)
def test_several_mailboxes_are_read_in_order(value: str) -> None:
    assert read(value) == [("", "a@example.com"), ("B", "b@example.com")]


def test_an_unquoted_comma_in_a_name_does_not_hide_the_address() -> None:
    assert ("Nora", "n@example.com") in read("Smith, Nora <n@example.com>")


def test_names_hold_no_line_breaks_or_controls() -> None:
    assert read(b"=?utf-8?Q?x=0D=0ABcc=3A_y?= <n@example.com>") == [("x Bcc: y", "n@example.com")]
    assert read(b"=?utf-8?Q?x?= <n=?utf-8?Q?=0Ab?=@example.com>")[0][1].isprintable()


def test_the_number_of_addresses_is_bounded() -> None:
    found, are_more = read_addresses(b"a@example.com, " * 5_000)
    assert (len(found), are_more) == (limits.MAX_ADDRESSES, True)


@pytest.mark.parametrize(
    "piece",
    [
        b'"',
        b"<",
        b"(",
        b'\\"',
        b"a@",
        b":",
        b"<a",
        b"((a",
        b'"a\\',
        b"=?",
        b"@:",
        b"mailto:",
        b"@a 10:0",
    ],
)
def test_long_nonsense_takes_no_time(piece: bytes) -> None:
    begun = time.process_time()
    read_addresses(piece * (100_000 // len(piece)))
    assert time.process_time() - begun < 1.0
