"""The form that builds a question: its lines, the same as text, and what is wrong with either."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from wingbeat.desk.conversations.asking.fields import CONVERSATIONS, Relation, Vocabulary
from wingbeat.desk.conversations.asking.names import names_known_to, unknown
from wingbeat.desk.conversations.asking.query import Query
from wingbeat.desk.conversations.asking.reading import CannotRead, Problem, read
from wingbeat.desk.conversations.asking.rows import Row, query_of, rows_of
from wingbeat.desk.conversations.asking.things import Names
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.people.models import Agent

SPARE_LINES = 2
MOST_LINES = 30


@dataclass(frozen=True)
class Line:
    """One line of the form with what is wrong in it."""

    row: Row
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What somebody has put together so far; `query` is None while it cannot be read."""

    of: Vocabulary
    query: Query | None
    text: str
    order: str
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()  # of the text
    known: dict[str, list[str]] = field(default_factory=dict)

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Fields to choose from, each with the values it is known to have."""
        named = {*self.known, *(line.row.field for line in self.lines)} - {*self.of.fields}
        return [
            {
                "key": one.key,
                "name": one.name,
                "example": one.example,
                "own": one.own.items(),
                "names": self.known.get(one.key, []),
                "relations": " ".join(one.relations),
                "says": json.dumps({key: str(words) for key, words in one.says.items()}),
            }
            for one in (*self.of.fields.values(), *filter(None, map(self.of.called, sorted(named))))
        ]

    @property
    def told(self) -> list[tuple[Line, list[tuple[Relation, Any, Any]]]]:
        """Each line with every comparison: its key, its name, and what it says of that field."""
        every = self.of.relations.items()
        says = [getattr(self.of.called(line.row.field), "says", {}) for line in self.lines]
        told = [[(key, name, one.get(key) or name) for key, name in every] for one in says]
        return list(zip(self.lines, told, strict=True))

    @property
    def orders(self) -> list[Any]:
        return list(self.of.orders.values())

    @property
    def wrong_text(self) -> tuple[str, str, str] | None:
        """The text cut around the first thing that is wrong with it."""
        if not self.problems:
            return None
        first = self.problems[0]
        end = first.at + max(1, len(first.what))
        return self.text[: first.at], self.text[first.at : end], self.text[end:]


def of_text(text: str, agent: Agent, of: Vocabulary = CONVERSATIONS) -> Asked:
    """Show a question that is given as text."""
    known = _known(agent, of)
    try:
        query = Names(agent).shown(read(text, of))
    except CannotRead as wrong:
        return Asked(of, None, text, "", _lines([]), wrong.problems, known)
    return _of_query(of, query, known)


def of_form(
    form: QueryDict, agent: Agent, of: Vocabulary = CONVERSATIONS, *, more: int = 0
) -> Asked:
    """Show what a form sent: its text where that was changed, else its lines."""
    text = form.get("text", "").strip()
    if text != form.get("was", "").strip():
        return of_text(text, agent, of)
    known = _known(agent, of)
    rows = [
        Row(*parts)
        for parts in zip(
            form.getlist("field"), form.getlist("relation"), form.getlist("value"), strict=False
        )
    ][:MOST_LINES]
    order = form.get("sort", "")
    try:
        query = query_of(rows, order if order in of.orders else "", of)
    except CannotRead as wrong:
        typed = [row for row in rows if row.field]
        at = [number for number, row in enumerate(rows) if row.field]
        told = [Problem(one.what, at.index(one.at), one.why) if one.at in at else one
                for one in wrong.problems]  # fmt: skip
        return Asked(of, None, text, order, _lines(typed, told, more=more), (), known)
    return _of_query(of, query, known, more=more)


def refused(asked: Asked, why: str) -> Asked:
    """Say why a question that can be read is not kept."""
    return replace(asked, query=None, problems=(Problem("", len(asked.text), why),))


def _known(agent: Agent, of: Vocabulary) -> dict[str, list[str]]:
    """Return the names that can be chosen from; a mail names only addresses that it came to."""
    return names_known_to(agent) if of is CONVERSATIONS else {"to": sorted(our_addresses())}


def _of_query(of: Vocabulary, query: Query, known: dict[str, list[str]], *, more: int = 0) -> Asked:
    lines = _lines(rows_of(query, of), unknown(query, known) if known else (), more=more)
    return Asked(of, query, str(query), query.order, lines, (), known)


def _lines(
    rows: Iterable[Row], problems: Iterable[Problem] = (), *, more: int = 0
) -> tuple[Line, ...]:
    told = list(problems)
    lines = [
        Line(row, tuple(one.why for one in told if one.at == number))
        for number, row in enumerate(rows)
    ]
    return (*lines, *[Line(Row())] * (SPARE_LINES + more))
