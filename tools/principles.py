"""Reads docs/principles.md, counts its rows by form and writes that count into the page."""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "principles.md"

NOT_YET = "not yet"
KINDS = ("said", "implied", "furniture")
DOUBLE_OF = "double of "
FORMS = ("built in", "mark", "act in Today", "number on a law page", "docs")
COLUMNS = ("id", "principle", "kind", "form", "where it works", "guards", "test")

SUMMARY = re.compile(
    r"(?<=<!-- summary: written by `just principles` -->\n).*?(?=<!-- /summary -->)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Principle:
    """One row of the page, with "not yet" read as None."""

    id: str
    sentence: str
    kind: str
    form: str
    place: str | None
    guards: str | None
    test: str | None

    @property
    def original(self) -> str | None:
        """The id of the principle that this one repeats."""
        return self.kind.removeprefix(DOUBLE_OF) if self.kind.startswith(DOUBLE_OF) else None

    @property
    def has_proof(self) -> bool:
        return self.guards is not None and self.test is not None


def cells_of(line: str) -> list[str]:
    """The cells of one table line, without the backticks that code may stand in."""
    return [cell.strip().strip("`").strip() for cell in line.strip().strip("|").split("|")]


def read(text: str) -> list[Principle]:
    """Every principle of a page, in the page's order."""
    principles = []
    for line in text.splitlines():
        if not re.match(r"\|\s*`?S\d", line):
            continue
        cells = cells_of(line)
        if len(cells) != len(COLUMNS):
            message = f"{len(cells)} cells where {len(COLUMNS)} are wanted: {line}"
            raise ValueError(message)
        known = [None if cell in {NOT_YET, ""} else cell for cell in cells[4:]]
        principles.append(Principle(*cells[:4], *known))  # type: ignore[arg-type]
    return principles


def summary(principles: list[Principle]) -> str:
    """The count by form as a table, as it stands in the introduction of the page."""
    forms = Counter(principle.form for principle in principles)
    proven = Counter(principle.form for principle in principles if principle.has_proof)
    rows = [f"| {form} | {forms[form]} | {proven[form]} |" for form in FORMS]
    total = f"| all | {forms.total()} | {proven.total()} |"
    return "\n".join(
        ["", "| form | principles | with a test |", "|---|---|---|", *rows, total, "\n"]
    )


def with_summary(text: str) -> str:
    """The page with its count made anew; everything else stays as it is."""
    counted = summary(read(text))
    return SUMMARY.sub(lambda _: counted, text)


def find(path: str) -> object:
    """Import what a dotted path names: a module, a function, or a method of a class."""
    module, attributes = find_module(path)
    found: object = module
    for attribute in attributes:
        if not hasattr(found, attribute):
            message = f"{path}: {found!r} has no {attribute}"
            raise LookupError(message)
        found = getattr(found, attribute)
    return found


def find_module(path: str) -> tuple[object, list[str]]:
    """The longest importable beginning of a dotted path, and the names that remain."""
    names = path.split(".")
    for end in range(len(names), 0, -1):
        name = ".".join(names[:end])
        try:
            return importlib.import_module(name), names[end:]
        except ModuleNotFoundError as missing:
            # A module that is there but misses one of its own imports is a fault to show.
            if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
                raise
    message = f"{path}: no such module"
    raise LookupError(message)


def has_test(node: str, root: Path) -> bool:
    """Whether a pytest node id names a test function in a file below `root`."""
    file, *names = node.split("::")
    if not names or not (root / file).is_file():
        return False
    body: list[ast.stmt] = ast.parse((root / file).read_text(encoding="utf-8")).body
    for name in names:
        found = [
            statement
            for statement in body
            if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and statement.name == name
        ]
        if not found:
            return False
        body = found[-1].body
    return names[-1].startswith("test_")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, default=PAGE)
    page: Path = parser.parse_args(arguments).page
    text = page.read_text(encoding="utf-8")
    page.write_text(with_summary(text), encoding="utf-8")
    print(summary(read(text)).strip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
