"""Typed reading of the example's tables: every problem is collected, none stops the reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast


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

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without a default it has to be there."""
        value = self._take(key, str, default)
        return cast("str", value).strip("\n") if value is not None else ""

    def flag(self, key: str) -> bool:
        """Return true or false; absent is false."""
        return bool(self._take(key, bool, default=False))

    def number(self, key: str, default: int) -> int:
        """Return a whole number."""
        value = self._take(key, int, default)
        return value if isinstance(value, int) else default

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; absent is empty."""
        values = self._take(key, list, [])
        if any(not isinstance(one, str) for one in values or ()):
            self.problem(f"`{key}` has to be a list of words")
            return ()
        return tuple(values or ())

    def table(self, key: str) -> Table | None:
        """Return an inner table or nothing."""
        values = self._take(key, dict, {})
        return Table(values, f"{self.where}, {key}", self.problems) if values else None

    def tables(self, key: str) -> Iterator[Table]:
        """Return the inner tables of a list, numbered from one."""
        for number, values in enumerate(self._take(key, list, []) or (), start=1):
            yield Table(values, f"{self.where}, {key} {number}", self.problems)

    def named_tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """Return the inner tables of a table with their names."""
        for name, values in (self._take(key, dict, {}) or {}).items():
            yield name, Table(values, f"{self.where}, {key}.{name}", self.problems)

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
