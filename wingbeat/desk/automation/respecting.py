"""The respect floor: what every automatic text must keep before it may ever be sent.

An automation may be stopped freely; a person never is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{[a-z_ ]{2,}\}|\[(?:NAME|VORNAME|НАЗВАНИЕ|ИМЯ|NÉV)\]|%\(\w+\)s"
)
_LETTERS = re.compile(r"[^\W\d_]")
_SHOUTED = re.compile(r"\b[^\W\d_a-z]{4,}\b")
# How people begin a letter, in the languages the desk speaks.
_GREETING = re.compile(
    r"\b(?:hello|hi|dear|good (?:day|morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|"
    r"grüß|sehr geehrte|liebe|szia|jó (?:napot|reggelt|estét)|tisztelt|kedves|здравствуйте|"
    r"добрый|уважаем|привет|дорог)",
    re.IGNORECASE,
)
# A mail address, a number to call, a page, or the word that an answer reaches somebody.
_WAY = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|\+?\d[\d ()/-]{6,}\d|"
    r"\b(?:reply|answer this|write back|antwort|válaszol|ответ)",
    re.IGNORECASE,
)
LONGEST_SHOUT = 12  # letters in a row of capitals that an abbreviation may have


def fails(text: str, names: Iterable[str]) -> list[str]:
    """Return what keeps an automatic text from being sent, in words; `names` are the desk's own."""
    said = text.strip()
    if not said:
        return [_("It says nothing.")]
    known = [name.lower() for name in names if name.strip()]
    checks: list[tuple[Callable[[], bool], str]] = [
        (lambda: bool(_PLACEHOLDER.search(said)), _("A placeholder would not be filled in.")),
        (lambda: _shouts(said), _("It shouts: write it without rows of capitals.")),
        (
            lambda: not _GREETING.search(said) and not any(name in said.lower() for name in known),
            _("It neither greets nor says who writes: begin with a greeting, or name the desk."),
        ),
        (
            lambda: not _WAY.search(said),
            _("It names no way to reach a person: an address, a number, or that one can reply."),
        ),
    ]
    return [told for failed, told in checks if failed()]


def _shouts(text: str) -> bool:
    words = _SHOUTED.findall(text)
    shouted = sum(len(word) for word in words if word.upper() == word)
    return shouted > max(LONGEST_SHOUT, len(_LETTERS.findall(text)) // 4)
