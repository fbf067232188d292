"""The coach: reads a draft once and asks every law that has something to say of it.

Facts only: what is open, wrong, promised or forgotten. Light enough for every pause in typing.
A draft in a language that we do not read is left alone, save for placeholders.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from wingbeat.language.telling import language_of
from wingbeat.laws.drafts import Around, Drafting, DraftPolicy, Finding, read
from wingbeat.laws.ethics import coach as ethics
from wingbeat.laws.first_impression import coach as first_impression
from wingbeat.laws.memory import coach as memory
from wingbeat.laws.policy import load
from wingbeat.laws.support import coach as support

# Everything it can say, the gravest first: where one is shown, it is the first of these.
KINDS = (
    "first_impression.placeholder", "first_impression.name_other",
    "first_impression.name_misspelt", "first_impression.language", "ethics.contradicts_day",
    "ethics.contradicts_sum", "memory.question_open", "memory.asked_already",
    "memory.same_answer", "memory.no_other_way", "support.attachment",
    "first_impression.formal_register", "first_impression.familiar_register",
    "memory.request_after_farewell", "support.promise", "support.no_act",
    "memory.own_list", "first_impression.name_repeated", "first_impression.impatient",
    "first_impression.kinder",
)  # fmt: skip
# Of these none can speak before something has been said.
NOT_AT_FIRST = frozenset({"memory.question_open", "support.no_act"})
LETTERS_A_WORD = 12  # no text of n words is longer than this many letters a word, or it is cut


@dataclass(frozen=True, slots=True)
class Coached:
    """What the coach says: stops first, then by place; `cut` tells that the text went on."""

    language: str | None
    draft: Drafting | None
    findings: tuple[Finding, ...]
    left_with: memory.LeftWith | None
    cut: bool


def coach(
    text: str, around: Around, policy: DraftPolicy | None = None, *, language: str | None = None
) -> Coached:
    """Return what the laws say of a draft.

    >>> told = coach("Hi {{name}}, your lamp is on its way.", Around())
    >>> [(one.says.key, one.stops) for one in told.findings]
    [('first_impression.placeholder', True)]
    """
    policy = policy or shipped_policy()
    longest = policy.most_words * LETTERS_A_WORD
    cut = len(text) > longest
    text = text[:longest]
    spoken = language or language_of(text, hint=around.language)
    found = list(first_impression.before_reading(text, spoken, around, policy))
    found += memory.before_reading(text, around)
    draft = read(text, spoken, around, proven(spoken, policy.least_precision)) if spoken else None
    if draft:
        found += _laws(draft, policy)
    findings = sorted(found, key=lambda one: (not one.stops, one.start, one.says.key))
    left_with = memory.left_with(draft) if draft else None
    return Coached(spoken, draft, tuple(findings), left_with, cut)


def _laws(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    for law in (first_impression, memory, support):
        yield from law.findings(draft, policy)
    yield from ethics.contradictions(draft, policy)


def proven(language: str, least: float) -> frozenset[str]:
    """Return the acts that are heard rightly often enough in a language, as measured."""
    return frozenset(act for act, share in _heard().get(language, {}).items() if share >= least)


@cache
def _heard() -> dict[str, dict[str, float]]:
    page = files("wingbeat.laws").joinpath("heard.toml").read_text(encoding="utf-8")
    return tomllib.loads(page)


@cache
def shipped_policy() -> DraftPolicy:
    """Return the thresholds as they are shipped."""
    page = files("wingbeat.laws").joinpath("drafts.toml").read_text(encoding="utf-8")
    return load(DraftPolicy, page)
