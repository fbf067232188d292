"""Whether words ask for somebody above: a manager, a boss, whoever may decide.

The page `<lang>/upward.toml` lists phrases as `acts.toml` does.
"""

from __future__ import annotations

from wingbeat.language.pages import phrases_of
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import LANGUAGES, language_of

LONGEST = 20_000


def asks_upward(text: str) -> str:
    """Return the sentence that asks for somebody above, or the empty string.

    >>> asks_upward("The lamp is broken. I want to speak to your manager!")
    'I want to speak to your manager!'
    >>> asks_upward("There is no need for a manager.")
    ''
    """
    known = language_of(text)
    for one in sentences(text[:LONGEST]):
        for language in (known,) if known else LANGUAGES:
            if phrases_of(language, "upward").labels(one.words) == {"asks"}:
                return one.text
    return ""
