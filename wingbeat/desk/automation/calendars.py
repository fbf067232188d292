"""Business hours: a week, a zone, public holidays of a country, and further days off by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from django.db import models, transaction
from django.utils.translation import get_language, gettext as _, gettext_lazy

from wingbeat.desk.customers.describing import UnknownZone
from wingbeat.desk.hours.week import Hours, Week, week_of
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.journal.wrong import WrongFields, save_named
from wingbeat.desk.people.models import Agent
from wingbeat.language.pages import page

# Holidays stand in a compiled promise so long; it is compiled anew every day.
YEARS_BEHIND, YEARS_AHEAD = 1, 3


class NoHours(ValueError):
    """Nobody would ever be there, so that no promise could name a time."""

    def __init__(self) -> None:
        super().__init__(_("Give at least one day some hours: nobody would ever be there."))


class Calendar(Deed):
    """When a team is there. Several inboxes may share one."""

    name = models.CharField(gettext_lazy("name"), max_length=80, unique=True)
    zone = models.CharField(gettext_lazy("time zone"), max_length=64)
    week = models.JSONField(default=list)  # seven lists of [start, end], minutes from midnight
    country = models.CharField(gettext_lazy("public holidays of"), max_length=2, blank=True)
    region = models.CharField(gettext_lazy("region"), max_length=10, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def country_name(self) -> str:
        return countries().get(self.country, self.country)

    def days(self) -> Week:
        return week_of(self.week)

    def named_days(self, today: date) -> dict[date, str]:
        """Return every day off around today with its name; those by hand win."""
        years = range(today.year - YEARS_BEHIND, today.year + YEARS_AHEAD)
        named = dict(public_holidays(self.country, self.region, years[0], years[-1]))
        return named | dict(self.days_off.values_list("day", "name"))

    def hours(self, today: date) -> Hours:
        """Return what open time is counted with."""
        closed = frozenset(self.named_days(today))
        return Hours(name=self.name, zone=self.zone, week=self.days(), closed=closed)


class DayOff(Deed):
    """A further day on which nobody is there: who said so, and what it is called."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days_off")
    day = models.DateField(gettext_lazy("day"))
    name = models.CharField(gettext_lazy("what it is"), max_length=80)

    class Meta:
        verbose_name_plural = "days off"
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="day_off_once")]


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str, first: int, last: int) -> Mapping[date, str]:
    """Return public holidays of a country, and of one of its regions, by day."""
    if not country:
        return {}
    years = range(first, last + 1)
    return dict(holidays.country_holidays(country, subdiv=region or None, years=years))


def countries() -> dict[str, str]:
    """Return what each country is called, by its code, in the reader's language and its order."""
    known = holidays.list_supported_countries(include_aliases=False)
    names = page((get_language() or "en").partition("-")[0], "countries")
    return {code: name for code, name in names.items() if code in known}


def unknown_places(zone: str, country: str, region: str) -> dict[str, str]:
    """Say of each place that is none why, by field."""
    wrong = {}
    if zone not in available_timezones():
        wrong["zone"] = str(UnknownZone(zone))
    regions = holidays.list_supported_countries().get(country, [])
    if country and country not in holidays.list_supported_countries():
        told = _("No public holidays of “%(country)s” are known.")
        wrong["country"] = told % {"country": country}
    elif region and region not in regions:
        shown = ", ".join(regions) or _("it has none")
        told = _("“%(region)s” is no region of %(country)s here. Known are: %(known)s.")
        wrong["region"] = told % {
            "region": region,
            "country": countries().get(country, "-"),
            "known": shown,
        }
    return wrong


@transaction.atomic
def keep_calendar(calendar: Calendar, *, by: Agent, at: datetime) -> Calendar:
    """Keep hours as they stand in memory, new or changed; inboxes that use them follow at once.

    Raises:
        NoHours: if no day has any.
        WrongFields: if its zone, country or region is none, or others have that name.
    """
    if wrong := unknown_places(calendar.zone, calendar.country, calendar.region):
        raise WrongFields(wrong)
    if not any(calendar.week):
        raise NoHours
    calendar.by, calendar.at = by, at
    save_named(calendar)
    _changed(calendar, "kept", by=by, at=at)
    return calendar


@transaction.atomic
def take_off(calendar: Calendar, day: date, *, name: str, by: Agent, at: datetime) -> DayOff:
    """Say that nobody is there on a day; saying it again changes what it is called."""
    row, _made = DayOff.objects.update_or_create(
        calendar=calendar, day=day, defaults={"name": name, "by": by, "at": at}
    )
    _changed(calendar, "day_off_added", by=by, at=at)
    return row


@transaction.atomic
def work_again(row: DayOff, *, by: Agent, at: datetime) -> None:
    """Take back a day off that was given by hand."""
    calendar = row.calendar
    row.delete()
    _changed(calendar, "day_off_dropped", by=by, at=at)


def next_days_off(calendar: Calendar, *, now: datetime, count: int = 6) -> list[tuple[date, str]]:
    """Return the next days off with their names, for whoever checks that they are right."""
    today = now.date() - timedelta(days=1)
    coming = sorted(item for item in calendar.named_days(now.date()).items() if item[0] > today)
    return coming[:count]


def _changed(calendar: Calendar, change: str, *, by: Agent, at: datetime) -> None:
    from wingbeat.desk.automation.promising import compile_promises

    facts: dict[str, int | str] = {"calendar": calendar.pk, "change": change}
    record(Kind.HOURS_CHANGED, by=by, at=at, facts=facts)
    compile_promises(at, calendar=calendar)
