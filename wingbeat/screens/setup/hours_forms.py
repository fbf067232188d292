"""What is asked about hours, promises and contracts."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy, pgettext_lazy

from wingbeat.desk.automation.calendars import Calendar, unknown_places
from wingbeat.desk.automation.promising import ClockPolicy
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Organization
from wingbeat.desk.hours.week import WrongSpans, spans_as_text, spans_in
from wingbeat.screens.places import PlaceField, country_choices, zone_field

LONGEST_HOURS = 1_000
HoursField = partial(forms.FloatField, min_value=0.1, max_value=LONGEST_HOURS)
SPANS_HELP = gettext_lazy("Like 9:00-12:00, 13:00-17:00. Empty: nobody is there.")


class SpansField(forms.CharField):
    """A day's hours, as people write them."""

    def clean(self, value: Any) -> Any:
        try:
            return [list(span) for span in spans_in(super().clean(value))]
        except WrongSpans as why:
            raise forms.ValidationError(str(why)) from why


class CalendarForm(forms.Form):
    """A week of hours, its zone, and whose public holidays it keeps."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"), max_length=80,
        help_text=gettext_lazy("Agents read it beside a due time: “Vienna office”."),
    )  # fmt: skip
    zone = zone_field()
    country = PlaceField(label=gettext_lazy("Public holidays of"), required=False)
    region = forms.CharField(
        label=gettext_lazy("Region"), max_length=10, required=False,
        help_text=gettext_lazy("Its code, where a region has holidays of its own: BY, W, TX."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices(self.initial["zone"])  # type: ignore[attr-defined]  # declared above
        for day, name in WEEKDAYS.items():
            self.fields[f"day_{day}"] = SpansField(label=name, max_length=80, required=False)
        self.fields["day_0"].help_text = SPANS_HELP

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{day}"] for day in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        places = (asked.get(name, "") for name in ("zone", "country", "region"))
        for name, told in unknown_places(*places).items():
            self.errors.setdefault(name, self.error_class([told]))
        return asked

    def fill(self, calendar: Calendar) -> Calendar:
        """Put what was asked for into the hours."""
        for name in ("name", "zone", "country", "region"):
            setattr(calendar, name, self.cleaned_data[name])
        calendar.week = [self.cleaned_data[f"day_{day}"] for day in WEEKDAYS]
        return calendar

    @staticmethod
    def initial_of(calendar: Calendar | None) -> dict[str, Any]:
        if calendar is None:
            office = spans_as_text(((540, 1020),))
            zone = {"zone": settings.TIME_ZONE}
            return zone | {f"day_{day}": office for day in range(5)}
        asked = {name: getattr(calendar, name) for name in ("name", "zone", "country", "region")}
        return asked | {f"day_{n}": spans_as_text(day) for n, day in enumerate(calendar.days())}


class DayOffForm(forms.Form):
    """A further day on which nobody is there."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=gettext_lazy("What it is"), max_length=80)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_off_%s")  # its page has another "name"


class PromiseForm(forms.Form):
    """What an inbox promises by when, in hours in which somebody is there."""

    calendar = forms.ModelChoiceField(
        queryset=Calendar.objects.order_by("name"), label=gettext_lazy("Counted in"),
        required=False, empty_label=gettext_lazy("every hour, day and night"),
    )  # fmt: skip
    first = HoursField(label=gettext_lazy("First words within, in hours"))
    next = HoursField(label=gettext_lazy("Every further answer within"))
    end = HoursField(
        label=gettext_lazy("An end within"), required=False,
        help_text=gettext_lazy("Empty: no end is promised."),
    )  # fmt: skip
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=200, required=False,
        help_text=gettext_lazy("Stands in the history of this promise."),
    )  # fmt: skip

    def policy(self, inbox: Inbox) -> ClockPolicy:
        asked = self.cleaned_data
        return ClockPolicy(
            inbox=inbox, calendar=asked["calendar"], first_minutes=round(asked["first"] * 60),
            next_minutes=round(asked["next"] * 60),
            end_minutes=round(asked["end"] * 60) if asked["end"] else None, why=asked["why"],
        )  # fmt: skip

    @staticmethod
    def initial_of(policy: ClockPolicy | None) -> dict[str, Any]:
        if policy is None:
            within = settings.WINGBEAT["answer_within_hours"]
            return {"first": within, "next": within}
        return {
            "calendar": policy.calendar_id, "first": _hours(policy.first_minutes),
            "next": _hours(policy.next_minutes),
            "end": _hours(policy.end_minutes) if policy.end_minutes else None,
        }  # fmt: skip


class TeamHoursForm(forms.Form):
    """In which hours a team is there."""

    calendar = forms.ModelChoiceField(
        queryset=Calendar.objects.order_by("name"), label=gettext_lazy("Hours of this team"),
        required=False, empty_label=gettext_lazy("as each inbox says"),
    )  # fmt: skip


class ContractForm(forms.Form):
    """Which organization is answered sooner than everybody is promised."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.order_by("name"), label=gettext_lazy("Organization"),
        empty_label="—",
    )  # fmt: skip
    percent = forms.IntegerField(
        label=gettext_lazy("Percent of the time"), min_value=1, max_value=99, initial=50,
        help_text=gettext_lazy("50: in half the time that everybody is promised."),
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)


def _hours(minutes: int) -> float | int:
    hours = timedelta(minutes=minutes) / timedelta(hours=1)
    return int(hours) if hours.is_integer() else round(hours, 2)
