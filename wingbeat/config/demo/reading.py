"""Typed reading of the example's tables: every problem is collected, none stops the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from wingbeat.config.demo.times import span

Shape = TypeVar("Shape")


class ContentProblems(ValueError):
    """The example does not hold together; the message lists every problem with file and place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The example desk cannot be read:\n- " + "\n- ".join(problems))


@dataclass
class Table:
    """One TOML table; reading a key takes it out, so that `done` can name the unknown ones."""

    values: dict[str, Any]
    where: str
    problems: list[str]
    taken: set[str] = field(default_factory=set)

    def read(self, shape: type[Shape], **given: Any) -> Shape:
        """Return a shape, whose fields are the keys: `is_inline` stands there as `inline`."""
        for one in fields(cast("Any", shape)):
            if one.name not in given:
                key = one.name.removeprefix("is_").removeprefix("in_")
                default = None if one.default is MISSING else one.default
                given[one.name] = READERS[str(one.type)](self, key, default)
        self.done()
        return shape(**given)

    def inner(self, key: str, shape: type[Shape]) -> Shape | None:
        """Return the shape of an inner table, or nothing."""
        table = self.table(key)
        return table.read(shape) if table else None

    def named(self, key: str, shape: type[Shape], **defaults: Any) -> dict[str, Shape]:
        """Return the shapes of a table's inner tables by their names, which are their keys."""
        tables = (self._take(key, dict, {}) or {}).items()
        return {
            name: Table({**defaults, **values}, f"{self.where}, {key}.{name}", self.problems).read(
                shape, key=name
            )
            for name, values in tables
        }

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without a default it has to be there."""
        value = self._take(key, str, default)
        return cast("str", value).strip("\n") if value is not None else ""

    def flag(self, key: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - as its siblings
        """Return true or false; absent is false."""
        return bool(self._take(key, bool, default))

    def number(self, key: str, default: int) -> int:
        """Return a whole number."""
        value = self._take(key, int, default)
        return value if isinstance(value, int) else default

    def names(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of strings; absent is empty."""
        values = self._take(key, list, list(default))
        if any(not isinstance(one, str) for one in values or ()):
            self.problem(f"`{key}` has to be a list of words")
            return ()
        return tuple(values or ())

    def span(self, key: str, default: timedelta | None = None) -> timedelta:
        """Return a time before or after the start of the example."""
        if default is not None and key not in self.values:
            self.taken.add(key)
            return default
        try:
            return span(self.text(key))
        except ValueError as error:
            self.problem(f"`{key}`: {error}")
            return timedelta()

    def zone(self, key: str, _default: None = None) -> ZoneInfo:
        """Return a time zone by its name; absent is where the company of the example is."""
        return ZoneInfo(self.text(key, "Europe/Vienna"))

    def table(self, key: str) -> Table | None:
        """Return an inner table or nothing."""
        values = self._take(key, dict, {})
        return Table(values, f"{self.where}, {key}", self.problems) if values else None

    def tables(self, key: str) -> Iterator[Table]:
        """Return the inner tables of a list, numbered from one."""
        for number, values in enumerate(self._take(key, list, []) or (), start=1):
            yield Table(values, f"{self.where}, {key} {number}", self.problems)

    def problem(self, words: str) -> None:
        """Note a problem at this place."""
        self.problems.append(f"{self.where}: {words}")

    def done(self) -> None:
        """Name the keys that nobody asked for: a typing mistake should not pass in silence."""
        for key in self.values.keys() - self.taken:
            self.problem(f"unknown key `{key}`; known here: {', '.join(sorted(self.taken))}")

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self.taken.add(key)
        value = self.values.get(key, default)
        if value is None:
            self.problem(f"`{key}` is missing")
        elif not isinstance(value, kind):
            self.problem(f"`{key}` has to be {kind.__name__}, not {type(value).__name__}")
            return default
        return value


READERS: Mapping[str, Callable[..., Any]] = {
    "str": Table.text,
    "bool": Table.flag,
    "int": Table.number,
    "timedelta": Table.span,
    "ZoneInfo": Table.zone,
    "tuple[str, ...]": Table.names,
}
