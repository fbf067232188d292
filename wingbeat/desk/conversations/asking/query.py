"""A question as data: conditions that must all hold, and an order; and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wingbeat.desk.conversations.asking.fields import ORDERS, Order, Relation

NEEDS_QUOTES = re.compile(r"[\s,\"\\]|^$")
WORD_NEEDS_QUOTES = re.compile(r"[\s,\"\\:<>]|^-|^$")
SIGNS = {Relation.LONGER: ">", Relation.SHORTER: "<"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One field, how it compares, and the values of which any one will do."""

    field: str
    relation: Relation
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions that must all hold; without any, everything is meant."""

    conditions: tuple[Condition, ...] = ()
    order: str = ""

    def __str__(self) -> str:
        order = [f"sort:{self.order}"] if self.order else []
        return " ".join([*map(written, self.conditions), *order])

    def asks(self, field: str, value: str = "") -> bool:
        """Say whether a field is asked for to be a value, or to be anything."""
        return any(
            one.field == field
            and one.relation is not Relation.NOT
            and (not value or one.values == (value,))
            for one in self.conditions
        )

    @property
    def moves_with_time(self) -> bool:
        """Say whether what it finds changes though nobody does anything."""
        return any(
            one.relation in SIGNS
            or (one.field == "state" and {"customer", "quiet"} & {*one.values})
            or (one.field == "is" and "late" in one.values)
            for one in self.conditions
        )

    @property
    def sorting(self) -> Order:
        """The order asked for; else who waits longest where all wait, else the latest first."""
        usual = "waits" if self.asks("state", "us") or self.asks("waits") else "latest"
        return ORDERS[self.order or usual]


def written(one: Condition) -> str:
    """Write a condition as a person types it."""
    minus = "-" if one.relation is Relation.NOT else ""
    if one.field == "words":
        return minus + quoted(one.values[0], WORD_NEEDS_QUOTES)
    values = values_written(one)
    return f"{minus}{one.field}{SIGNS.get(one.relation, ':')}{values}"


def values_written(one: Condition) -> str:
    """Write the values alone, as they stand behind the sign."""
    if one.relation is Relation.FROM:
        return f"{one.values[0]}.."
    if one.relation is Relation.UNTIL:
        return f"..{one.values[0]}"
    return listed(one.values)


def listed(values: Iterable[str]) -> str:
    return ",".join(quoted(value, NEEDS_QUOTES) for value in values)


def quoted(value: str, where: re.Pattern[str]) -> str:
    if not where.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
