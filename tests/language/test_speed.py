"""Reading is linear in the text, whatever the text is, and breaks on nothing."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from wingbeat.language.acts import acts_of
from wingbeat.language.meaning import questions
from wingbeat.language.names import spelling
from wingbeat.language.promises import promises
from wingbeat.language.register import register_of
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import LANGUAGES, language_of

ZONE = ZoneInfo("Europe/Budapest")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZONE)
NASTY = (
    "a" * 40 + " ", "we will not ", "by by by the ", "sorry ", "1.", "1-1-", "?!", "Dr. ", "'a-",
    "http://", "in the next the next ", "\n", "до к не позднее ", "holnapig 15-",
)  # fmt: skip


def read_all(text: str, language: str) -> None:
    told = sentences(text)
    for one in told:
        assert text[one.start : one.end] == one.text
        acts_of(one, language)
    questions(told, language)
    register_of(told, language)
    promises(text, language, at=MONDAY, zone=ZONE)
    language_of(text)


@settings(deadline=None, max_examples=60)
@given(some.text(max_size=400), some.sampled_from(LANGUAGES))
def test_any_text_is_read(text: str, language: str) -> None:
    read_all(text, language)


@settings(deadline=None, max_examples=60)
@given(some.lists(some.sampled_from(NASTY), max_size=60).map("".join), some.sampled_from(LANGUAGES))
def test_any_mixture_of_nasty_pieces_is_read(text: str, language: str) -> None:
    read_all(text, language)


@given(some.text(max_size=12), some.text(max_size=12), some.sampled_from(LANGUAGES))
def test_any_two_names_are_compared(said: str, known: str, language: str) -> None:
    assert spelling(said, [known], language) in {"right", "misspelt", "another", "unknown"}


def seconds(text: str) -> float:
    taken = []
    for _ in range(3):
        begun = time.process_time()
        read_all(text, "en")
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("piece", NASTY)
def test_a_text_eight_times_as_long_takes_no_longer_a_word(piece: str) -> None:
    small, big = piece * 300, piece * 2400
    read_all(small, "en")
    assert seconds(big) < 8 * 2.5 * seconds(small) + 0.05
