"""What a file tells the search: its name always, its words if it is text."""

from __future__ import annotations

import pytest

from wingbeat.desk.conversations.file_words import MOST_CHARACTERS, words_in


@pytest.mark.parametrize(
    ("type_", "content", "says"),
    [
        ("text/plain", "Zählerstand".encode(), "Zählerstand"),
        ("text/plain", "Zählerstand".encode("cp1252"), "Zählerstand"),
        ("text/csv", "größe;für;süß".encode("cp1252"), "größe;für;süß"),
        ("text/csv", "\ufeffgröße".encode(), "größe"),
        ("TEXT/Plain", "größe".encode("utf-16"), "größe"),
        ("text/html", b"<p class='a'>The <b>dimmer</b> hums.</p>", " The  dimmer  hums. "),
        ("application/json", b'{"serial": 4711}', '{"serial": 4711}'),
    ],
)
def test_words_are_read_in_the_codes_that_people_send(
    type_: str, content: bytes, says: str
) -> None:
    assert words_in("a", type_, content) == f"a\n{says}"


@pytest.mark.parametrize("type_", ["image/png", "application/pdf", "application/zip", ""])
def test_what_is_no_text_tells_its_name(type_: str) -> None:
    assert words_in("Invoice 4711.pdf", type_, b"%PDF words") == "Invoice 4711.pdf"


def test_a_long_file_is_read_from_its_beginning_and_not_to_its_end() -> None:
    said = words_in("log.txt", "text/plain", b"begin " + b"x" * 5_000_000 + b" end")
    assert said.startswith("log.txt\nbegin ")
    assert len(said) == len("log.txt\n") + MOST_CHARACTERS
    cut = words_in("log.txt", "text/plain", ("ű" * 5_000_000).encode())
    assert cut == "log.txt\n" + "ű" * MOST_CHARACTERS


def test_markup_without_an_end_costs_no_time() -> None:
    said = words_in("a.html", "text/html", b"<" * 150_000)
    assert len(said) > 100_000
