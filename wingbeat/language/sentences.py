"""Cuts a text into sentences, without taking an abbreviation, a date or a link for an end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from wingbeat.language.phrases import Word, words

# Before a full stop these go on: they are short, few, and told apart by no grammar.
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st no nr vs etc e.g i.e approx bzw z.b d.h ca usw ggf inkl evtl tel str "
    "т.е т.д т.п г ул им см тел руб стр pl ill kb ún stb dr ifj id u.a".split()
)
# Possessive, and begun only at the head of a run: "?!?!?!" would take quadratic time otherwise.
_ENDS = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++[\"'»”)\]]*+(?=\s)|\n++")
_NUMBER = re.compile(r"(?:^|\s)\d{1,2}$")
LONGEST_LOOK_BACK = 12
LONGEST_ASIDE = 20  # letters of a doubt in brackets


@dataclass(frozen=True)
class Sentence:
    """One sentence and its place in the text, in code points, the end not included."""

    text: str
    start: int
    end: int

    @cached_property
    def words(self) -> list[Word]:
        """Its words, lower case, placed in the whole text."""
        return words(self.text, self.start)

    @property
    def is_question(self) -> bool:
        """Whether it ends with a question mark of its own, not of words that it quotes or doubts.

        >>> Sentence("I will not do that (again?)", 0, 27).is_question
        False
        """
        asked = self.text.rstrip(")]!")
        opened = asked.rfind("(") if asked != self.text else -1
        is_aside = opened > 0 and ")" not in asked[opened:] and len(asked) - opened < LONGEST_ASIDE
        return asked.endswith(("?", "？")) and not is_aside


def sentences(text: str) -> list[Sentence]:
    r"""Return the sentences of a text.

    >>> [one.text for one in sentences("Hi Ada,\nsee https://a.example/b.c now. Dr. May left.")]
    ['Hi Ada,', 'see https://a.example/b.c now.', 'Dr. May left.']
    """
    found, start = [], 0
    for match in _ENDS.finditer(text):
        if "\n" not in match[0] and _goes_on(text, match.start(), match.end()):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [sentence for one in found if (sentence := _stripped(text, *one))]


def _goes_on(text: str, stop: int, end: int) -> bool:
    if text[stop:end] != ".":
        return False
    before = text[max(0, stop - LONGEST_LOOK_BACK) : stop]
    latest = before.split()[-1] if before.split() else ""
    if latest.lstrip("(\"'").lower() in ABBREVIATIONS:
        return True
    following = text[end : end + 3].strip()
    if len(latest) == 1 and latest.isalpha() and following[1:2] == ".":  # "z. B."
        return True
    ordinal = _NUMBER.search(before) is not None and following[:1].isalpha()
    return ordinal or (following[:1].islower() and len(latest) == 1)


def _stripped(text: str, start: int, end: int) -> Sentence | None:
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return None
    start += len(piece) - len(piece.lstrip())
    return Sentence(bare, start, start + len(bare))
