"""Places to choose from: zones whose clock counts, and countries whose public holidays are kept."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from wingbeat.desk.automation.calendars import countries


class PlaceField(forms.ChoiceField):
    """One of the places that are offered, or what is kept already under an older name."""

    def get_bound_field(self, form: Any, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        kept, offered = bound.initial or "", cast("list[Any]", self.choices)
        if kept not in dict(offered):
            self.choices = [*offered, (kept, kept)]
        return bound


def zone_field(*first: tuple[str, Any]) -> PlaceField:
    """Return the question for a time zone; whatever comes first stands above all places."""
    choices = lambda: [*first, *_zones(timezone.now().date())]  # noqa: E731
    return PlaceField(label=gettext_lazy("Time zone"), required=not first, choices=choices)


def country_choices(zone: str) -> list[tuple[str, Any]]:
    """Return every country by its name, the one in which that zone lies first."""
    named, here = countries(), _places().get(zone, "")
    first = [(here, named.pop(here))] if here in named else []
    return [("", gettext_lazy("no country")), *first, *named.items()]


@lru_cache(maxsize=1)  # reading some hundred clocks takes longer than the page they stand on
def _zones(_today: date) -> list[tuple[str, str]]:
    clocks = [(one, timezone.now().astimezone(ZoneInfo(one)).isoformat()[-6:])
              for one in sorted(available_timezones() & {*_places()})]  # fmt: skip
    return [("UTC", "UTC"), *((one, f"{one.replace('_', ' ')} (UTC{at})") for one, at in clocks)]


@cache
def _places() -> dict[str, str]:
    """Return the country of each zone that is a place: no older name, and no `Factory`."""
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
