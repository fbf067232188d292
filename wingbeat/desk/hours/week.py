"""When a team is there: a week of spans in one zone, and the days on which it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

DAY_MINUTES = 24 * 60
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?")

# Minutes after local midnight, the end excluded.
Span = tuple[int, int]
Week = tuple[tuple[Span, ...], ...]


class WrongSpans(ValueError):
    """Somebody wrote times that cannot be a day's hours; the text says which and what can."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A week from Monday on; what lies between two spans of a day is a break."""

    name: str
    zone: str
    week: Week
    closed: frozenset[date] = frozenset()

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return when the team is there on a day of its own calendar."""
        return () if day in self.closed else self.week[day.weekday()]

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "zone": self.zone,
            "week": [[list(span) for span in day] for day in self.week],
            "closed": sorted(day.isoformat() for day in self.closed),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Hours:
        return cls(
            name=stored["name"],
            zone=stored["zone"],
            week=week_of(stored["week"]),
            closed=frozenset(date.fromisoformat(day) for day in stored["closed"]),
        )


def week_of(stored: list[list[list[int]]]) -> Week:
    """Return a week as it is computed with, from a week as it is stored."""
    return tuple(tuple((start, end) for start, end in day) for day in stored)


def spans_in(text: str) -> tuple[Span, ...]:
    """Read a day's hours as people write them; the empty text is a day off.

    >>> spans_in("9-12, 13:00-17:30")
    ((540, 720), (780, 1050))

    Raises:
        WrongSpans: if it cannot be read, or the spans overlap or run backwards.
    """
    spans = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise WrongSpans(
                _("“%(part)s” is no span of time: write 9:00-12:00, 13:00-17:00.") % {"part": part}
            )
        spans.append((_minutes(found[1], found[2], part), _minutes(found[3], found[4], part)))
    ends = [moment for span in spans for moment in span]
    if ends != sorted(ends) or len(set(ends)) != len(ends):
        raise WrongSpans(
            _("“%(text)s” does not run forwards. A night is 22:00-24:00, next day 0:00-6:00.")
            % {"text": text.strip()}
        )
    return tuple(spans)


def spans_as_text(spans: tuple[Span, ...]) -> str:
    """Write a day's hours as people do.

    >>> spans_as_text(((540, 720), (780, 1440)))
    '09:00-12:00, 13:00-24:00'
    """
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _minutes(hours: str, minutes: str | None, part: str) -> int:
    total = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or total > DAY_MINUTES:
        raise WrongSpans(
            _("“%(part)s” has no such time of day: they run from 0:00 to 24:00.") % {"part": part}
        )
    return total


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
