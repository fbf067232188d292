"""Mere thanks: a message that says thank you and nothing that anybody would have to answer.

A message is mere thanks if it is short, asks nothing, and all of its words are thanks,
pleasantries, a greeting, or up to three names. One word of doubt ("but", "still") makes it more.
"""

from __future__ import annotations

import re
from functools import cache

from wingbeat.language.pages import page

LANGUAGES = ("en", "de", "ru", "hu")
LONGEST = 240
MOST_NAMES = 3
_WORDS = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}-][^\W\d_]+)*")
_SAYS_MORE = re.compile(r"[?\d@]|://")


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
    return any(_merely(words, language) for language in LANGUAGES)


def _merely(words: list[str], language: str) -> bool:
    spoken = [word.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for word in words]
    if not set(spoken).isdisjoint(page(language, "thanks")["doubt"]):
        return False
    left, thanked = _without(spoken, _longest_first(language, "thanks"))
    left, _beside = _without(left, _longest_first(language, "beside"))
    names = {word.lower() for word in words if word[0].isupper()}
    return thanked and len(left) <= MOST_NAMES and names.issuperset(left)


def _without(words: list[str], phrases: tuple[str, ...]) -> tuple[list[str], bool]:
    """Take phrases out, the longest first; an empty word keeps what stood apart apart."""
    text, found = f" {' '.join(words)} ", False
    for phrase in phrases:
        shorter = text.replace(f" {phrase} ", "  ")
        found, text = found or shorter != text, shorter
    return text.split(), found


@cache
def _longest_first(language: str, kind: str) -> tuple[str, ...]:
    return tuple(sorted(page(language, "thanks")[kind], key=len, reverse=True))
