from __future__ import annotations

import base64
from email.header import Header
from email.message import EmailMessage

from hypothesis import given, settings, strategies as st

from tests.channels.mail.parsing.test_mutations import check
from wingbeat.channels.mail.parsing import parse
from wingbeat.channels.mail.parsing.charsets import decode
from wingbeat.channels.mail.parsing.transfer import decode as undo
from wingbeat.channels.mail.parsing.words import decode_words

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), max_size=80)
LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.just("\n"), max_size=200)
PIECES = [
    b"\r\n", b"\n", b"--b", b"--", b": ", b"From: a@b", b"Subject", b"=?utf-8?Q?", b"?=", b" ",
    b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html", b"\x00", b">",
    b"\xc3", b"<p>",
]  # fmt: skip
NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30)


@given(st.binary(max_size=3_000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_make_a_sound_mail(raw: bytes) -> None:
    check(parse(raw))


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_order_of_what_matters_makes_a_sound_mail(pieces: list[bytes]) -> None:
    check(parse(b"".join(pieces)))


@given(WORDS)
@settings(deadline=None)
def test_a_subject_in_encoded_words_comes_back(words: str) -> None:
    encoded = Header(words, "utf-8").encode(linesep="\r\n").encode("ascii")
    assert decode_words(encoded) == words


@given(st.binary(max_size=300))
def test_transfer_encodings_come_back(content: bytes) -> None:
    assert undo(base64.encodebytes(content), "base64").content == content


@given(LINES)
@settings(deadline=None)
def test_text_in_its_own_charset_comes_back(text: str) -> None:
    assert decode(text.encode("utf-8"), "utf-8").text == text.removeprefix("\ufeff")


@given(subject=NAMES, name=NAMES, text=LINES, file=NAMES, content=st.binary(max_size=100))
@settings(max_examples=100, deadline=None)
def test_a_mail_of_the_standard_library_comes_back(
    subject: str, name: str, text: str, file: str, content: bytes
) -> None:
    mail = EmailMessage()
    mail["From"] = "nora@example.com"
    mail["Subject"] = subject
    mail.set_content("x" + text)
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=f"{file}.pdf")
    parsed = parse(mail.as_bytes())
    assert parsed.subject == subject
    assert parsed.text.rstrip("\n") == ("x" + text).replace("\x85", "\n").rstrip("\n")
    assert [(one.name, one.content) for one in parsed.attachments] == [(f"{file}.pdf", content)]
