"""What Zammad tells beyond words: the fields a team has added, how to reach somebody, lists."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wingbeat.channels.mail.incoming import storable
from wingbeat.channels.mail.parsing.html import sanitize, text_of
from wingbeat.desk.moving.shapes import OldField, Told

Row = Mapping[str, Any]
TRUE = (True, 1, "1", "t", "true", "True")
# Kinds of field with a shape here; whatever else there is, choices too, is text: its choices
# change there as long as it is used.
SHAPES = {"integer": "number", "date": "date", "boolean": "yesno"}
# What every Zammad has; all other attributes are ones that a team has added.
STANDARD = {
    "Ticket": "number title customer_id organization_id group_id owner_id state_id pending_time "
    "priority_id tags type note approver approval_state time_unit",
    "User": "login firstname lastname email web phone mobile fax organization_id organization_ids "
    "department street zip city country address password vip note role_ids active image "
    "out_of_office source preferences",
    "Organization": "name shared domain_assignment domain active vip note",
}
DETAILS = (
    "phone", "mobile", "fax", "web", "department", "address", "street", "zip", "city", "country",
)  # fmt: skip


class OwnFields:
    """The attributes that a team has added to tickets, users and organizations."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._fields: dict[str, list[OldField]] = {name: [] for name in STANDARD}
        for row in rows:
            standard = STANDARD.get(row["object"])
            if standard is not None and row["name"] not in standard.split():
                shape = SHAPES.get(row["data_type"], "text")
                label = storable(row["display"] or row["name"])
                self._fields[row["object"]].append(OldField(row["name"], label, shape))

    def of_organizations(self, user: Row) -> bool:
        """Say whether a user's organization has to be read for fields of its own."""
        return bool(self._fields["Organization"] and user.get("organization_id"))

    def told(self, kind: str, row: Row) -> Told:
        told = ((field, _text(row.get(field.name), field)) for field in self._fields[kind])
        return tuple((field, text) for field, text in told if text)


def details_of(user: Row) -> str:
    """Return what is good to know of somebody: how to reach them, where they are, and notes."""
    told = [storable(str(user.get(name) or "")).strip() for name in DETAILS]
    note = text_of(sanitize(storable(user.get("note") or "")))[0].strip()
    return "\n".join(filter(None, [*dict.fromkeys(told), note]))


def listed(value: object) -> list[str]:
    """Return a list as an API, a JSON file or a text of PostgreSQL tells it.

    >>> listed('{drips,"loud, at night"}')
    ['drips', 'loud, at night']
    """
    if isinstance(value, str) and value.startswith("{"):
        rows = csv.reader([value[1:-1]], doublequote=False, escapechar="\\")
        return next(rows, [])
    told = json.loads(value) if isinstance(value, str) and value.startswith("[") else value
    return [str(one) for one in told] if isinstance(told, list) else []


def _text(value: object, field: OldField) -> str:
    if value is None:
        return ""
    if field.shape == "yesno":
        return "yes" if value in TRUE else "no"
    if isinstance(value, dict):  # an external source: what it showed, and its name for it
        return storable(str(value.get("label") or value.get("value") or ""))
    if isinstance(value, date | datetime):
        return value.isoformat()
    several = listed(value)
    return storable("; ".join(several) if several else str(value))
