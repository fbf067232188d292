"""What words that were sent or received do, as far as it is heard rightly often enough to be kept.

The same rules as in the coach, here for moments: an act is told in the languages in which it was
heard rightly nine times in ten, by what `heard.toml` says, and in no other. A text is read by
itself, so that whoever reads it again hears the same.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

from wingbeat.language.acts import acts_of
from wingbeat.language.afterwards import complains
from wingbeat.language.pages import page
from wingbeat.language.sentences import sentences
from wingbeat.language.telling import LANGUAGES, language_of
from wingbeat.language.thanks import LONGEST, is_mere_thanks
from wingbeat.laws.coaching import proven, shipped_policy
from wingbeat.laws.drafts import Spoken
from wingbeat.laws.memory.coach import is_bare_no

LETTERS = 4_000  # more is a document, and nobody remembers a sentence in it
FELT = frozenset({"apologizes", "farewell"})
A_NO, ANOTHER_WAY = frozenset({"refuses"}), frozenset({"refuses", "alternative"})


def our_acts(text: str) -> frozenset[str]:
    """Return what our words do to whoever reads them.

    A no is told only where it is certain whether another way stands beside it.

    >>> sorted(our_acts("We are sorry for the wait. The lamp leaves today. Have a nice day!"))
    ['apologizes', 'farewell']
    """
    text = text[:LETTERS]
    sure = _sure(language := language_of(text))
    if language is None or not sure & {*FELT, *A_NO}:
        return frozenset()
    told = [Spoken(one, acts_of(one, language)) for one in sentences(text)]
    acts = frozenset[str]().union(*(one.acts for one in told))
    heard = acts & FELT & sure
    if "bare_no" in sure and is_bare_no(told):
        return heard | A_NO
    return heard | ANOTHER_WAY if acts & sure >= ANOTHER_WAY else heard


def their_acts(text: str) -> frozenset[str]:
    """Return what a customer's words do: they thank and nothing else, or they ask or complain.

    >>> their_acts("Thank you so much!"), their_acts("This is unacceptable, I want my money back.")
    (frozenset({'thanks'}), frozenset({'complains'}))
    >>> their_acts("Thank you! And where is the second lamp?")
    frozenset({'asks'})
    """
    if len(text) <= LONGEST and is_mere_thanks(text):
        return frozenset({"thanks"})
    told, language = sentences(text[:LETTERS]), language_of(text[:LETTERS])
    heard = {"asks"} if any(one.is_question for one in told) else set()
    if language is not None and "complains" in _sure(language):
        heard |= {"complains"} if any(complains(one, language) for one in told) else set()
    return frozenset(heard)


@cache
def fingerprint() -> str:
    """Return twelve hex digits that differ whenever something else would be heard."""
    pages = [str(page(language, name)) for language in LANGUAGES for name in ("acts", "afterwards")]
    heard = files("wingbeat.laws").joinpath("heard.toml").read_text(encoding="utf-8")
    return sha256("\n".join([*pages, heard]).encode()).hexdigest()[:12]


def _sure(language: str | None) -> frozenset[str]:
    return proven(language, shipped_policy().least_precision) if language else frozenset()
