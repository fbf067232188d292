"""From text to a question; what cannot be read is told with its place and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from wingbeat.desk.conversations.asking.fields import (
    CONVERSATIONS,
    Field,
    Relation,
    Shape,
    Vocabulary,
)
from wingbeat.desk.conversations.asking.query import Condition, Query

LONGEST = 1_000  # characters; a question is read and kept by people
MOST_CONDITIONS = 30
LONGEST_SPAN = 5_000  # of any unit
SPAN = re.compile(r"(\d{1,4})(m|h|d|w)")
SIZE = re.compile(r"\d{1,5}(kb|mb)", re.IGNORECASE)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
QUOTED = r'"(?:\\.|[^"\\])*"'
TERM = re.compile(
    rf"""(?P<minus>-?)(?:
        (?P<field>[^\W\d_]+(?:\.[\w-]+)?)(?P<sign>[:<>])(?P<rest>(?:{QUOTED}|[^\s"])*)
        |(?P<phrase>{QUOTED})(?=\s|$)
        |(?P<word>[^\s":<>]+)(?=\s|$)
    )""",
    re.VERBOSE | re.DOTALL,
)
VALUE = re.compile(rf"\s*({QUOTED}|[^,\"]*)\s*(?:,|$)", re.DOTALL)
NOT_SPACE = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, where it stands (in characters from the start), and why."""

    what: str
    at: int
    why: str

    def __str__(self) -> str:
        return self.why


class CannotRead(ValueError):
    """The text is no question; `problems` tells everything that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.why for problem in problems))


def read(text: str, of: Vocabulary = CONVERSATIONS) -> Query:
    """Read a question such as `state:us tag:refund -team:Billing waits>3d "charged twice"`.

    Raises:
        CannotRead: with every problem at once.
    """
    if len(text) > LONGEST:
        why = _("A question has at most %(most)d characters.") % {"most": LONGEST}
        raise CannotRead(Problem(text[:20], LONGEST, why))
    problems: list[Problem] = []
    conditions: list[Condition] = []
    order = ""
    for term, at in terms(text, problems):
        try:
            if of.orders and term["field"] == "sort" and not term["minus"]:
                order = _order(term, at, of)
            else:
                conditions += _conditions(term, at, of)
        except CannotRead as wrong:
            problems += wrong.problems
    if len(conditions) > MOST_CONDITIONS:
        why = _("A question has at most %(most)d conditions.") % {"most": MOST_CONDITIONS}
        problems.append(Problem(text, 0, why))
    query = Query(tuple(dict.fromkeys(conditions)), order)
    problems += _order_problems(query, text) if of.orders else []
    if problems:
        raise CannotRead(*problems)
    return query


def terms(text: str, problems: list[Problem]) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each term with its place; what is none goes to `problems`."""
    at = 0
    while begun := NOT_SPACE.search(text, at):
        at = begun.start()
        term = TERM.match(text, at)
        if term is None or (term.end() < len(text) and not text[term.end()].isspace()):
            problems.append(Problem(begun[0], at, _wrong_term(begun[0])))
            at = begun.end()
            continue
        yield term, at
        at = term.end()


def values_of(text: str) -> tuple[str, ...]:
    """Split values at commas outside quotation marks.

    Raises:
        CannotRead: where a quotation mark has no second one.
    """
    values, at = [], 0
    while at <= len(text):
        found = VALUE.match(text, at)
        if found is None:
            raise CannotRead(Problem(text, at, _wrong_term(text[at:])))
        values.append(plain(found[1]))
        if found.end() == len(text) and not found[0].endswith(","):
            break
        at = found.end()
    return tuple(dict.fromkeys(value for value in values if value))


def plain(value: str) -> str:
    """Take quotation marks off, and all but single spaces out."""
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
    return " ".join(value.split())


def condition(field: Field, relation: Relation, typed: str, at: int = 0) -> Condition:
    """Make a condition of a field, a relation, and its values as typed.

    Raises:
        CannotRead: if they do not go together.
    """
    if relation not in field.relations:
        allowed = ", ".join(field.relations)
        raise _wrong(typed, at, _("“%(field)s” has no “%(relation)s”; use one of: %(allowed)s."),
                     field=field.key, relation=relation, allowed=allowed)  # fmt: skip
    if field.shape is Shape.WORDS:
        words = plain(typed) if field.key == "words" else " ".join(values_of(typed))
        values: tuple[str, ...] = (words,)
    elif field.shape in MEASURED:
        value = MEASURED[field.shape](field, relation, typed.strip(), at)
        return Condition(field.key, relation, (value,))
    else:
        values = values_of(typed)
    if not any(values):
        raise _wrong(typed, at, _("“%(field)s” needs a value, for example %(example)s."),
                     field=field.key, example=field.example)  # fmt: skip
    return Condition(field.key, relation, tuple(_known(field, value, at) for value in values))


def _conditions(term: re.Match[str], at: int, of: Vocabulary) -> list[Condition]:
    relation = Relation.NOT if term["minus"] else Relation.IS
    if term["field"] is None and of.bare:
        return [condition(of.fields[of.bare], relation, term["phrase"] or term["word"], at)]
    field = of.called((term["field"] or "").lower())
    if field is None:
        raise unknown(term["field"] or term[0], at, of)
    if field.shape in MEASURED:
        return _measured(field, term, at)
    if term["sign"] != ":":
        raise _wrong(term[0], at, _("“%(field)s” has no “%(sign)s”; write %(field)s:%(example)s."),
                     field=field.key, sign=term["sign"], example=field.example)  # fmt: skip
    return [condition(field, relation, term["rest"], at)]


def unknown(what: str, at: int, of: Vocabulary) -> CannotRead:
    """Return the problem that a vocabulary has no such field."""
    others = [f"{of.prefix}…"] + (["sort"] if of.orders else [])
    return _wrong(what, at, str(of.unknown), fields=", ".join([*of.fields, *others]))


def _measured(field: Field, term: re.Match[str], at: int) -> list[Condition]:
    """Read a time or a size: with a sign, or a time from or until a day."""
    if term["minus"]:
        raise _wrong(term[0], at,
                     _("“%(field)s” takes no minus; turn the sign around: %(field)s<%(example)s."),
                     field=field.key, example=field.example)  # fmt: skip
    rest = term["rest"]
    if term["sign"] != ":":
        relation = Relation.LONGER if term["sign"] == ">" else Relation.SHORTER
        return [condition(field, relation, rest, at)]
    if field.shape is Shape.SIZE:
        raise _wrong(rest, at, _wrong_size(), field=field.key)
    begin, dots, end = rest.partition("..")
    if not dots or not (begin or end):
        raise _wrong(term[0], at, _wrong_time(), field=field.key)
    found = []
    if begin:
        found.append(condition(field, Relation.FROM, begin, at))
    if end:
        found.append(condition(field, Relation.UNTIL, end, at))
    return found


def _time(field: Field, relation: Relation, value: str, at: int) -> str:
    if relation in {Relation.LONGER, Relation.SHORTER}:
        if (span := SPAN.fullmatch(value)) and 0 < int(span[1]) <= LONGEST_SPAN:
            return f"{int(span[1])}{span[2]}"
    else:
        try:
            return date.fromisoformat(value.strip(".")).isoformat()
        except ValueError:
            pass
    raise _wrong(value, at, _wrong_time(), field=field.key)


def _size(field: Field, _relation: Relation, value: str, at: int) -> str:
    if SIZE.fullmatch(value) is None:
        raise _wrong(value, at, _wrong_size(), field=field.key)
    return value.lower()


# What is measured has one value, read by these.
MEASURED = {Shape.TIME: _time, Shape.SIZE: _size}


def span_of(value: str) -> timedelta:
    """Return how long a span such as `3d` is."""
    return timedelta(**{UNITS[value[-1]]: int(value[:-1])})


def _known(field: Field, value: str, at: int) -> str:
    own = value.lower()
    if own in field.own:
        return own
    if field.shape is Shape.CHOICE:
        raise _wrong(value, at,
                     _("“%(what)s” is no value of “%(field)s”; use one of: %(allowed)s."),
                     field=field.key, allowed=", ".join(field.own))  # fmt: skip
    return value


def _order(term: re.Match[str], at: int, of: Vocabulary) -> str:
    key = term["rest"].lower()
    if term["sign"] != ":" or key not in of.orders:
        raise _wrong(term["rest"] or term[0], at,
                     _("“%(what)s” is no order; use one of: %(allowed)s."),
                     allowed=", ".join(of.orders))  # fmt: skip
    return key


def _order_problems(query: Query, text: str) -> list[Problem]:
    needs = query.sorting.needs
    if not needs or any(query.asks(field, value) for field, value in needs):
        return []
    field, value = needs[0]
    why = _("sort:%(order)s needs %(needs)s, as other conversations have nothing to sort by.")
    asked = {"order": query.order, "needs": f"{field}:{value}"}
    return [Problem(f"sort:{query.order}", max(0, text.find("sort:")), why % asked)]


def _wrong_term(text: str) -> str:
    if text.count('"') % 2:
        return _("“%(what)s” begins with a quotation mark that has no second one.") % {"what": text}
    return _(
        "“%(what)s” cannot be read. Write field:value, a word, or words in quotation marks with a "
        "space before and behind."
    ) % {"what": text}


def _wrong_time() -> str:
    return _(
        "“%(what)s” is no time: write %(field)s>3d, %(field)s<12h (m, h, d, w), "
        "%(field)s:2026-03-01.. or %(field)s:..2026-03-31."
    )


def _wrong_size() -> str:
    return _("“%(what)s” is no size: write %(field)s>2mb or %(field)s<100kb.")


def _wrong(what: str, at: int, why: str, **facts: str) -> CannotRead:
    return CannotRead(Problem(what, at, why % {"what": what, **facts}))
