"""Things at the desk that a question names: kept with their numbers, so that they may be renamed.

A person types and reads `team:Billing`; what is kept is `team:Billing#7`. The number counts, and
the name is what the team was called then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from wingbeat.desk.conversations.asking.fields import FIELDS
from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.asking.reading import read
from wingbeat.desk.conversations.cause import Cause
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Team

NUMBERED = re.compile(r"(.+)#(\d{1,18})")
# By field: the number of each thing, its name, and what else it is found by.
THINGS: Mapping[str, Callable[[], Iterable[tuple[int, str, str]]]] = {
    "inbox": lambda: Inbox.objects.values_list("pk", "name", "address"),
    "assignee": lambda: Agent.objects.values_list("pk", "name", "email"),
    "team": lambda: Team.objects.values_list("pk", "name", "name"),
    "cause": lambda: Cause.objects.values_list("pk", "name", "name"),
}


def called(field: str, values: Iterable[str]) -> list[int]:
    """Return the numbers of what is meant; SQLite compares without case in ASCII only."""
    return _called(THINGS[field](), values)


def _called(rows: Iterable[tuple[int, str, str]], values: Iterable[str]) -> list[int]:
    numbers = {int(found[2]) for value in values if (found := NUMBERED.fullmatch(value))}
    wanted = {value.casefold() for value in values}
    return [
        pk for pk, name, also in rows
        if pk in numbers or wanted & {name.casefold(), also.casefold()}
    ]  # fmt: skip


def kept(query: Query) -> Query:
    """Write its number behind each name; what nothing is called stays as it was typed.

    Raises:
        CannotRead: if it is too long to be kept so.
    """
    conditions = []
    for one in query.conditions:
        values: list[str] = []
        rows = list(THINGS[one.field]()) if one.field in THINGS else []
        for value in one.values:
            is_own = one.field in THINGS and value in FIELDS[one.field].own
            meant = [] if is_own or NUMBERED.fullmatch(value) else _called(rows, [value])
            values += [f"{value}#{pk}" for pk in meant] or [value]
        conditions.append(replace(one, values=tuple(values)))
    return read(str(replace(query, conditions=tuple(conditions))))


class Names:
    """How things are called now, as far as `by` may know it; each table is looked at once."""

    def __init__(self, by: Agent | None = None) -> None:
        self._by = by
        self._names: dict[str, dict[int, str]] = {}

    def shown(self, query: Query) -> Query:
        """Write names without their numbers; what is gone, or not to be known, as it was named."""
        conditions = tuple(
            replace(one, values=tuple(dict.fromkeys(self._shown(one.field, v) for v in one.values)))
            if one.field in THINGS else one
            for one in query.conditions
        )  # fmt: skip
        return replace(query, conditions=conditions)

    def _shown(self, field: str, value: str) -> str:
        found = NUMBERED.fullmatch(value)
        return self._of(field).get(int(found[2]), found[1]) if found else value

    def _of(self, field: str) -> dict[int, str]:
        if field not in self._names:
            names = {pk: name for pk, name, _also in THINGS[field]()}
            if field == "inbox" and self._by is not None:
                names = {pk: name for pk, name in names.items() if pk in self._by.inbox_ids}
            self._names[field] = names
        return self._names[field]
