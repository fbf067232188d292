"""Reading is linear in the text, whatever the text is, and breaks on nothing."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as some

from wingbeat.language.acts import acts_of
from wingbeat.language.meaning import questions
from wingbeat.language.names import spelling
from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases, Step, Word, read
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


class Worst(Phrases):
    """Phrases in which every step fits but the last: nothing makes a search go further."""

    def __init__(self, written: str) -> None:
        needed = [step for step in read(written).steps if not step.optional]
        self.tried, self.latest = 0, needed[-1]
        super().__init__([(written, "")], {})

    def _fits(self, step: Step, word: str) -> tuple[bool, tuple[()]]:
        self.tried += 1
        return step != self.latest, ()


@pytest.mark.parametrize("name", ["acts", "afterwards"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_tries_a_step_at_a_word_twice(language: str, name: str) -> None:
    told = page(language, name).values()
    written = {one[0] for part in told for one in (*part["phrases"], *part["unless"])}
    slow = []
    for one in sorted(one for one in written if len(read(one).steps) > 1):
        first = one.removeprefix("^ ").split()[0].removesuffix("?").split("|")[0].replace("*", "a")
        rest = [
            min(step.words) for step in read(one).steps if step.words
        ]  # else none is looked for
        spoken, phrases = [Word(word, 0, 0) for word in [first] * 50 + rest], Worst(one)
        assert list(phrases.find(spoken)) == []
        if phrases.tried > len(spoken) * len(read(one).steps) * ways(one):
            slow.append((one, phrases.tried))
    assert slow == []


def ways(written: str) -> int:
    """Return under how many beginnings a phrase is kept: with each first word, and without."""
    begun = [step.optional for step in read(written).steps]
    return begun.index(False) + 1
