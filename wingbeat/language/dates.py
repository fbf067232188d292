"""Finds dates and times that a text speaks of, and the instant each means in somebody's zone.

The page `<lang>/dates.toml` lists the words (weekdays, months, numbers, units) and the patterns in
which they stand: `until` (by Friday), `on` (on Friday) and `within` (within two days). A day means
its end of business unless an hour is said, and midnight where business is over already and not
spoken of (`closing`); business days leave out Saturday and Sunday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any, Literal

from wingbeat.language.pages import page
from wingbeat.language.phrases import Found, Phrases, Slot, Word
from wingbeat.language.sentences import Sentence

Kind = Literal["until", "on", "within"]
DAY_ENDS, LATEST = time(18), time(23, 59)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?$")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?$")
_RANGE = re.compile(r"(?:\d{1,3}-)?(\d{1,3})$")


@dataclass(frozen=True, slots=True)
class Span:
    """Words that mean a time: where they stand, what they mean, and which way they point."""

    words: str
    start: int
    end: int
    kind: Kind
    due_at: datetime


def dates(
    text: str, sentence: Sentence, language: str, *, at: datetime, zone: tzinfo,
    day_ends: time = DAY_ENDS,
) -> list[Span]:  # fmt: skip
    """Return the times that a sentence speaks of, seen from `at` by somebody in a zone.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> from wingbeat.language.sentences import sentences
    >>> text = "We will call you by Friday at 15:00."
    >>> monday = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> [(one.words, one.due_at.isoformat()) for one in dates(
    ...     text, sentences(text)[0], "en", at=monday, zone=ZoneInfo("Europe/Berlin"))]
    [('by Friday at 15:00', '2026-03-06T15:00:00+01:00')]
    """
    spoken = sentence.words
    closing, spans = _listed(page(language, "dates")["closing"]), []
    late = not any(closing(word.text) for word in spoken)
    for found in _longest(list(_patterns(language).find(spoken))):
        due_at = _means(found, at.astimezone(zone), day_ends, late=late)
        if due_at is None:
            continue
        first, last = spoken[found.first], spoken[found.last - 1]
        spans.append(Span(text[first.start : last.end], first.start, last.end, found.label, due_at))
    return spans


def names_a_day(spoken: list[Word], language: str) -> bool:
    """Say whether words name a day or an hour, "tomorrow" and "next week" too."""
    return any(_patterns(language).find(spoken))


def _longest(found: list[Found]) -> Iterator[Found]:
    """Keep the longest of those that overlap, the earlier one where they tie."""
    taken: list[tuple[int, int]] = []
    for one in sorted(found, key=lambda one: (one.first - one.last, one.first)):
        if all(one.last <= first or one.first >= last for first, last in taken):
            taken.append((one.first, one.last))
            yield one


def _means(found: Found, now: datetime, day_ends: time, *, late: bool) -> datetime | None:
    # Hungarian says "by" inside the word: weekday_until is a weekday
    told = {name.partition("_")[0]: value for name, value in found.caught}
    unit = told.get("business") or told.get("unit")
    if unit:
        return _after(now, told.get("n", 1), unit, day_ends)
    day = _day(told, now)
    if day is None:
        return None
    hour = told.get("hour") or told.get("clock")
    if hour is not None and told.get("half") == "pm" and hour.hour < 12:
        hour = hour.replace(hour=hour.hour + 12)
    means = datetime.combine(day, hour or day_ends, now.tzinfo)
    dated = told.keys() & {"relative", "weekday", "day", "numeric", "week"}
    if means <= now and "clock" in told and not dated:
        means += timedelta(days=1)
    if late and means <= now and hour is None and day == now.date():  # in the evening: midnight
        means = datetime.combine(day, LATEST if now.time() < LATEST else time.max, now.tzinfo)
    return means


def _after(now: datetime, n: int, unit: str, day_ends: time) -> datetime | None:
    if n > 400:
        return None
    if unit in ("minutes", "hours"):
        span = timedelta(minutes=n) if unit == "minutes" else timedelta(hours=n)
        return (now.astimezone(UTC) + span).astimezone(now.tzinfo)
    if unit == "business_days":
        day = now.date()
        for _ in range(n):
            day += timedelta(days=1)
            while day.weekday() > 4:
                day += timedelta(days=1)
    else:
        days = {"days": 1, "weeks": 7, "months": 30}[unit]
        day = now.date() + timedelta(days=n * days)
    return datetime.combine(day, day_ends, now.tzinfo)


def _day(told: dict[str, Any], now: datetime) -> date | None:
    today = now.date()
    if "relative" in told:
        return today + timedelta(days=told["relative"])
    if "weekday" in told:
        ahead = (told["weekday"] - today.weekday() - 1) % 7 + 1
        if "next" in told and today.weekday() < told["weekday"]:  # not this week's: the next one's
            ahead += 7
        return today + timedelta(days=ahead)
    if "week" in told:  # the end of this or the next week: its Friday
        return today + timedelta(days=4 - today.weekday() + 7 * told["week"])
    if "numeric" in told:
        year, month, day = told["numeric"]
        return _dated(year, month, day, today)
    if "month" in told:
        return _dated(told.get("year"), told["month"] or today.month, told.get("day"), today)
    return today


def _dated(year: int | None, month: int, day: int | None, today: date) -> date | None:
    try:  # a month alone means its last day
        means = date(year or today.year, month, day or monthrange(year or today.year, month)[1])
        if year is None and means < today - timedelta(days=60):  # December speaks of January
            means = means.replace(year=today.year + 1)
    except ValueError:  # 31 February
        return None
    return means


def _numeric(word: str) -> tuple[int | None, int, int] | None:
    iso, dotted = _ISO.match(word), _DOTTED.match(word)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3])
    if dotted and 1 <= int(dotted[2]) <= 12 and 1 <= int(dotted[1]) <= 31:
        year = int(dotted[3]) if dotted[3] else None
        return (year + 2000 if year and year < 100 else year), int(dotted[2]), int(dotted[1])
    return None


def _clock(word: str) -> time | None:
    match = _CLOCK.match(word)
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2] or 0))


def _hour(word: str) -> time | None:
    return _clock(word) if ":" in word else None


def _whole(lowest: int, highest: int, endings: tuple[str, ...] = ()) -> Slot:
    def read(word: str) -> int | None:
        for ending in endings:
            word = word.removesuffix(ending)
        fits = word.isascii() and word.isdigit() and len(word) < 5
        return int(word) if fits and lowest <= int(word) <= highest else None

    return read


def _listed(pairs: dict[str, Any]) -> Slot:
    """Look a word up; `péntek*` in the page means that anything may follow."""
    exact = {word: value for word, value in pairs.items() if not word.endswith("*")}
    stems = [(word[:-1], value) for word, value in pairs.items() if word.endswith("*")]

    def read(word: str) -> Any:
        if word in exact:
            return exact[word]
        return next((value for stem, value in stems if word.startswith(stem)), None)

    return read


@cache
def _patterns(language: str) -> Phrases:
    told = page(language, "dates")
    numbers = _listed(told["numbers"])

    def count(word: str) -> int | None:
        many = _RANGE.match(word)
        return int(many[1]) if many else numbers(word)

    slots: dict[str, Slot] = {
        "n": count, "numeric": _numeric, "clock": _clock, "hour": _hour,
        "day": _whole(1, 31, tuple(told["ordinals"])), "year": _whole(2000, 2100),
        **{name: _listed(pairs) for name, pairs in told.items()
           if isinstance(pairs, dict) and name != "numbers"},
    }  # fmt: skip
    labelled = [
        (pattern, kind) for kind in ("until", "on", "within") for pattern, *_test in told[kind]
    ]
    return Phrases(labelled, slots)
