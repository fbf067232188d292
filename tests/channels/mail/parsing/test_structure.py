from __future__ import annotations

import email
import time

import pytest

from tests.channels.mail.parsing.samples import mail, multipart
from wingbeat.channels.mail.parsing import limits
from wingbeat.channels.mail.parsing.structure import Part, read_structure


def outline(part: Part) -> list[object]:
    return [part.type, *(outline(child) for child in part.parts)]


def bodies(raw: bytes) -> list[bytes]:
    return [raw[part.body : part.end] for part in read_structure(raw).root.parts]


def test_parts_lie_between_boundaries_without_the_breaks_around_them() -> None:
    raw = multipart("Content-Type: text/plain\n\none\ntwo", "Content-Type: text/html\n\n<p>")
    assert bodies(raw) == [b"one\r\ntwo", b"<p>"]
    assert outline(read_structure(raw).root) == ["multipart/mixed", ["text/plain"], ["text/html"]]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_kind_of_line_break_is_one(line_break: str) -> None:
    raw = multipart("Content-Type: text/plain\n\none", "\ntwo").replace(
        b"\r\n", line_break.encode()
    )
    structure = read_structure(raw)
    assert [raw[one.body : one.end].strip() for one in structure.root.parts] == [b"one", b"two"]
    assert structure.defects == []


def test_a_boundary_that_begins_like_another_is_another() -> None:
    raw = mail(
        'Content-Type: multipart/mixed; boundary="edge"',
        body="--edge\r\nContent-Type: multipart/mixed; boundary=edge-2\r\n\r\n"
        "--edge-2\r\n\r\ninner\r\n--edge-2--\r\n--edge\r\n\r\nouter\r\n--edge--\r\n",
    )
    assert outline(read_structure(raw).root) == [
        "multipart/mixed", ["multipart/mixed", ["text/plain"]], ["text/plain"],
    ]  # fmt: skip


def test_a_missing_closing_boundary_loses_nothing_and_is_told() -> None:
    raw = multipart("\none", "\ntwo").removesuffix(b"--edge--\r\n")
    assert bodies(raw) == [b"one", b"two\r\n"]
    assert read_structure(raw).defects == ["A multipart has no closing boundary."]


def test_an_inner_multipart_that_never_closes_ends_with_the_outer() -> None:
    raw = multipart("Content-Type: multipart/mixed; boundary=in\n\n--in\n\none", "\ntwo")
    root = read_structure(raw).root
    assert outline(root) == ["multipart/mixed", ["multipart/mixed", ["text/plain"]], ["text/plain"]]


def test_an_undeclared_boundary_is_found() -> None:
    for declared in ("multipart/mixed", "multipart/mixed; boundary=other"):
        raw = multipart("Content-Type: text/plain\n\none", "\ntwo").replace(
            b'multipart/mixed; boundary="edge"', declared.encode()
        )
        structure = read_structure(raw)
        assert [raw[one.body : one.end] for one in structure.root.parts] == [b"one", b"two"]
        assert structure.defects == ["A multipart uses another boundary than it names."]


def test_a_multipart_goes_on_after_a_closing_boundary_that_came_too_early() -> None:
    raw = multipart("\none", "\ntwo").replace(
        b"one\r\n--edge\r\n", b"one\r\n--edge--\r\n\r\n--edge\r\n"
    )
    assert bodies(raw) == [b"one", b"two"]


def test_another_mail_glued_to_this_one_is_not_read_as_a_part_of_it() -> None:
    raw = multipart("\none") + b"From x Thu Jul 2\r\nSubject: other\r\n\r\n" + multipart("\ntwo")
    assert bodies(raw) == [b"one"]


def test_parts_of_a_digest_are_mails() -> None:
    raw = multipart("\nSubject: one\n\nhello", kind="digest")
    assert outline(read_structure(raw).root) == [
        "multipart/digest", ["message/rfc822", ["text/plain"]],
    ]  # fmt: skip


def test_a_mail_within_may_begin_with_a_mailbox_line() -> None:
    raw = multipart(
        "Content-Type: message/rfc822\n\nFrom a@b Thu Jul 2 12:00:00 2020\nSubject: one\n"
        "Content-Type: text/html\n\n<p>"
    )
    assert outline(read_structure(raw).root.parts[0]) == ["message/rfc822", ["text/html"]]


def nested(levels: int) -> bytes:
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels)
    )
    return (f"From: a@example.com\n{head}\ndeepest").encode()


@pytest.mark.parametrize("levels", [60, 3_000])
def test_nesting_is_cut_and_the_rest_kept(levels: int) -> None:
    structure = read_structure(nested(levels))
    depth, part = 1, structure.root
    while part.parts:
        depth, part = depth + 1, part.parts[0]
    assert depth == limits.MAX_DEPTH
    assert structure.rest > 0
    assert nested(levels)[structure.rest :].endswith(b"deepest")
    assert "The mail is nested deeper than 50 levels; the rest is attached as it came." in (
        structure.defects
    )


def test_mails_within_mails_are_cut_at_the_same_depth() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 3_000 + b"\nend"
    assert read_structure(raw).rest > 0


def test_many_parts_are_cut_and_the_rest_kept() -> None:
    raw = multipart(*["\nx"] * 1_500)
    structure = read_structure(raw)
    assert len(structure.root.parts) == limits.MAX_PARTS - 1
    assert raw[structure.rest :].count(b"--edge\r\n") == 1_500 - limits.MAX_PARTS + 1


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"\n--" * 300_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--" + b"\r" * 1_000_000,
        b"Content-Type: multipart/mixed\n\n" + b"\n--a" * 200_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n--x--\n" * 80_000,
        nested(49) + b"\n--b1x" * 150_000,
        b"A: " + b" \n" * 400_000,
        b"\n" * 1_000_000,
        b"Content-Type: text/plain" + b"; a=b" * 20_000 + b"\n\n",
        b"Content-Type: text/plain" + b" " * 100_000 + b"x\n\n",
        b'Content-Type: text/plain; a="' + b'\\"' * 50_000 + b"\n\n",
    ],
    ids=range(10),
)
def test_a_megabyte_built_to_be_slow_takes_no_time(raw: bytes) -> None:
    begun = time.process_time()
    read_structure(raw)
    assert time.process_time() - begun < 1.5


def test_parts_are_those_of_the_standard_library_where_the_mail_is_sound() -> None:
    raw = multipart(
        "Content-Type: multipart/alternative; boundary=in\n\n--in\n\na\n--in\nContent-Type: "
        "text/html\n\nb\n--in--",
        "Content-Type: message/rfc822\n\nSubject: x\n\nc",
    )

    def outline_of(message: email.message.Message) -> list[object]:
        inner = message.get_payload()
        children = [outline_of(one) for one in inner] if isinstance(inner, list) else []  # type: ignore[arg-type]
        return [message.get_content_type(), *children]

    assert outline(read_structure(raw).root) == outline_of(email.message_from_bytes(raw))
