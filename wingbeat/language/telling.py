"""Tells in which of the languages that we read a text is written, or that we do not know."""

from __future__ import annotations

import re

import pycld2

LANGUAGES = ("en", "de", "ru", "hu")
ENOUGH_LETTERS = 12  # below, even a sure answer is a guess: "ok", "danke"
LONGEST = 4_000
_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|[\d\W_]+")


def language_of(text: str, *, hint: str | None = None) -> str | None:
    """Return en, de, ru or hu, or None where it is another language or cannot be told.

    `hint` is the language that the customer is known to write; short words alone are taken for it.

    >>> language_of("Ihre Bestellung ist leider noch nicht angekommen.")
    'de'
    >>> language_of("ok", hint="hu"), language_of("ok")
    ('hu', None)
    """
    bare = _NO_WORDS.sub(" ", text[:LONGEST]).strip()
    hint = hint if hint in LANGUAGES else None
    if len(bare) < ENOUGH_LETTERS:
        return hint
    reliable, _bytes, details = pycld2.detect(bare, hintLanguage=hint)
    code = str(details[0][1])
    if not reliable or code == "un":
        return hint
    return code if code in LANGUAGES else None
