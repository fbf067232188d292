"""Times of the example are relative, so that its desk always looks alive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.config.demo.checking import unknown_placeholders
from wingbeat.config.demo.times import calendars, filled, span, stamps

VIENNA = ZoneInfo("Europe/Vienna")
AT = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("2d 03:20 ago", -timedelta(days=2, hours=3, minutes=20)),
        ("0:04 ago", -timedelta(minutes=4)),
        ("21d ago", -timedelta(days=21)),
        ("in 04:00", timedelta(hours=4)),
        ("in 5d 03:00", timedelta(days=5, hours=3)),
    ],
)
def test_a_span_is_written_as_one_would_say_it(words: str, length: timedelta) -> None:
    assert span(words) == length


@pytest.mark.parametrize("words", ["", "ago", "yesterday", "2d", "in 2d ago", "3 hours ago"])
def test_what_is_no_span_is_refused_with_its_words(words: str) -> None:
    with pytest.raises(ValueError, match=f'"{words}"'):
        span(words)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "5 March, a Thursday"),
        ("de", "5. März, a Donnerstag"),
        ("ru", "5 марта, a четверг"),
        ("hu", "március 5, a csütörtök"),
        ("ar", "5 مارس, a الخميس"),
        ("he", "5 במרץ, a יום חמישי"),
    ],
)
def test_a_date_is_named_in_the_language_and_counted_in_the_companys_zone(
    language: str, written: str
) -> None:
    assert filled("{date+1d}, a {weekday+1d}", AT, language, VIENNA) == written


def test_unknown_words_in_braces_are_found() -> None:
    assert unknown_placeholders("{date} {date-2d} {weekday+7d} {daet+1d} {x}") == [
        "{daet+1d}",
        "{x}",
    ]


def test_calendars_are_complete() -> None:
    for names in calendars().values():
        assert len(names["months"]) == len(names["short_months"]) == 12
        assert len(names["weekdays"]) == len(names["short_weekdays"]) == 7


def test_the_clock_of_twelve_hours_knows_noon_and_midnight() -> None:
    assert stamps(datetime(2026, 3, 4, 0, 5, tzinfo=UTC), "en")["time12"] == "12:05 AM"
    assert stamps(datetime(2026, 3, 4, 12, 5, tzinfo=UTC), "en")["time12"] == "12:05 PM"
    assert stamps(datetime(2026, 3, 4, 13, 5, tzinfo=UTC), "en")["time12"] == "1:05 PM"
