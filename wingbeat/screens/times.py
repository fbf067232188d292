"""Times in the few words a screen has room for, in the reader's language and zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
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
    clock = date_format(here, "H:i")
    if here.date() == timezone.localtime(now).date():
        return clock
    return f"{_day(at, now)}, {clock}"


def in_full(at: datetime) -> str:
    """Return weekday, date, time and zone, for whoever points at a short time."""
    here = timezone.localtime(at)
    return f"{date_format(here, 'l, j F Y, H:i')} {here.tzname()}"


def _day(at: datetime, now: datetime) -> str:
    here = timezone.localtime(at)
    return date_format(here, "j M" if here.year == timezone.localtime(now).year else "j M Y")
