from __future__ import annotations

import base64
import binascii
import time

import pytest

from wingbeat.channels.mail.parsing.transfer import decode, split_uuencoded


@pytest.mark.parametrize("name", ["", "7bit", "8BIT".lower(), "binary", "8bits", "7-bit"])
def test_identity_leaves_bytes_alone(name: str) -> None:
    assert decode(b"a=3D\xff", name).content == b"a=3D\xff"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a=3Db", b"a=b"),
        (b"one =\r\ntwo=\nthree= \t\r\nfour=\rfive", b"one twothreefourfive"),
        (b"50=ZZ =", b"50=ZZ ="),
        (b"=c3=A4", "ä".encode()),
        (b"a == b =", b"a == b ="),
        (b"a_b \n c", b"a_b \n c"),
        (b"raw \xe4", b"raw \xe4"),
    ],
)
@pytest.mark.parametrize("name", ["quoted-printable", "quoted printable", "quoted-printable;"])
def test_quoted_printable_is_read_where_it_is_sound(
    body: bytes, expected: bytes, name: str
) -> None:
    assert decode(body, name).content == expected


CONTENT = bytes(range(256)) * 3
ENCODED = base64.encodebytes(CONTENT)


@pytest.mark.parametrize(
    "body",
    [
        ENCODED,
        ENCODED.replace(b"\n", b"\r\n"),
        ENCODED.replace(b"\n", b" "),
        ENCODED.rstrip().rstrip(b"="),
        ENCODED + b"\n\n",
        b"\n" + ENCODED.replace(b"\n", b"\n!\n"),
    ],
    ids=range(6),
)
def test_base64_is_read_whatever_lies_between_its_letters(body: bytes) -> None:
    assert decode(body, "base64").content == CONTENT
    assert decode(body, "base64").defect == ""


def test_pieces_of_base64_padded_one_by_one_are_joined() -> None:
    assert decode(b"YQ==\nYmM=\nZGVm\n", "base64").content == b"abcdef"


def test_lines_added_after_base64_are_kept() -> None:
    found = decode(b"aGVsbG8=\n_____\nThis list is run by Otto.\n", "base64")
    assert (found.content, found.after) == (b"hello", b"_____\nThis list is run by Otto.")
    found = decode(b"aGVsbG8h\nThis list is run by Otto.\n", "base64")
    assert (found.content, found.after) == (b"hello!", b"This list is run by Otto.")
    assert found.defect == "Text follows the end of a base64 part."


def test_prose_that_calls_itself_base64_is_prose() -> None:
    found = decode(b"Dear team, where is my order?", "base64")
    assert found.content == b"Dear team, where is my order?"
    assert found.defect == "A part named base64 is plain; shown as it came."


def test_an_unknown_encoding_shows_its_source() -> None:
    found = decode(b"a=3D", "x-gzip64\x07")
    assert found.content == b"a=3D"
    assert found.defect == "The transfer encoding x-gzip64 is not known; shown as it came."


def uuencoded(content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\n"


def test_uuencoded_parts_are_read_with_and_without_their_frame() -> None:
    assert decode(uuencoded(CONTENT), "x-uuencode").content == CONTENT
    bare = uuencoded(CONTENT).split(b"\n", 1)[1].removesuffix(b"end\n")
    assert decode(bare, "uuencode").content == CONTENT
    assert decode(b"no such thing", "uue").content == b"no such thing"


def test_uuencoded_files_are_taken_out_of_a_text() -> None:
    text = b"Hello,\n\n" + uuencoded(b"one") + b"Bye\n"
    assert split_uuencoded(text) == (b"Hello,\n\nBye\n", [(b"a.bin", b"one")])


def test_words_that_only_begin_like_uuencoding_stay_words() -> None:
    text = b"begin 644 people\nwho all came\nend\n"
    assert split_uuencoded(text) == (text, [])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"=" * 1_000_000, "quoted-printable"),
        (b"= " * 500_000, "quoted-printable"),
        (b"=" * 1_000_000, "base64"),
        (b"a=" * 500_000, "base64"),
        (b" a" * 500_000, "base64"),
        (b"begin 644 a\n" * 80_000, "uuencode"),
        (b"begin 644 a\n\nend\n" * 50_000, "uuencode"),
    ],
    ids=range(7),
)
def test_a_megabyte_built_to_be_slow_takes_no_time(body: bytes, name: str) -> None:
    begun = time.process_time()
    decode(body, name)
    assert time.process_time() - begun < 1.5
