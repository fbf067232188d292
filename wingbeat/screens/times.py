"""Times in the few words a screen has room for, in the reader's language and zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COUNTED_IN_DAYS = timedelta(days=28)


def since(at: datetime, now: datetime) -> str:
    """Return how long ago that was, as short as a list needs it: `5 min`, `2 h`, `3 d`, `4 Mar`."""
    passed = now - at
    if passed < MINUTE:
        return _("now")
    if passed < HOUR:
        return _("%(n)d min") % {"n": passed // MINUTE}
    if passed < DAY:
        return _("%(n)d h") % {"n": passed // HOUR}
    if passed < COUNTED_IN_DAYS:
        return _("%(n)d d") % {"n": passed // DAY}
    return _day(at, now)


def moment(at: datetime, now: datetime) -> str:
    """Return when that is, leaving out what goes without saying: `14:03`, `4 Mar, 14:03`."""
    here = timezone.localtime(at)
    clock = f"{here:%H:%M}"
    if here.date() == timezone.localtime(now).date():
        return clock
    return f"{_day(at, now)}, {clock}"


def in_full(at: datetime) -> str:
    """Return weekday, date, time and zone, for whoever points at a short time."""
    here = timezone.localtime(at)
    day = _written(here.date(), "l, j F Y", get_language())
    return f"{day}, {here:%H:%M} {here.tzname()}"


def _day(at: datetime, now: datetime) -> str:
    here = timezone.localtime(at).date()
    is_this_year = here.year == timezone.localtime(now).year
    return _written(here, "j M" if is_this_year else "j M Y", get_language())


@lru_cache(maxsize=2_000)
def _written(day: date, form: str, _language: str | None) -> str:
    # a list tells the same few days over and over, and Django reads the form anew each time
    return date_format(day, form)
