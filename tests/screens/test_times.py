"""Times in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from wingbeat.screens.agent.conversation_screen import snooze_choices
from wingbeat.screens.templatetags.wingbeat import browser
from wingbeat.screens.times import in_full, moment, since, time_in

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=30), "now"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=27), "27 d"),
        (timedelta(days=40), "21 Jan"),
        (timedelta(days=400), "26 Jan 2025"),
        (timedelta(seconds=-5), "now"),
    ],
)
def test_how_long_ago_is_as_short_as_a_list_needs(ago: timedelta, words: str) -> None:
    assert since(NOW - ago, NOW) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "12:00"),
        (NOW - timedelta(days=1), "1 Mar, 12:00"),
        (NOW - timedelta(days=365), "2 Mar 2025, 12:00"),
    ],
)
def test_what_goes_without_saying_is_left_out(at: datetime, words: str) -> None:
    assert moment(at, NOW) == words


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Vienna", "0001-01-01T00:00"),
        ("America/New_York", "9999-12-31T23:59"),
        ("UTC", "0001-01-01T00:00+05:00"),
        ("Europe/Vienna", "9999-12-31T23:59Z"),
    ],
)
def test_a_time_that_some_clock_cannot_show_is_none(zone: str, text: str) -> None:
    with timezone.override(zone):
        assert time_in(text) is None
        assert time_in("2026-03-02T12:00") is not None


def test_times_are_the_readers() -> None:
    with timezone.override("Asia/Tokyo"), translation.override("de"):
        assert moment(NOW, NOW + timedelta(hours=10)).endswith("21:00")
        assert in_full(NOW).startswith("Montag")
        assert in_full(NOW).endswith("21:00 JST")


def test_on_a_sunday_monday_morning_is_offered_once() -> None:
    sunday = datetime(2026, 11, 29, 10, tzinfo=UTC)
    offered = [choice.until for choice in snooze_choices(sunday)]
    assert len(offered) == len({*offered}) == 3
    assert len(snooze_choices(sunday - timedelta(days=1))) == 4


def test_on_a_monday_the_next_one_is_told_by_its_date() -> None:
    monday = datetime(2026, 11, 30, 10, tzinfo=UTC)
    told = {choice.words: choice.clock for choice in snooze_choices(monday)}
    assert told["Later today"] == "Mon 13:00"
    assert told["Next Monday"] == "7 Dec, 09:00"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
         "Safari on iPhone"),
        ("curl/8.1", "curl/8.1"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_words(sent: str, told: str) -> None:
    assert browser(sent) == told
