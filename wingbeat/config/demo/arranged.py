"""How the example's desk is arranged: hours, promises, views and a rule, kept by the real verbs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from wingbeat.config.demo.times import HERE
from wingbeat.desk.automation.calendars import Calendar, keep_calendar
from wingbeat.desk.automation.promising import ClockPolicy, promise
from wingbeat.desk.automation.rules import Rule
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.view import ForWhom, View, keep
from wingbeat.desk.hours.week import spans_in
from wingbeat.desk.people.models import Agent


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((HERE / "arranged.toml").read_text())


def promises(inboxes: Mapping[str, Inbox], *, by: Agent, at: datetime) -> None:
    """Say when the desk is there, and until when each inbox answers."""
    hours = _told()["hours"]
    week = [[list(span) for span in spans_in(day)] for day in hours["week"]]
    calendar = keep_calendar(Calendar(**hours | {"week": week}), by=by, at=at)
    for key, told in _told()["promises"].items():
        clock = {"first_minutes": told["first"], "next_minutes": told["next"], "why": told["why"]}
        promise(ClockPolicy(inbox=inboxes[key], calendar=calendar, **clock), by=by, at=at)


def views_and_rule(*, by: Agent, at: datetime) -> None:
    """Keep what everybody sees in the rail, and a rule, tried and on, for what comes from now."""
    for order, told in enumerate(_told()["views"]):
        keep(View(**told, order=order, for_whom=ForWhom.ALL, owner=by), by=by, at=at)
    told = dict(_told()["rule"])
    rule = Rule(name=told.pop("name"))
    rule.write(**told, by=by, at=at).try_out(by=by, at=at)
    rule.switch(on=True, by=by, at=at)
