"""How a text addresses its reader: formally (Sie, вы, ön) or not (du, ты, te)."""

from __future__ import annotations

from typing import Literal

from wingbeat.language.pages import page
from wingbeat.language.sentences import Sentence

Register = Literal["formal", "familiar"]


def register_of(told: list[Sentence], language: str) -> Register | None:
    """Return the register of a text's sentences, or None: no sign, both, or a language without.

    >>> from wingbeat.language.sentences import sentences
    >>> register_of(sentences("Wir schicken Ihnen die Lampe."), "de")
    'formal'
    >>> register_of(sentences("Schickst du uns ein Foto?"), "de")
    'familiar'
    """
    formal, familiar = _signs(told, language)
    if bool(formal) == bool(familiar):
        return None
    return "formal" if formal else "familiar"


def signs(told: list[Sentence], language: str, register: Register) -> tuple[int, int] | None:
    """Return the place of the first word that speaks in a register."""
    formal, familiar = _signs(told, language)
    found = formal if register == "formal" else familiar
    return found[0] if found else None


def _signs(
    told: list[Sentence], language: str
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the places of formal and of familiar words.

    `capitals` count where they are written so, not at a sentence's head, where every word is.
    """
    rules = page(language, "register")
    formal: list[tuple[int, int]] = []
    familiar: list[tuple[int, int]] = []
    for sentence in told if rules["tests"] else ():
        for nth, word in enumerate(sentence.words):
            raw = sentence.text[word.start - sentence.start : word.end - sentence.start]
            place = (word.start, word.end)
            if word.text in rules["familiar"]:
                familiar.append(place)
            elif word.text in rules["formal"] or (nth and raw in rules["capitals"]):
                formal.append(place)
    return formal, familiar
