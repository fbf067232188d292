"""Names in a greeting, and whether they are spelled as their owner spells them, declined or not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from wingbeat.language.pages import page
from wingbeat.language.phrases import Phrases, Word
from wingbeat.language.sentences import Sentence

Spelling = Literal["right", "misspelt", "another", "unknown"]
MOST_NAMES = 4
LONGEST_CALL = 60  # letters of a name before its comma
_CAPITAL = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_TITLED = re.compile(r"\b([^\W\d_]{1,6})\.")
_ENDS_GREETING = re.compile(r"[,!.:;\n–—-](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Named:
    """A name said in a text, and its place."""

    name: str
    start: int
    end: int


def greeted(sentence: Sentence, language: str) -> list[Named]:
    """Return the names that a greeting calls, without titles, and nobody for "Hi all".

    >>> from wingbeat.language.sentences import sentences
    >>> [one.name for one in greeted(sentences("Sehr geehrte Frau Weiß, danke.")[0], "de")]
    ['Weiß']
    """
    spoken = sentence.words
    after = max(
        (one.last for one in _greetings(language).find(spoken) if one.first == 0), default=0
    )
    if not after:
        return _called_first(sentence, language)
    told = page(language, "names")
    titles = {*told["titles"]}
    text = _TITLED.sub(  # "Mr." does not end a greeting
        lambda match: match[1] + " " if match[1].lower() in titles else match[0], sentence.text
    )
    start = spoken[after - 1].end - sentence.start
    ends = _ENDS_GREETING.search(text, start)
    called = text[start : ends.start() if ends and ends.start() > start else None]
    if ends and ends.start() == start:  # "Hello, Ada!"
        later = _ENDS_GREETING.search(text, ends.end())
        called = text[start : later.start()] if later else ""
        if not _is_all_names(called, titles | {*told["nobody"]}):
            return []
    return _capitals(called, sentence.start + start, titles | {*told["nobody"]})


def _called_first(sentence: Sentence, language: str) -> list[Named]:
    """Return the names before a comma at the head, known ones alone: "Анна, добрый день".

    Only where the page lists patronymics: elsewhere a greeting comes first.
    """
    endings = tuple(page(language, "names").get("patronymics", ()))
    called, comma, _rest = sentence.text[:LONGEST_CALL].partition(",")
    spoken = _CAPITAL.findall(called) if comma and endings else []
    if not spoken or len(spoken) > MOST_NAMES or " ".join(spoken) != called:
        return []
    known = _pet_names(language)
    if not (folded(spoken[0]) in known or (len(spoken) > 1 and called.lower().endswith(endings))):
        return []
    return _capitals(called, sentence.start, set())


def _is_all_names(called: str, silent: set[str]) -> bool:
    """Say whether nothing but names stands there: "Guten Tag, Ihre Post ist da" calls nobody."""
    spoken = [match[0].rstrip(".") for match in _CAPITAL.finditer(called)]
    return all(word[0].isupper() or word.lower() in silent for word in spoken)


def _capitals(called: str, offset: int, silent: set[str]) -> list[Named]:
    found = []
    for match in _CAPITAL.finditer(called):
        bare = match[0].rstrip(".")
        if bare.lower() in silent:
            continue
        if not bare[0].isupper():
            break
        found.append(Named(bare, offset + match.start(), offset + match.start() + len(bare)))
    return found if len(found) <= MOST_NAMES else []


def spelling(name: str, known: Iterable[str], language: str) -> Spelling:
    """Compare a name as said with the names that a customer is known by.

    Declined forms are right ("Annának", "Иваном"); pet names of a known name are right, too.

    >>> spelling("Annának", ["Anna Kovács"], "hu"), spelling("Katrin", ["Kathrin Weiß"], "de")
    ('right', 'misspelt')
    >>> spelling("Bob", ["Robert Hill"], "en"), spelling("Olga", ["Robert Hill"], "en")
    ('right', 'another')
    """
    parts = _parts(known)
    if not parts:
        return "unknown"
    if any(_is_form(name, part, language) for part in parts):
        return "right"
    if any(_near(name, part, language) for part in parts):
        return "misspelt"
    return "another"


def said(words: Iterable[Word], known: Iterable[str], language: str) -> list[Word]:
    """Return those words that are one of the known names, in any form.

    >>> from wingbeat.language.phrases import words
    >>> [word.text for word in said(words("Annának, Ágnes és Panni"), ["Nagy Anna"], "hu")]
    ['annának', 'panni']
    """
    parts = _parts(known)
    forms = {folded(part) for part in parts}
    heads = {form[0] for form in forms if form}
    heads |= {name[0] for form in forms for name in _pet_names(language).get(form, ())}
    return [
        word
        for word in words
        if _head(word.text[0]) in heads
        and any(_is_form(word.text, part, language) for part in parts)
    ]


def _parts(known: Iterable[str]) -> list[str]:
    return [part for name in known for part in re.split(r"[\s.,]+", name) if len(part) > 1]


def _is_form(word: str, name: str, language: str) -> bool:
    spoken, real = folded(word), folded(name)
    if spoken == real or spoken in _pet_names(language).get(real, ()):
        return True
    told = page(language, "names")
    stem = real[:-1] if told["drops"] and real[-1] in told["drops"] else real
    if len(stem) < 2 or not spoken.startswith(stem):
        return False
    rest = spoken[len(stem) :]
    endings = told["endings"]
    # Hungarian doubles the last letter before -val, -vel: Péterrel
    return rest in endings or (
        language == "hu" and rest[1:] in ("al", "el") and rest[0] == real[-1]
    )


def _near(word: str, name: str, language: str) -> bool:
    spoken, real = folded(word), folded(name)
    if len(real) < 4:
        return False
    told = page(language, "names")
    forms = [spoken, *(spoken.removesuffix(one) for one in told["endings"] if one)]
    allowed = 1 if len(real) < 7 else 2
    return any(_distance(form, real, allowed) <= allowed for form in forms if len(form) > 2)


def _distance(one: str, other: str, most: int) -> int:
    """Edits between two words, a swap of neighbours counting once; above `most` it may stop."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def folded(name: str) -> str:
    """Return a name without case and accents, in which ё is е and ß is ss.

    >>> folded("Müller-Weiß"), folded("Семён")
    ('muller-weiss', 'семен')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("й", "\0"))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("\0", "й")


@lru_cache(maxsize=1_000)
def _head(letter: str) -> str:
    return folded(letter)[:1]


@cache
def _greetings(language: str) -> Phrases:
    told = page(language, "acts")["greets"]
    return Phrases([(phrase, "greets") for phrase, _example in told["phrases"]])


@cache
def _pet_names(language: str) -> dict[str, frozenset[str]]:
    rows = [frozenset(map(folded, row.split())) for row in page(language, "names")["pet"]]
    return {
        name: frozenset().union(*(row for row in rows if name in row))
        for name in frozenset().union(*rows)
    }
