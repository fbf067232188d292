"""Mere thanks: a message that says thank you and nothing that anybody would have to answer.

A message is mere thanks if it is short, asks nothing, and all of its words are thanks,
pleasantries, a greeting, or up to three names. One word of doubt ("but", "still") makes it more.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "de", "ru", "hu")
LONGEST = 240
MOST_NAMES = 3
_WORDS = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}-][^\W\d_]+)*")
_SAYS_MORE = re.compile(r"[?\d@]|://")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What one language says: thanks, what may stand beside them, and what takes them back."""

    thanks: tuple[str, ...]
    beside: tuple[str, ...]
    doubt: frozenset[str]


def is_mere_thanks(text: str) -> bool:
    """Say whether a message, without its quotes and signature, merely thanks.

    >>> is_mere_thanks("Thank you so much, Ada!")
    True
    >>> is_mere_thanks("Thanks, but it is still dark.")
    False
    """
    if len(text) > LONGEST or _SAYS_MORE.search(text):
        return False
    words = _WORDS.findall(text)
    return any(_merely(words, _phrases(language)) for language in LANGUAGES)


def _merely(words: list[str], phrases: Phrases) -> bool:
    spoken = [word.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for word in words]
    if phrases.doubt.intersection(spoken):
        return False
    left, thanked = _without(spoken, phrases.thanks)
    left, _beside = _without(left, phrases.beside)
    names = [word for word in words if word[0].isupper()]
    unknown = [word for word in left if word]
    return (
        thanked
        and len(unknown) <= MOST_NAMES
        and all(word in {name.lower() for name in names} for word in unknown)
    )


def _without(words: list[str], phrases: tuple[str, ...]) -> tuple[list[str], bool]:
    """Take phrases out, the longest first; an empty word keeps what stood apart apart."""
    text, found = f" {' '.join(words)} ", False
    for phrase in phrases:
        shorter = text.replace(f" {phrase} ", "  ")
        found, text = found or shorter != text, shorter
    return text.split(), found


@cache
def _phrases(language: str) -> Phrases:
    told = tomllib.loads((HERE / language / "thanks.toml").read_text(encoding="utf-8"))
    thanks, beside = (sorted(told[key], key=len, reverse=True) for key in ("thanks", "beside"))
    return Phrases(tuple(thanks), tuple(beside), frozenset(told["doubt"]))
