"""How a matter stands after a sentence: we come back, it is ours or theirs, still wrong, settled.

The page `<lang>/afterwards.toml` lists phrases as `acts.toml` does.
"""

from __future__ import annotations

from wingbeat.language.pages import phrases_of
from wingbeat.language.phrases import standing
from wingbeat.language.sentences import Sentence

COMPLAINS = "complains"  # how we stand with whoever says it, where a page tells it


def afterwards(sentence: Sentence, language: str) -> frozenset[str]:
    """Return how a matter stands after a sentence; nothing where the page hears nothing.

    >>> from wingbeat.language.sentences import sentences
    >>> [sorted(afterwards(one, "en")) for one in sentences("Still the same. I will let you know.")]
    [['still_wrong'], ['comes_back', 'ours_to_do']]
    """
    return _heard(sentence, language) - {COMPLAINS}


def complains(sentence: Sentence, language: str) -> bool:
    """Say whether a sentence says that we served somebody badly; to be unhelped is not yet that.

    >>> from wingbeat.language.sentences import sentences
    >>> [complains(one, "en") for one in sentences("It is still dark. Your service is terrible.")]
    [False, True]
    """
    return COMPLAINS in _heard(sentence, language)


def _heard(sentence: Sentence, language: str) -> frozenset[str]:
    heard = standing(phrases_of(language, "afterwards").labels(sentence.words))
    return heard - {"settled", "over"} if sentence.is_question else heard
