"""The example's macros, causes and fields, kept by the real verbs."""

from __future__ import annotations

import tomllib
from datetime import datetime

from wingbeat.channels.mail.parsing.html import text_of
from wingbeat.config.demo.times import HERE
from wingbeat.desk.conversations import cause
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.custom_field import CustomField, keep as keep_field
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.macros.preparing import Prepared, keep
from wingbeat.desk.people.models import Agent


def prepare(*, by: Agent, at: datetime) -> None:
    """Keep every macro of the example, for everybody at the desk."""
    for told in tomllib.loads((HERE / "macros.toml").read_text())["macros"]:
        steps = [Step(Act.TAG, tag) for tag in told.get("tags", ())]
        steps += [Step(act, told[act]) for act in (Act.SNOOZE, Act.END) if act in told]
        row = None
        for language, html in told["words"].items():
            said = Prepared(
                name=told["name"],
                language=language,
                html=html,
                text=text_of(html)[0].strip(),
                shortcut=told.get("shortcut", ""),
                folder=told.get("folder", ""),
                steps=tuple(steps),
            )
            row = keep(row, said, by=by, at=at)


def causes(*, by: Agent, at: datetime) -> dict[str, Cause]:
    """Keep the tree of causes; return by tag the one that its threads have, the nearest first."""
    found: dict[str, Cause] = {}
    for told in tomllib.loads((HERE / "causes.toml").read_text())["causes"]:
        above = cause.keep(None, name=told["name"], under=None, by=by, at=at)
        for each in told.get("under", ()):
            below = cause.keep(None, name=each["name"], under=above, by=by, at=at)
            found = dict.fromkeys(each["tags"], below) | found
        found |= dict.fromkeys(told["tags"], above)
    return found


def order_number(*, by: Agent, at: datetime) -> CustomField:
    """Keep two fields of the shop; return the one for the number of an order or an invoice."""
    garden = CustomField(name="garden", label="Garden", about="customer", shape="choice")
    keep_field(garden, choices=("Balcony", "Garden", "Allotment", "Farm"), by=by, at=at)
    order = CustomField(name="order", label="Order", about="conversation", shape="text")
    return keep_field(order, choices=(), by=by, at=at)
