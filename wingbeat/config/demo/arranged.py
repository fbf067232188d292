"""How the example's desk is arranged, kept by the real verbs.

Hours, promises, views, a rule, macros, causes, fields and articles, each as its table tells.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings

from wingbeat.channels.mail.parsing.html import html_of, text_of
from wingbeat.config.demo.times import HERE
from wingbeat.desk.automation.calendars import Calendar, keep_calendar
from wingbeat.desk.automation.promising import ClockPolicy, promise
from wingbeat.desk.automation.rules import Rule
from wingbeat.desk.conversations import cause, custom_field, view
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.custom_field import CustomField
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.conversations.view import ForWhom, View
from wingbeat.desk.hours.week import spans_in
from wingbeat.desk.knowledge.writing import Place, Words, publish, write
from wingbeat.desk.macros import preparing
from wingbeat.desk.people.models import Agent


@cache
def _told(table: str = "arranged") -> dict[str, Any]:
    return tomllib.loads((HERE / f"{table}.toml").read_text())


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
        view.keep(View(**told, order=order, for_whom=ForWhom.ALL, owner=by), by=by, at=at)
    told = dict(_told()["rule"])
    rule = Rule(name=told.pop("name"))
    rule.write(**told, by=by, at=at).try_out(by=by, at=at)
    rule.switch(on=True, by=by, at=at)


def macros(*, by: Agent, at: datetime) -> None:
    """Keep every macro of the example, for everybody at the desk."""
    for told in _told("macros")["macros"]:
        steps = [Step(Act.TAG, tag) for tag in told.get("tags", ())]
        steps += [Step(act, told[act]) for act in (Act.SNOOZE, Act.END) if act in told]
        row = None
        for language, html in told["words"].items():
            said = preparing.Prepared(
                name=told["name"],
                language=language,
                html=html,
                text=text_of(html)[0].strip(),
                shortcut=told.get("shortcut", ""),
                folder=told.get("folder", ""),
                steps=tuple(steps),
            )
            row = preparing.keep(row, said, by=by, at=at)


def causes(*, by: Agent, at: datetime) -> dict[str, Cause]:
    """Keep the tree of causes; return by tag the one that its threads have, the nearest first."""
    found: dict[str, Cause] = {}
    for told in _told("causes")["causes"]:
        above = cause.keep(None, name=told["name"], under=None, by=by, at=at)
        for each in told.get("under", ()):
            below = cause.keep(None, name=each["name"], under=above, by=by, at=at)
            found = dict.fromkeys(each["tags"], below) | found
        found |= dict.fromkeys(told["tags"], above)
    return found


def order_number(*, by: Agent, at: datetime) -> CustomField:
    """Keep two fields of the shop; return the one for the number of an order or an invoice."""
    garden = CustomField(name="garden", label="Garden", about="customer", shape="choice")
    choices = ("Balcony", "Garden", "Allotment", "Farm")
    custom_field.keep(garden, choices=choices, by=by, at=at)
    order = CustomField(name="order", label="Order", about="conversation", shape="text")
    return custom_field.keep(order, choices=(), by=by, at=at)


def articles(now: datetime) -> None:
    """Write and publish every article; the first was last looked at so long ago that it is due.

    The first inbox takes the contact form of the help center, in which they stand.
    """
    by = Agent.objects.at_work().filter(role="agent").order_by("pk").first()
    by = by or Agent.objects.system()
    ages = (timedelta(days=days) for days in (200, 40, 90, 10))
    for table, age in zip(_told("articles")["article"], ages, strict=True):
        at, article = now - age, None
        place = Place(table.get("audience", "public"), table["collection"])
        for language in (code for code, _name in settings.LANGUAGES if code in table):
            said = table[language]
            text = said["text"].strip()
            words = Words(language, said["title"], html_of(text), text)
            article = write(article, words, place, by=by, at=at)
            publish(article, language, by=by, at=at)
    Inbox.objects.filter(pk=Inbox.objects.order_by("pk")[0].pk).update(takes_forms=True)
