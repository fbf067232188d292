"""Counting open time between two instants, and adding it to one. All instants are in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from wingbeat.desk.hours.week import DAY_MINUTES, Hours

DAY = timedelta(days=1)
# A team that is not there for so long has no hours; nobody is promised a day in another decade.
FARTHEST = timedelta(days=800)


class NeverOpen(ValueError):
    """Nobody is ever there long enough, so that no time can be named."""

    def __init__(self, hours: Hours) -> None:
        why = _("%(name)s is never open: give at least one day some hours.")
        super().__init__(why % {"name": hours.name})


def add_open(hours: Hours, start: datetime, much: timedelta) -> datetime:
    """Return the first instant at which so much open time has passed since `start`.

    Nothing at all is over when the team is next there.

    Raises:
        NeverOpen: if that is not so within two years.
    """
    left = much
    for opens, closes in _open_from(hours, start, until=start + FARTHEST):
        begins = max(opens, start)
        if begins + left <= closes and begins < closes:
            return begins + left
        left -= max(closes - begins, timedelta())
    raise NeverOpen(hours)


def is_open(hours: Hours, at: datetime) -> bool:
    """Say whether somebody is there at an instant."""
    return any(opens <= at < closes for opens, closes in _open_from(hours, at, until=at))


def _open_from(
    hours: Hours, start: datetime, *, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Return open spans as instants, in order, from the day of `start` to the day of `until`."""
    zone = hours.clock
    day = start.astimezone(zone).date()
    last = until.astimezone(zone).date()
    counted = datetime.min.replace(tzinfo=UTC)
    while day <= last:
        for opens, closes in hours.spans_on(day):
            # in a doubled hour one span may close after the next has opened: no second counts twice
            begins = max(_instant(zone, day, opens, fold=0), counted)
            counted = max(_instant(zone, day, closes, fold=1), begins)
            yield begins, counted
        day += DAY


def _instant(zone: ZoneInfo, day: date, minutes: int, *, fold: int) -> datetime:
    """Return the instant of a time on the wall.

    When clocks go back an hour is there twice: whoever opens in it opens at the first, whoever
    closes in it closes at the second. When they go forward, what is skipped is the change itself.
    """
    if minutes == DAY_MINUTES:
        day, minutes = day + DAY, 0
    wall = datetime.combine(day, time(minutes // 60, minutes % 60, fold=fold), tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _change_before(zone, wall.replace(fold=0).astimezone(UTC))


def _change_before(zone: ZoneInfo, after: datetime) -> datetime:
    """Return when the clocks last changed before an instant, at most a day earlier."""
    before = after - DAY
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
