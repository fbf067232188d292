"""Times in the few words a screen has room for, in the reader's language and zone."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext as _, gettext_noop

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COUNTED_IN_DAYS = timedelta(days=28)
IN_FULL = gettext_noop("l, j F Y")
# Translators: how a language writes a day, in the letters of Django's template filter "date".
DAY_OF_THIS_YEAR, DAY_OF_ANOTHER = gettext_noop("j M"), gettext_noop("j M Y")


def time_in(text: str) -> datetime | None:
    """Return the time that a form sends, by the reader's clock where it names no other."""
    try:
        found = parse_datetime(text.replace(" ", "+"))
        if found and timezone.is_naive(found):
            found = timezone.make_aware(found)
        is_shown = found and MINYEAR < found.astimezone(UTC).year < MAXYEAR  # by any clock
    except (ValueError, OverflowError):  # it looks like a time, but there is none such
        return None
    return found if is_shown else None


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
    zone = timezone.get_current_timezone()
    return _day(at.astimezone(zone).date(), now.astimezone(zone).date())


def moment(at: datetime, now: datetime) -> str:
    """Return when that is, leaving out what goes without saying: `14:03`, `4 Mar, 14:03`."""
    zone = timezone.get_current_timezone()
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{here:%H:%M}"
    if here.date() == today:
        return clock
    return f"{_day(here.date(), today)}, {clock}"


def ahead(at: datetime, now: datetime) -> str:
    """Return when that will be: `Tue 09:00` while that weekday can only be one, `7 Dec, 09:00`."""
    here = timezone.localtime(at)
    days = here.date() - timezone.localtime(now).date()
    return date_format(here, "D H:i") if days < 7 * DAY else moment(at, now)


def by_their_clock(at: datetime, there: tzinfo | None) -> str:
    """Tell a time by the customer's clock, or nothing where it shows the same as ours."""
    if there is None or at.astimezone(there).utcoffset() == timezone.localtime(at).utcoffset():
        return ""
    return date_format(at.astimezone(there), "D H:i")


def in_full(at: datetime) -> str:
    """Return weekday, date, time and zone, for whoever points at a short time."""
    here = timezone.localtime(at)
    day = _written(here.date(), IN_FULL, get_language())
    return f"{day}, {here:%H:%M} {here.tzname()}"


def _day(day: date, today: date) -> str:
    form = DAY_OF_THIS_YEAR if day.year == today.year else DAY_OF_ANOTHER
    return _written(day, form, get_language())


@lru_cache(maxsize=2_000)
def _written(day: date, form: str, _language: str | None) -> str:
    # a list tells the same few days over and over, and Django reads the form anew each time
    return date_format(day, _(form))


def day_of(day: date) -> str:
    """Write a day briefly, with its year where it is not this one."""
    return _day(day, timezone.localdate())
