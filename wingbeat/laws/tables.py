"""Turns rows and foreign tables into the shapes of `facts`, and lists every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from wingbeat.laws.facts import SHAPES, Column, columns

ARROW = {
    "text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes_no": pa.bool_(),
    "time": pa.int64(),
}  # fmt: skip
SPOKEN = {
    "text": "a text", "whole": "a whole number", "number": "a number", "yes_no": "yes or no",
    "time": "a time such as 2026-03-01T09:30:00Z, or whole seconds since 1970",
}  # fmt: skip
EARLIEST = datetime.fromisoformat("1971-01-01T00:00:00+00:00").timestamp()
LATEST = datetime.fromisoformat("2100-01-01T00:00:00+00:00").timestamp()
YES, NO = ("true", "yes", "1", "t", "y"), ("false", "no", "0", "f", "n")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one column: how many rows break the rule, and the first that does."""

    table: str
    column: str
    rule: str
    row: int | None = None
    value: str = ""
    rows: int = 0

    def __str__(self) -> str:
        if self.row is None:
            return f"{self.table}.{self.column}: {self.rule}"
        others = f", and {self.rows - 1} more" if self.rows > 1 else ""
        return f"{self.table}.{self.column}, row {self.row}{others}: {self.value!r} {self.rule}"


class WrongTables(ValueError):
    """Tables cannot be used; `problems` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def arrow_schema(shape: type[Any]) -> pa.Schema:
    """Return the columns that a shape has as a table."""
    return pa.schema([(column.name, ARROW[column.kind]) for column in columns(shape)])


def table_of(shape: type[Any], rows: Iterable[Any]) -> pa.Table:
    """Return rows as a table of their shape.

    >>> from datetime import datetime, UTC
    >>> from wingbeat.laws.facts import Rating
    >>> at = datetime(1970, 1, 2, tzinfo=UTC)
    >>> table_of(Rating, [Rating(id="1", conversation="7", customer="ana", at=at, stars=4)])["at"]
    <pyarrow.lib.ChunkedArray object at ...>
    [
      [
        86400
      ]
    ]
    """
    rows = list(rows)
    made = {column.name: [_cell(column, row) for row in rows] for column in columns(shape)}
    return pa.table(made, schema=arrow_schema(shape))


def numbered(texts: Any) -> Any:
    """Return a number for each text of a column, the same for the same text: quick to group by.

    >>> numbered(pa.chunked_array([["b", "a", "b"]])).tolist()
    [0, 1, 0]
    """
    return texts.dictionary_encode().combine_chunks().indices.to_numpy()


def _cell(column: Column, row: Any) -> Any:
    value = getattr(row, column.name)
    return int(value.timestamp()) if isinstance(value, datetime) else value


def conform(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return foreign tables in the shapes of `facts`; raises `WrongTables` with every problem.

    Columns are found by name, in any order. Missing optional columns are filled with nothing or
    with what their rule says (`unsaid`); columns that no shape knows are left out.

    >>> conform({"orders": pa.table({"id": ["1"], "at": ["0"], "cents": ["six"]})})
    Traceback (most recent call last):
    ...
    wingbeat.laws.tables.WrongTables: orders.customer: missing; it holds: whose it is (a text)
    orders.at, row 1: '0' lies outside 1971 to 2100
    orders.cents, row 1: 'six' is not a whole number
    """
    problems: list[Problem] = []
    good = {name: _conform(name, table, problems) for name, table in tables.items()}
    if problems:
        raise WrongTables(problems)
    return good


def _conform(name: str, table: pa.Table, problems: list[Problem]) -> pa.Table:
    if name not in SHAPES:
        problems.append(Problem(name, "*", f"no such table; there are: {', '.join(SHAPES)}"))
        return table
    made: dict[str, Any] = {}
    for column in columns(SHAPES[name]):
        if column.name in table.column_names:
            made[column.name] = _column(name, column, table[column.name], problems)
        elif column.optional or column.rule.unsaid:
            made[column.name] = _unsaid(column, table.num_rows)
        else:
            problems.append(Problem(name, column.name, f"missing; {holds(column)}"))
    return made and pa.table(made)


def _unsaid(column: Column, rows: int) -> Any:
    if column.optional:
        return pa.nulls(rows, ARROW[column.kind])
    if column.kind == "whole":
        return pa.array((row % 2**20 for row in range(rows)), pa.int64())
    return pa.repeat(pa.scalar(value=False), rows)


def lacking(tables: Mapping[str, pa.Table]) -> dict[str, Column]:
    """Return the columns that foreign tables lack and may lack, by `table.column`."""
    return {
        f"{name}.{column.name}": column
        for name, table in tables.items()
        for column in columns(SHAPES[name])
        if column.name not in table.column_names
    }


def holds(column: Column) -> str:
    """Say what a column holds and allows.

    >>> [holds(column) for column in columns(SHAPES["messages"]) if column.name == "side"]
    ['it holds: who said it (customer, us)']
    """
    return f"it holds: {column.rule.says} ({', '.join(column.rule.codes) or SPOKEN[column.kind]})"


def _column(name: str, column: Column, given: Any, problems: list[Problem]) -> Any:
    given = given.combine_chunks()
    if pa.types.is_dictionary(given.type):
        given = given.dictionary_decode()
    if pa.types.is_string(given.type) or pa.types.is_large_string(given.type):
        given = pc.if_else(pc.equal(pc.utf8_trim_whitespace(given), ""), None, given)
    values, unread = _read(column.kind, given)
    found = list(_broken(column, values, unread))
    for rule, bad in found:
        rows = pc.indices_nonzero(pc.fill_null(bad, False))  # noqa: FBT003  pyarrow's own order
        if len(rows):
            first = rows[0].as_py()
            value = given[first].as_py()
            problems.append(
                Problem(name, column.name, rule, first + 1, str(value or ""), len(rows))
            )
    return values


def _broken(column: Column, values: Any, unread: Any) -> Iterator[tuple[str, Any]]:
    """Yield each rule of a column with the rows that break it."""
    rule = column.rule
    yield f"is not {SPOKEN[column.kind]}", unread
    if not column.optional:
        yield "must not be empty", pc.and_not(pc.is_null(values), unread)
    lowest, highest = rule.lowest, rule.highest
    if column.kind == "number":
        yield "is not finite", pc.invert(pc.is_finite(values))
    if column.kind == "time":
        lowest, highest = int(EARLIEST), int(LATEST)
        yield "lies outside 1971 to 2100", _outside(values, lowest, highest)
    elif lowest is not None or highest is not None:
        spoken = f"at least {lowest}" if highest is None else f"{lowest} to {highest}"
        yield f"is outside what is allowed: {spoken}", _outside(values, lowest, highest)
    if rule.codes:
        one = "|".join(rule.codes)
        pattern = f"^({one})( ({one}))*$" if rule.several else f"^({one})$"
        known = pc.match_substring_regex(values, pattern)
        yield f"is none of: {', '.join(rule.codes)}", pc.invert(known)


def _outside(values: Any, lowest: float | None, highest: float | None) -> Any:
    low = pc.less(values, lowest) if lowest is not None else None
    high = pc.greater(values, highest) if highest is not None else None
    if low is None or high is None:
        return high if low is None else low
    return pc.or_(low, high)


def _read(kind: str, given: Any) -> tuple[Any, Any]:
    """Return the values in the column's own type, and which of the cells could not be read."""
    if kind == "time":
        values = _times(given)
    elif kind == "yes_no" and not pa.types.is_boolean(given.type):
        values = _yes_or_no(given)
    elif kind == "text":
        values = given.cast(pa.string())
    elif pa.types.is_string(given.type) or pa.types.is_large_string(given.type):
        pattern = (
            r"^\s*[-+]?\d{1,18}\s*$" if kind == "whole" else r"^\s*[-+]?\d*\.?\d+([eE]-?\d+)?\s*$"
        )
        legal = pc.match_substring_regex(given, pattern)
        values = pc.cast(pc.utf8_trim_whitespace(pc.if_else(legal, given, None)), ARROW[kind])
    elif kind == "whole" and pa.types.is_floating(given.type):
        whole = pc.and_(pc.equal(pc.floor(given), given), pc.less(pc.abs(given), 2.0**53))
        values = pc.if_else(whole, given, None).cast(pa.int64())
    else:
        values = given.cast(ARROW[kind])
    return values, pc.and_(pc.is_valid(given), pc.is_null(values))


def _times(given: Any) -> Any:
    if pa.types.is_timestamp(given.type):
        return given.cast(pa.timestamp("s"), safe=False).cast(pa.int64())
    if pa.types.is_date(given.type):
        return given.cast(pa.timestamp("s")).cast(pa.int64())
    if not (pa.types.is_string(given.type) or pa.types.is_large_string(given.type)):
        return given.cast(pa.int64(), safe=False)
    return pa.array([_time(text) for text in given.to_pylist()], pa.int64())


def _time(text: str | None) -> int | None:
    if text is None:
        return None
    if text.strip().isdecimal():
        return int(text) if len(text.strip()) <= 18 else None
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # A time without a zone is taken as UTC: guessing the machine's zone would move the readings.
    return int((read if read.tzinfo else datetime.fromisoformat(f"{read}+00:00")).timestamp())


def _yes_or_no(given: Any) -> Any:
    texts = pc.utf8_lower(given.cast(pa.string()))
    yes, no = pc.is_in(texts, pa.array(YES)), pc.is_in(texts, pa.array(NO))
    return pc.if_else(yes, pa.scalar(value=True), pc.if_else(no, pa.scalar(value=False), None))
