"""Whether a name says what somebody is like: no cause is called so, whoever was how loud.

The page `<lang>/manner.toml` lists the words; `people` and one of `manner` together make it one, or
one of `alone` by itself. A thing may be difficult, and a service rude: that is ours to mend.
"""

from __future__ import annotations

from functools import cache

from wingbeat.language.pages import page
from wingbeat.language.phrases import bare_words
from wingbeat.language.telling import LANGUAGES


def is_manner(name: str) -> bool:
    """Say whether a name is of somebody's manner.

    >>> is_manner("Rude customer"), is_manner("Late parcel"), is_manner("Rude driver")
    (True, False, False)
    """
    words = bare_words(name)
    return any(_is_in(words, language) for language in LANGUAGES)


def _is_in(words: list[str], language: str) -> bool:
    people, manner, alone = _stems(language)
    if words and all(word.startswith(manner) for word in words):
        return True
    if any(word.startswith(alone) for word in words):
        return True
    return any(w.startswith(people) for w in words) and any(w.startswith(manner) for w in words)


@cache
def _stems(language: str) -> tuple[tuple[str, ...], ...]:
    told = page(language, "manner")
    return tuple(tuple(told[key]) for key in ("people", "manner", "alone"))
