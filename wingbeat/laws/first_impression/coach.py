"""What a stranger meets in a reply: their name, their language, and no machine's leftovers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wingbeat.language.kinder import kinder
from wingbeat.language.names import Named, greeted, said, spelling
from wingbeat.language.register import Register, register_of, signs
from wingbeat.language.telling import LANGUAGES, language_of
from wingbeat.laws.drafts import Around, Drafting, DraftPolicy, Finding
from wingbeat.laws.readings import Says

LAW = "first_impression"
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\{%[^{}\n]{0,80}%\}|<%=?[^<>\n]{0,80}%>")


def before_reading(
    text: str, language: str | None, around: Around, policy: DraftPolicy
) -> Iterator[Finding]:
    """Yield what needs no understanding: placeholders left over, and another language."""
    for match in _PLACEHOLDER.finditer(text):
        yield _finding("placeholder", "S3.24", match[0], match.start(), stops=True)
    theirs = around.language
    letters = sum(character.isalpha() for character in text)
    if theirs in LANGUAGES and letters >= policy.least_letters:
        spoken = language_of(text)
        if spoken and spoken != theirs and spoken == language:
            yield _finding("language", "S3.22", text[:60], 0, spoken=spoken, theirs=str(theirs))


def findings(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    """Yield what is wrong with the name and the form of address, and words to say more kindly."""
    yield from _names(draft, policy)
    yield from _kinder(draft)
    register = draft.around.register
    spoken = [one.sentence for one in draft.spoken]
    theirs = register_of(draft.asked, draft.language) if register is None else register
    if theirs and register_of(spoken, draft.language) not in {theirs, None}:
        other: Register = "familiar" if theirs == "formal" else "formal"
        place = signs(spoken, draft.language, other)
        if place:
            yield _finding(f"{other}_register", "S3.22", draft.text[slice(*place)], place[0])


def _names(draft: Drafting, policy: DraftPolicy) -> Iterator[Finding]:
    known = draft.around.names
    if not known:
        return
    called = greeted(draft.spoken[0].sentence, draft.language) if draft.spoken else []
    judged = [(one, spelling(one.name, known, draft.language)) for one in called]
    right = any(means == "right" for _one, means in judged)
    for one, means in judged:
        if means == "misspelt":
            yield _named("name_misspelt", "S3.20", one, known)
        elif means == "another" and not right:
            yield _named("name_other", "S3.24", one, known)
    every = [word for one in draft.spoken for word in one.sentence.words]
    repeated = said(every, known[:1], draft.language)
    if len(repeated) > policy.names_at_most * max(1, len(called)):
        latest = repeated[-1]
        words = draft.text[latest.start : latest.end]
        yield _finding("name_repeated", "S3.24", words, latest.start, n=len(repeated))


def _kinder(draft: Drafting) -> Iterator[Finding]:
    """Of our first words alone, and only to who asked to hear of manner."""
    if not draft.around.manner or draft.around.earlier_replies:
        return
    for one in draft.spoken:
        if found := kinder(one.sentence, draft.language):
            words = draft.text[found.start : found.end]
            key, principle = ("impatient", "S2.10") if found.is_impatient else ("kinder", "S0.29")
            yield _finding(key, principle, words, found.start, kinder=found.text)


def _named(key: str, principle: str, one: Named, known: tuple[str, ...]) -> Finding:
    return _finding(key, principle, one.name, one.start, said=one.name, name=known[0])


def _finding(
    key: str, principle: str, words: str, start: int, *, stops: bool = False, **values: str | int
) -> Finding:
    says = Says(f"{LAW}.{key}", {"words": words, **values})
    remedy = Says(f"{LAW}.{key}.remedy", says.values)
    return Finding(LAW, principle, says, words, start, start + len(words), remedy, stops=stops)
