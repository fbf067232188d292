from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing import limits
from wingbeat.channels.mail.parsing.fields import read_fields, start_of_mail


def read(raw: bytes) -> tuple[dict[str, bytes], bytes, list[str]]:
    fields, body, defects = read_fields(raw, start_of_mail(raw), (), is_root=True)
    return dict(fields.pairs), raw[body:], defects


def test_fields_end_at_the_blank_line() -> None:
    assert read(b"From: a\nTo: b\n\nSubject: no field\n") == (
        {"From": b"a", "To": b"b"}, b"Subject: no field\n", [],
    )  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf",
        b"\r\n\n",
        b"From a@b Thu Jul 2 12:00\n",
        b">From a@b Thu\n",
        b"\n\nFrom x y\n",
    ],
)
def test_what_stands_before_the_fields_is_passed(before: bytes) -> None:
    assert read(before + b"From: a\nSubject: b\n\nc")[0] == {"From": b"a", "Subject": b"b"}


def test_folds_stay_in_the_value() -> None:
    assert (
        read(b"From: a\nSubject: one\n\ttwo\n  three\n\n")[0]["Subject"] == b"one\n\ttwo\n  three"
    )


def test_a_missing_blank_line_begins_the_body() -> None:
    fields, body, defects = read(b"From: a\nSubject: b\nDear team,\nmy order: none\n")
    assert (fields, body) == ({"From": b"a", "Subject": b"b"}, b"Dear team,\nmy order: none\n")
    assert defects == ["The blank line between header and body is missing."]


def test_a_line_of_blanks_ends_the_header_unless_fields_follow() -> None:
    assert read(b"From: a\n \nHello")[1] == b"Hello"
    assert read(b"From: a\n \nSubject: b\n\nHello")[0] == {"From": b"a", "Subject": b"b"}


def test_a_fold_that_lost_its_blank_stays_with_its_field() -> None:
    fields, _, defects = read(b"From: a\nX-Note: one\ntwo\nSubject: b\n\nc")
    assert fields == {"From": b"a", "X-Note": b"one\ntwo", "Subject": b"b"}
    assert defects == ["A header field is folded without a blank."]
    fields, body, _ = read(b"From: a\nContent-Type: multipart/mixed;\nboundary=x\n\nc")
    assert fields["Content-Type"] == b"multipart/mixed;\nboundary=x"
    assert body == b"c"


@pytest.mark.parametrize(
    "raw", [b"Hello team,\nhow are you?", b"Note: buy milk\n\nThanks", b"", b"\n\nx"]
)
def test_bytes_without_fields_are_all_body(raw: bytes) -> None:
    assert read(raw) == ({}, raw, ["The mail has no header."])


def test_names_may_be_followed_by_blanks_and_be_long() -> None:
    long = b"X-" + b"a" * 1_100
    fields, body, _ = read(b"From: a\nSubject  : b\n" + long + b": c\n\nd")
    assert (fields["Subject"], fields[long.decode()], body) == (b"b", b"c", b"d")


def test_a_header_without_end_is_bounded_and_told() -> None:
    fields, body, defects = read(b"From: a\n" + b"X: y\n" * 5_000 + b"\nbody")
    assert body == b"body"
    assert defects == ["The header is too long; its later fields are left out."]
    raw = b"From: a\nSubject: " + b"x" * 500_000 + b"\n\nbody"
    fields, body, defects = read(raw)
    assert (len(fields["Subject"]), body) == (limits.MAX_FIELD_BYTES - 1, b"body")
    assert defects == ["A header field is too long and cut short."]
