"""Promises in a reply, each with the instant it falls due, if it says one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from wingbeat.language.acts import acts_of, promising
from wingbeat.language.afterwards import afterwards
from wingbeat.language.dates import Span, dates
from wingbeat.language.sentences import Sentence, sentences


@dataclass(frozen=True, slots=True)
class Promised:
    """A sentence that promises, and the time it names."""

    words: str
    start: int
    end: int
    span: Span | None

    @property
    def due_at(self) -> datetime | None:
        """When it falls due, in the zone it was read in."""
        return self.span.due_at if self.span else None


def promises(text: str, language: str, *, at: datetime, zone: tzinfo) -> list[Promised]:
    """Return what a text promises; the earliest time still ahead counts where it names several.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> [one.due_at.isoformat() for one in promises(
    ...     "Wir melden uns bis Freitag.", "de", at=at, zone=ZoneInfo("Europe/Berlin"))]
    ['2026-03-06T18:00:00+01:00']
    """
    return [
        promised(text, one, language, at=at, zone=zone)
        for one in sentences(text)
        if is_owed(one, acts_of(one, language), language)
    ]


def is_owed(sentence: Sentence, acts: frozenset[str], language: str) -> bool:
    """Say whether a sentence that does `acts` promises, and waits for no word of theirs first.

    What a colon ends is done in the same breath: "I will answer as simply as I can:".
    """
    told = "promises" in acts and not sentence.text.endswith(":")
    return told and "their_turn" not in afterwards(sentence, language)


def promised(
    text: str, sentence: Sentence, language: str, *, at: datetime, zone: tzinfo
) -> Promised:
    """Return a sentence that promises, with its time: that of the part which promises."""
    ahead = [one for one in dates(text, sentence, language, at=at, zone=zone) if one.due_at > at]
    own = [one for one in ahead if one.words in " ".join(promising(sentence, language))]
    span = min(own or ahead, key=lambda one: one.due_at, default=None)
    return Promised(sentence.text, sentence.start, sentence.end, span)
