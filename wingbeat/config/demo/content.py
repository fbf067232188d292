"""The example desk as typed content: who is there and what they wrote, read from the TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wingbeat.config.demo.shapes import Demo
from wingbeat.config.demo.times import HERE

Table = dict[str, Any]


class ContentProblems(ValueError):
    """The example does not hold together; the message lists every problem with file and place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The example desk cannot be read:\n- " + "\n- ".join(problems))


def load(folder: Path = HERE) -> Demo:
    """Read the example from `people.toml` and `threads/`; raise `ContentProblems` with all of them.

    That every name leads somewhere, and every time comes after the one before, its tests see to.

    >>> load().company.name
    'Marrowby'
    """
    people = _toml(folder / "people.toml")
    zone = people["company"]["zone"]
    told = {
        "company": people.pop("company"),
        **{name: _named(tables) for name, tables in people.items()},
        "customers": _named(people["customers"], zone=zone),
    }
    told["threads"] = list(_threads(folder, told["agents"], told["customers"]))
    try:
        return Demo.model_validate(told)
    except ValidationError as why:
        problems = [f"{_place(told, one['loc'])}: {one['msg']}" for one in why.errors()]
        raise ContentProblems(problems) from why


def _toml(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentProblems([f"{path.name}: {error}"]) from error


def _named(tables: Table, **defaults: str) -> Table:
    """Give each inner table its own key."""
    return {key: {**defaults, **values, "key": key} for key, values in tables.items()}


def _threads(folder: Path, agents: Collection[str], customers: Table) -> Iterator[Table]:
    for path in sorted((folder / "threads").glob("*.toml")):
        for told in _toml(path)["thread"]:
            writes = customers.get(told["customer"], {}).get("language", "en")
            messages = enumerate(told.get("message", ()), start=1)
            yield {
                "language": writes,
                **told,
                "file": path.name,
                "message": [_message(f"{told['key']}/{n}", one, agents) for n, one in messages],
            }


def _message(key: str, told: Table, agents: Collection[str]) -> Table:
    """Say of what kind a message is and who wrote it; all but a few quote what they answer."""
    note, by, no_quote = (told.pop(name, None) for name in ("note", "from", "no_quote"))
    kind = "note" if note else "reply" if by in agents else "mail"
    return {**told, "key": key, "kind": kind, "who": note or by, "quotes": not no_quote}


def _place(told: Table, where: tuple[int | str, ...]) -> str:
    """Name the file, the thread and the message of a problem."""
    if where[0] != "threads":
        return f"people.toml, {'.'.join(map(str, where))}"
    thread = told["threads"][where[1]]
    within = [part + 1 if isinstance(part, int) else part for part in where[2:]]
    return f"{thread['file']}, {thread['key']}, {' '.join(map(str, within))}"
