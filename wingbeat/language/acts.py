"""What each sentence does: greets, answers, promises, refuses ... as its language's page says.

The page `<lang>/acts.toml` lists phrases under each act, every phrase with a sentence in which it
is heard; `unless` lists what takes the act back, `undated` what does so where no day is named.
"""

from __future__ import annotations

import re

from wingbeat.language.dates import names_a_day
from wingbeat.language.names import greeted
from wingbeat.language.pages import phrases_of
from wingbeat.language.phrases import Word, standing, words
from wingbeat.language.sentences import Sentence
from wingbeat.language.things import amounts

ACTS = (
    "greets", "names", "thanks", "apologizes", "acknowledges", "answers", "step", "asks",
    "promises", "refuses", "alternative", "farewell", "blames", "contempt", "impatient", "empty",
)  # fmt: skip
HELPFUL = frozenset({"answers", "step", "asks", "promises", "refuses", "alternative"})
# Where another thought begins: what is doubted or told before says nothing of a promise after it.
_APART = re.compile(
    r"(?=[;–—]\s|\s(?:but|aber|doch|de|viszont|но|однако)\s"
    r"|,\s(?:and|und|és|и)\s|\sand\s(?:i|we|our|they|you|it)\b)",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)\S*|<link>", re.IGNORECASE)


def acts_of(sentence: Sentence, language: str) -> frozenset[str]:
    """Return what a sentence does; nothing where the page hears nothing.

    >>> from wingbeat.language.sentences import sentences
    >>> [sorted(acts_of(one, "en")) for one in sentences("Hi Ada, sorry. We will call on Friday.")]
    [['apologizes', 'greets', 'names'], ['promises']]
    """
    heard = _heard(sentence.words, language)
    if "-promises" in heard and promising(sentence, language):
        heard = heard - {"-promises"} | {"promises"}
    if sentence.is_question:  # it tells nothing, whatever its words are
        heard = heard - {"answers", "refuses", "promises"} | {"asks"}
    if amounts(sentence.text):
        heard.add("answers")
    if _LINK.search(sentence.text) and len(_LINK.sub("", sentence.text).split()) > 2:
        heard.add("step")  # somewhere to go; a bare link at the end says nothing of its use
    if greeted(sentence, language):
        heard.add("names")
    return standing(heard)


def promising(sentence: Sentence, language: str) -> list[str]:
    """Return the parts of a sentence that promise, each read alone."""
    parts = _APART.split(sentence.text)
    return [one for one in parts if "promises" in standing(_heard(words(one), language))]


def _heard(spoken: list[Word], language: str) -> set[str]:
    heard = phrases_of(language, "acts").labels(spoken)
    if "~promises" in heard and not names_a_day(spoken, language):
        heard.add("-promises")
    return heard - {"~promises"}
