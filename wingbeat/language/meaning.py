"""What words are about: their stems without the common words, and how far two texts share them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import Stemmer

from wingbeat.language.pages import page
from wingbeat.language.phrases import Word, bare_words
from wingbeat.language.sentences import Sentence

ALIKE = 5  # letters at the head: endings pile up in Hungarian, and stemmers leave some
_NAMES = {"en": "english", "de": "german", "ru": "russian", "hu": "hungarian"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its place, what it is about, and the kind of answer it wants."""

    words: str
    start: int
    end: int
    about: frozenset[str]
    wants: str


def stems(spoken: list[Word], language: str) -> frozenset[str]:
    """Return the stems of words, without the common ones.

    >>> from wingbeat.language.phrases import words
    >>> sorted(stems(words("When will the invoices arrive?"), "en"))
    ['arriv', 'invoic']
    """
    common = _common(language)
    return frozenset(
        _stemmer(language).stemWords([word.text for word in spoken if word.text not in common])
    )


def stems_in(text: str, language: str) -> frozenset[str]:
    """Return the stems of a text, without the common words.

    >>> sorted(stems_in("When will the invoices arrive?", "en"))
    ['arriv', 'invoic']
    """
    wanted = {*bare_words(text)} - _common(language)
    return frozenset(_stemmer(language).stemWords([*wanted]))


def touches(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two sets of stems share one; endings that a stemmer leaves do not matter.

    >>> touches(frozenset({"számlám"}), frozenset({"számláj"}))
    True
    """
    heads = {stem[:ALIKE] for stem in one if len(stem) >= ALIKE}
    return bool(one & other) or any(stem[:ALIKE] in heads for stem in other)


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of stems, from 0 to 1, that two texts have in common (Jaccard).

    >>> shared(frozenset("ab"), frozenset("abcd"))
    0.5
    """
    return len(one & other) / len(one | other) if one | other else 0.0


def questions(told: list[Sentence], language: str) -> list[Question]:
    """Return the questions among sentences, courtesies ("could you help?") left out.

    >>> from wingbeat.language.sentences import sentences
    >>> [(one.wants, sorted(one.about)) for one in questions(
    ...     sentences("Hello. How much is shipping to Linz? Could you help me?"), "en")]
    [('amount', ['linz', 'ship'])]
    """
    found = []
    for sentence in told:
        about = stems(sentence.words, language) if sentence.is_question else frozenset()
        if about:
            wants = _wants(sentence, language)
            found.append(Question(sentence.text, sentence.start, sentence.end, about, wants))
    return found


def _wants(sentence: Sentence, language: str) -> str:
    spoken = f" {' '.join(word.text for word in sentence.words)} "
    for kind, cues in page(language, "questions")["wants"].items():
        if any(f" {cue} " in spoken for cue in cues):
            return str(kind)
    return "words"


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(page(language, "questions")["common"])


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_NAMES[language])
