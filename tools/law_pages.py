"""Write the generated parts of docs/laws: thresholds, proofs, and the page of tables.

The test suite fails when they are not what this writes.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from wingbeat.laws import LAWS
from wingbeat.laws.cases import Verdict, cases
from wingbeat.laws.facts import SHAPES, Column, columns
from wingbeat.laws.policy import shipped_text

EXAMPLES = Path(__file__).resolve().parent / "law_tables.txt"  # two rows of every table
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "laws"
TABLES = """# The tables that laws read

One file a table, CSV or Parquet, named like its heading. Columns are found by name, in any
order; optional ones may be missing, and others are left out. Times are written
`2026-03-01T09:30:00Z` (without a zone: UTC) or as whole seconds since 1970. Ids may be any text.
Several codes in one cell are divided by spaces. No table has a column for words or addresses.
This page is made from `wingbeat/laws/facts.py` by `just docs`.
"""


def pages() -> list[Path]:
    return [path for law in LAWS if (path := FOLDER / f"{law}.md").exists()]


def tables() -> str:
    return TABLES + "".join(_shape(name, shape) for name, shape in SHAPES.items())


def _shape(name: str, shape: type[Any]) -> str:
    lines = [
        f"\n## {name}\n",
        f"{shape.__doc__}\n",
        "| column | holds | kind | |",
        "|---|---|---|---|",
    ]
    lines += [_column(column) for column in columns(shape)]
    rows = "\n".join(f"    {row}".rstrip() for row in examples()[name].splitlines())
    return "\n".join(lines) + f"\n\nFor example, `{name}.csv`:\n\n{rows}\n"


def examples() -> dict[str, str]:
    """Return two rows of every table, as a file of it stands."""
    blocks = EXAMPLES.read_text(encoding="utf-8").split("\n\n")
    return {name: rows.strip("\n") for name, _, rows in (one.partition("\n") for one in blocks)}


def _column(column: Column) -> str:
    rule = column.rule
    limits = ", ".join(rule.codes)
    if rule.lowest is not None:
        limits = (
            f"{rule.lowest} or more" if rule.highest is None else f"{rule.lowest} to {rule.highest}"
        )
    unit = f", {rule.unit}" if rule.unit and column.kind in {"whole", "number"} else ""
    kind = column.kind.replace("_", " or ") + unit + (", optional" if column.optional else "")
    kind += f"; if missing: {rule.unsaid}" if rule.unsaid else ""
    return f"| `{column.name}` | {rule.says} | {kind} | {limits} |"


def thresholds(law: str) -> str:
    lines = ["| threshold | value | why | source | who should decide it |", "|---|---|---|---|---|"]
    for name, entry in _leaves(tomllib.loads(shipped_text(f"wingbeat.laws.{law}"))):
        value = entry["value"]
        told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        unit = f" {entry['unit']}" if not isinstance(value, list) else ""
        lines.append(
            f"| `{name}` | {told}{unit} | {entry['why']} | {entry['source']} | {entry['who']} |"
        )
    return "\n".join(lines)


def _leaves(page: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found = []
    for name, entry in page.items():
        if "value" in entry:
            found.append((prefix + name, entry))
        else:
            found += _leaves(entry, f"{prefix}{name}.")
    return found


def proofs(law: str) -> str:
    lines = ["| case | | expected | computed | oracle |", "|---|---|---|---|---|"]
    for of, case in cases():
        if of == law:
            verdict = Verdict(case, law, tuple(float(number) for number in case.compute()))
            expected, computed, off = (
                " ".join(f"{number:.4g}" for number in numbers)
                for numbers in (case.expected, verdict.computed, case.off)
            )
            lines.append(
                f"| {case.id} | {case.what} | {expected} ± {off} | {computed} "
                f"| {case.kind}: {case.oracle} |"
            )
    return "\n".join(lines)


def filled(law: str, text: str) -> str:
    for name, made in (("thresholds", thresholds), ("proofs", proofs)):
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if block.search(text):
            body = made(law)
            text = block.sub(lambda m, body=body: f"{m[1]}{body}\n{m[2]}", text)
    return text


def main() -> int:
    (FOLDER / "tables.md").write_text(tables(), encoding="utf-8")
    for page in pages():
        text = page.read_text(encoding="utf-8")
        page.write_text(filled(page.stem, text), encoding="utf-8")
        print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
