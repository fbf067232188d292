"""Kinder words for what sounds intolerant: one phrase for another, and not a fact changed.

The page `<lang>/kinder.toml` lists them. Only English has one: of the other languages too few real
replies are at hand to know whether a phrase is heard rightly.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases
from wingbeat.language.sentences import Sentence

MEASURED = frozenset({"en"})


class Kinder(NamedTuple):
    """Where the hard words stand in the whole text, and their sentence without them."""

    start: int
    end: int
    text: str
    is_impatient: bool = False


def kinder(sentence: Sentence, language: str) -> Kinder | None:
    """Return a kinder wording of a sentence, if it needs one and we have one.

    >>> kinder(Sentence("You failed to send 3 files.", 0, 27), "en").text
    'You did not get to send 3 files.'
    """
    if language not in MEASURED:
        return None
    found = list(_phrases(language).find(sentence.words))
    for label, first, last, _caught in found:
        start, end = sentence.words[first].start, sentence.words[last - 1].end
        before, after = (
            sentence.text[: start - sentence.start],
            sentence.text[end - sentence.start :],
        )
        hard = sentence.text[start - sentence.start : end - sentence.start]
        taken_back = any(not one.label and one.first < last and first < one.last for one in found)
        # no swap over a comma: "in case you forgot, to reply ..."
        if label and not taken_back and not re.search(r"[^\w\s'’]", hard):
            said = label if first else label[0].upper() + label[1:]
            impatient = page(language, "kinder")["blames"]["impatient"]
            return Kinder(start, end, before + said + after, label in impatient)
    return None


@cache
def _phrases(language: str) -> Phrases:
    told = page(language, "kinder")["blames"]
    labelled = [(phrase, words) for phrase, words, _said, _kinder in told["phrases"]]
    return Phrases(labelled + [(phrase, "") for phrase, _example in told["unless"]])
