"""Finds phrases among words in linear time: what the pages of a language (`<lang>/*.toml`) hold.

A phrase is written as it is read: `sorry|apologies` (any of these), `apolog*` (begins so), `*ed`
(ends so), `please?` (may be missing), `...` (up to four words between), `^` (the sentence begins
here) and `{weekday}` (a slot, which the page lists elsewhere). No regular expressions: nobody has
to know them to mend a page, and nothing can make the search backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

LONGEST_GAP = 4
_WORDS = re.compile(r"[^\W\d_]+(?:['’´-][^\W\d_]+)*|\d+(?:[.:/,-]\d+)*(?:(?:st|nd|rd|th)\b)?")
_STRAIGHT = str.maketrans({"’": "'", "´": "'"})

Slot = Callable[[str], Any]


class Word(NamedTuple):
    """A word, lower case, with its place in the text in code points."""

    text: str
    start: int
    end: int


class Step(NamedTuple):
    """One place in a phrase."""

    words: frozenset[str]
    stems: tuple[str, ...]
    endings: tuple[str, ...]
    slot: str
    optional: bool
    gap: bool


class Phrase(NamedTuple):
    """A phrase as it is written, read."""

    written: str
    steps: tuple[Step, ...]
    begins: bool


class Found(NamedTuple):
    """A phrase found: its label, the words from and to (exclusive), and what its slots caught."""

    label: Any
    first: int
    last: int
    caught: tuple[tuple[str, Any], ...]


class WrongPhrase(ValueError):
    """A page holds a phrase that cannot be read."""


def words(text: str, offset: int = 0) -> list[Word]:
    """Return the words of a text; hyphens and apostrophes stay inside, numbers stay whole.

    >>> [word.text for word in words("I’ll call at 15:30, Friday")]
    ["i'll", 'call', 'at', '15:30', 'friday']
    """
    return [
        Word(match[0].lower(), match.start() + offset, match.end() + offset)
        for match in _WORDS.finditer(text.translate(_STRAIGHT))
    ]


def bare_words(text: str) -> list[str]:
    """Return the words of a text, lower case, where their places do not matter.

    >>> bare_words("I’ll call at 15:30")
    ["i'll", 'call', 'at', '15:30']
    """
    return _WORDS.findall(text.translate(_STRAIGHT).lower())


def read(written: str) -> Phrase:
    """Read a phrase.

    >>> read("^ we|i will ... back").begins
    True
    """
    begins, *rest = written.split() if written.startswith("^") else ["", *written.split()]
    steps = tuple(_step(part) for part in rest)
    if not steps or steps[0].gap or steps[-1].gap or all(step.optional for step in steps):
        raise WrongPhrase(f"{written!r}: a phrase begins and ends with a word that must be there")
    return Phrase(written, steps, bool(begins))


def _step(part: str) -> Step:
    if part == "...":
        return Step(frozenset(), (), (), "", optional=False, gap=True)
    optional = part.endswith("?")
    part = part.removesuffix("?")
    if part.startswith("{"):
        return Step(frozenset(), (), (), part.strip("{}"), optional=optional, gap=False)
    either = part.split("|")
    stems = tuple(one[:-1] for one in either if one.endswith("*"))
    endings = tuple(one[1:] for one in either if one.startswith("*"))
    exact = frozenset(one for one in either if "*" not in one)
    return Step(exact, stems, endings, "", optional=optional, gap=False)


def standing(labels: set[str]) -> frozenset[str]:
    """Return the labels that no other takes back, which is called `-` and the same."""
    return frozenset(one for one in labels if one[0] != "-" and f"-{one}" not in labels)


_Kept = tuple[Phrase, Any, frozenset[str]]


def _needed(steps: tuple[Step, ...]) -> frozenset[str]:
    """Return words of which one must be spoken, the fewest there are; none if nothing tells."""
    told = [
        one.words for one in steps if one.words and not (one.optional or one.stems or one.endings)
    ]
    return min(told, key=len, default=frozenset())


class Phrases:
    """Many labelled phrases, found together by their first words."""

    def __init__(
        self, labelled: list[tuple[str, Any]], slots: Mapping[str, Slot] | None = None
    ) -> None:
        self._slots = dict(slots or {})
        self._exact: dict[str, list[_Kept]] = {}
        self._stems: dict[str, list[_Kept]] = {}
        self._always: list[_Kept] = []
        for written, label in labelled:
            self._keep(read(written), label)

    def _keep(self, phrase: Phrase, label: Any) -> None:
        first = phrase.steps[0]
        if first.optional:  # with it, and without
            self._keep(phrase._replace(steps=phrase.steps[1:]), label)
            phrase = phrase._replace(steps=(first._replace(optional=False), *phrase.steps[1:]))
        kept = phrase, label, _needed(phrase.steps[1:])
        if first.slot or first.endings:
            self._always.append(kept)
            return
        for word in first.words:
            self._exact.setdefault(word, []).append(kept)
        for start in {stem[:2] for stem in first.stems}:
            self._stems.setdefault(start, []).append(kept)

    def find(self, among: list[Word]) -> Iterator[Found]:
        """Yield every phrase found in a sentence's words, from left to right."""
        spoken, failed = [word.text for word in among], set[tuple[int, int, int]]()
        every = set(spoken)
        for first, word in enumerate(spoken):
            for phrase, label, needed in (
                *self._exact.get(word, ()), *self._stems.get(word[:2], ()), *self._always,
            ):  # fmt: skip
                if (first and phrase.begins) or (needed and needed.isdisjoint(every)):
                    continue
                known = word in phrase.steps[0].words  # the rest decides
                matched = self._match(phrase.steps, known, spoken, first + known, failed)
                if matched:
                    yield Found(label, first, matched[0], matched[1])

    def labels(self, among: list[Word]) -> set[str]:
        """Return the labels of what is found; `standing` leaves those that are not taken back."""
        return {found.label for found in self.find(among)}

    def _match(
        self, steps: tuple[Step, ...], at: int, spoken: list[str], word: int,
        failed: set[tuple[int, int, int]],
    ) -> tuple[int, tuple[tuple[str, Any], ...]] | None:  # fmt: skip
        """Return the word after `steps[at:]`, and what they caught; try nothing that `failed`."""
        if at == len(steps):
            return word, ()
        if (id(steps), at, word) in failed:
            return None
        step, found = steps[at], None
        if step.gap:
            tries = range(word, min(len(spoken), word + LONGEST_GAP + 1))
            ways = (self._match(steps, at + 1, spoken, one, failed) for one in tries)
            found = next((one for one in ways if one), None)
        elif word < len(spoken):
            fits, caught = self._fits(step, spoken[word])
            rest = self._match(steps, at + 1, spoken, word + 1, failed) if fits else None
            found = (rest[0], caught + rest[1]) if rest else None
        if not found and step.optional:
            found = self._match(steps, at + 1, spoken, word, failed)
        if not found:
            failed.add((id(steps), at, word))
        return found

    def _fits(self, step: Step, word: str) -> tuple[bool, tuple[tuple[str, Any], ...]]:
        if step.slot:
            value = self._slots[step.slot](word)
            return value is not None, ((step.slot, value),)
        return word in step.words or word.startswith(step.stems) or word.endswith(step.endings), ()
