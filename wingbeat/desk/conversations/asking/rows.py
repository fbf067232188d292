"""The same question as rows of a form: field, relation, value; and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.fields import CONVERSATIONS, Relation, Shape, Vocabulary
from wingbeat.desk.conversations.asking.query import NEEDS_QUOTES, Condition, Query, listed, quoted
from wingbeat.desk.conversations.asking.reading import CannotRead, Problem, condition, read, unknown


class Row(NamedTuple):
    """One line of the form, as it is typed."""

    field: str = ""
    relation: str = Relation.IS
    value: str = ""


def rows_of(query: Query, of: Vocabulary = CONVERSATIONS) -> list[Row]:
    """Return a question as lines of the form."""
    return [
        Row(one.field, one.relation, one.values[0] if _is_words(one, of) else listed(one.values))
        for one in query.conditions
    ]


def _is_words(one: Condition, of: Vocabulary) -> bool:
    field = of.called(one.field)
    return field is not None and field.shape is Shape.WORDS


def query_of(rows: Iterable[Row], order: str = "", of: Vocabulary = CONVERSATIONS) -> Query:
    """Make a question of the lines that have a field.

    Raises:
        CannotRead: with every problem at once; `at` is the number of its line.
    """
    conditions, problems = [], []
    for number, row in enumerate(rows):
        if not row.field:
            continue
        try:
            conditions.append(_condition(row, of))
        except CannotRead as wrong:
            problems += [Problem(one.what, number, one.why) for one in wrong.problems]
    if problems:
        raise CannotRead(*problems)
    return read(str(Query(tuple(conditions), order)), of)


def _condition(row: Row, of: Vocabulary) -> Condition:
    field = of.called(row.field)
    if field is None:
        raise unknown(row.field, 0, of)
    if row.relation not in set(Relation):
        why = _("“%(what)s” is no way to compare; use one of: %(allowed)s.")
        facts = {"what": row.relation, "allowed": ", ".join(field.relations)}
        raise CannotRead(Problem(row.relation, 0, why % facts))
    typed = row.value
    if field.shape is Shape.WORDS and typed.strip():  # words need no quotation marks here
        typed = quoted(" ".join(typed.split()), NEEDS_QUOTES)
    return condition(field, Relation(row.relation), typed)
