"""Open time: named cases from real calendars, and what must hold for every one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from wingbeat.desk.hours.arithmetic import NeverOpen, _open_from, add_open, is_open
from wingbeat.desk.hours.week import Hours, Week, WrongSpans, spans_as_text, spans_in

OFFICE = spans_in("9-12, 13-17")
VIENNA = Hours(
    name="Vienna office",
    zone="Europe/Vienna",
    week=(OFFICE,) * 5 + ((),) * 2,
    closed=frozenset({date(2026, 12, 8), date(2026, 12, 25)}),
)
NIGHT = Hours(name="Night", zone="Europe/Vienna", week=(spans_in("0-4, 22-24"),) * 7)
ROUND_THE_CLOCK = Hours(name="Always", zone="America/New_York", week=(spans_in("0-24"),) * 7)
# 2:15 does not exist on 29 March 2026 and comes twice on 25 October
IN_THE_GAP = Hours(name="Gap", zone="Europe/Vienna", week=(spans_in("1-2:15, 2:45-4"),) * 7)


def vienna(text: str, fold: int = 0) -> datetime:
    zone = ZoneInfo("Europe/Vienna")
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


ADDED = {
    "within a morning": (VIENNA, "2026-11-30T09:10", 2, "2026-11-30T11:10"),
    "over a break": (VIENNA, "2026-11-30T11:00", 2, "2026-11-30T14:00"),
    "to the very end of a span": (VIENNA, "2026-11-30T11:00", 1, "2026-11-30T12:00"),
    "from the middle of a break": (VIENNA, "2026-11-30T12:30", 1, "2026-11-30T14:00"),
    "over a night": (VIENNA, "2026-11-30T16:00", 4, "2026-12-01T12:00"),
    "over a weekend": (VIENNA, "2026-12-04T16:30", 1, "2026-12-07T09:30"),
    "from a Sunday": (VIENNA, "2026-11-29T20:00", 4, "2026-11-30T14:00"),
    "over a holiday": (VIENNA, "2026-12-07T16:00", 2, "2026-12-09T10:00"),
    "nothing, on a Sunday": (VIENNA, "2026-11-29T20:00", 0, "2026-11-30T09:00"),
    "over New Year": (VIENNA, "2026-12-31T16:00", 2, "2027-01-01T10:00"),
    "over midnight": (NIGHT, "2026-11-30T23:00", 3, "2026-12-01T02:00"),
    "a night that clocks make shorter": (NIGHT, "2026-03-28T23:00", 4, "2026-03-29T04:00"),
    "a night that clocks make longer": (NIGHT, "2026-10-24T23:00", 6, "2026-10-25T04:00"),
}


def open_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Return how much of the time was open: what no screen asks, and other answers must fit."""
    total = timedelta()
    for opens, closes in _open_from(hours, start, until=end):
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total


@pytest.mark.parametrize("case", ADDED)
def test_a_promise_in_open_hours_is_due_then(case: str) -> None:
    hours, start, much, due = ADDED[case]
    assert add_open(hours, vienna(start), timedelta(hours=much)) == vienna(due)


COUNTED = {
    "a whole week": (VIENNA, "2026-11-30T00:00", "2026-12-07T00:00", 35.0),
    "a week with a holiday": (VIENNA, "2026-12-07T00:00", "2026-12-14T00:00", 28.0),
    "a Sunday": (VIENNA, "2026-11-29T00:00", "2026-11-30T00:00", 0.0),
    "backwards": (VIENNA, "2026-12-01T10:00", "2026-11-30T10:00", 0.0),
    "a skipped hour": (IN_THE_GAP, "2026-03-29T00:00", "2026-03-29T06:00", 2.0),
    "a doubled hour": (IN_THE_GAP, "2026-10-25T00:00", "2026-10-25T06:00", 4.0),
}


@pytest.mark.parametrize("case", COUNTED)
def test_open_time_between_two_instants(case: str) -> None:
    hours, start, end, expected = COUNTED[case]
    assert open_between(hours, vienna(start), vienna(end)) == timedelta(hours=expected)


def test_somebody_is_there_from_the_first_minute_and_gone_at_the_last() -> None:
    assert is_open(VIENNA, vienna("2026-11-30T09:00"))
    assert not is_open(VIENNA, vienna("2026-11-30T12:00"))
    assert not is_open(VIENNA, vienna("2026-12-08T10:00"))


def test_a_desk_without_hours_says_so() -> None:
    never = Hours(name="Nobody", zone="UTC", week=((),) * 7)
    with pytest.raises(NeverOpen, match="Nobody is never open"):
        add_open(never, vienna("2026-11-30T09:00"), timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nine to five", "no span of time"),
        ("9-17, 16-18", "run forwards"),
        ("17-9", "run forwards"),
        ("9-25", "no such time"),
        ("9:75-12", "no such time"),
        ("9-9", "run forwards"),
    ],
)
def test_hours_that_cannot_be_are_told(text: str, told: str) -> None:
    with pytest.raises(WrongSpans, match=told):
        spans_in(text)


# Every calendar

quarters = st.lists(st.integers(0, 96), min_size=0, max_size=6, unique=True).map(sorted)
days = quarters.map(
    lambda marks: tuple(
        (start * 15, end * 15) for start, end in zip(marks[::2], marks[1::2], strict=False)
    )
)
zones = st.sampled_from(
    ["Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
     "America/Sao_Paulo", "Pacific/Apia", "UTC"]
)  # fmt: skip
weeks: st.SearchStrategy[Week] = st.lists(days, min_size=7, max_size=7).map(tuple).filter(any)
calendars = st.builds(
    Hours,
    name=st.just("Any"),
    zone=zones,
    week=weeks,
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20),
)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 364 * 86_400).map(lambda seconds: NEW_YEAR + timedelta(seconds=seconds))
lengths = st.integers(0, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(calendars, instants, lengths)
def test_what_was_added_is_counted_again(hours: Hours, start: datetime, much: timedelta) -> None:
    due = add_open(hours, start, much)
    assert due >= start
    assert open_between(hours, start, due) == much


@given(calendars, instants, instants, instants)
@example(IN_THE_GAP, *(vienna(f"2026-10-{day}T00:00") for day in (25, 26, 27)))
def test_open_time_adds_up(hours: Hours, one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted([one, two, three])
    whole = open_between(hours, first, third)
    assert whole == open_between(hours, first, second) + open_between(hours, second, third)
    assert timedelta() <= whole <= third - first


@given(calendars, instants, lengths, lengths)
def test_whoever_writes_later_or_is_promised_more_is_due_no_sooner(
    hours: Hours, start: datetime, later: timedelta, much: timedelta
) -> None:
    assert add_open(hours, start, much) <= add_open(hours, start + later, much)
    assert add_open(hours, start, much) <= add_open(hours, start, much + later)


@given(instants, lengths)
def test_round_the_clock_is_plain_addition(start: datetime, much: timedelta) -> None:
    assert add_open(ROUND_THE_CLOCK, start, much) == start + much


@given(calendars)
def test_hours_survive_their_storage(hours: Hours) -> None:
    assert Hours.from_json(hours.as_json()) == hours
    for day in hours.week:
        assert spans_in(spans_as_text(day)) == day or not day
