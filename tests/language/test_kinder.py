"""Kinder wordings: every line of the page does what it shows, and no fact is changed."""

from __future__ import annotations

import re

import pytest

from wingbeat.language.kinder import kinder
from wingbeat.language.pages import page
from wingbeat.language.sentences import Sentence, sentences

PHRASES = page("en", "kinder")["blames"]


def softened(text: str) -> str | None:
    found = kinder(Sentence(text, 0, len(text)), "en")
    return found.text if found else None


@pytest.mark.parametrize("line", PHRASES["phrases"])
def test_what_sounds_intolerant_is_said_more_kindly_and_no_fact_changes(line: list[str]) -> None:
    _phrase, _words, said, kind = line
    assert softened(said) == kind
    facts = re.compile(r"\d+|(?<=[a-z,] )[A-Z][a-z]+")
    assert facts.findall(said) == facts.findall(kind)
    assert softened(kind) is None, "what is kind already needs no kinder word"


@pytest.mark.parametrize("line", PHRASES["unless"])
def test_where_the_swap_would_not_fit_nothing_is_said(line: list[str]) -> None:
    assert softened(line[1]) is None


@pytest.mark.parametrize(
    "text", ["You must accept cookies in Settings.", "You should have two records.", "Thank you!"]
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert softened(text) is None


def test_only_the_hard_words_are_swapped_wherever_they_stand() -> None:
    text = "Hello Nora. Sadly you failed to send 3 files to Otto."
    second = sentences(text)[1]
    found = kinder(second, "en")
    assert found
    assert found.text == "Sadly you did not get to send 3 files to Otto."
    assert text[found.start : found.end] == "you failed to"


def test_a_language_without_enough_real_replies_stays_silent() -> None:
    assert kinder(Sentence("You failed to send it.", 0, 22), "de") is None
