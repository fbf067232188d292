"""Reads the tables of a law from a folder of CSV and Parquet files, and writes what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from wingbeat.laws.tables import Problem, WrongTables


class NoTables(ValueError):
    """There is nothing to read where the tables should be."""


def read_tables(folder: Path, names: Iterable[str]) -> dict[str, pa.Table]:
    """Return the named tables that the folder has, as they stand there.

    A table is `<name>.csv`, `<name>.parquet`, or a folder `<name>` of Parquet files. Raises
    `NoTables` or `WrongTables`, which lists every problem.
    """
    if not folder.is_dir():
        there = ", ".join(f"{name}.csv or {name}.parquet" for name in names)
        raise NoTables(f"{folder}: no such folder; give one that holds {there}")
    found = {name: path for name in names if (path := path_of(folder, name)) is not None}
    problems, tables = [], {}
    for name, path in found.items():
        try:
            tables[name] = _read(path)
        except (pa.ArrowInvalid, OSError) as error:
            problems.append(Problem(name, "*", f"{path.name} cannot be read: {error}"))
    if problems:
        raise WrongTables(problems)
    return tables


def path_of(folder: Path, name: str) -> Path | None:
    """Return where a table stands: a Parquet or CSV file, or a folder of Parquet files."""
    paths = (folder / f"{name}{kind}" for kind in (".parquet", ".csv", ""))
    return next((path for path in paths if path.exists()), None)


def _read(path: Path) -> pa.Table:
    if path.suffix != ".csv":
        return pa.parquet.read_table(path)
    # Texts stay texts: a column of ids that look like numbers must not lose its leading zeros.
    with path.open("rb") as file:
        header = file.readline().decode("utf-8-sig").strip()
    between = max(",;\t", key=header.count)  # spreadsheets in many countries write semicolons
    names = [name.strip().strip('"') for name in header.split(between)]
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    parse = pa.csv.ParseOptions(delimiter=between, newlines_in_values=True)
    return pa.csv.read_csv(path, convert_options=options, parse_options=parse)


def write_readings(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write readings as JSON lines, in one step: a half-written file never stands there."""
    half = path.with_suffix(path.suffix + ".part")
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    half.write_text("".join(lines), encoding="utf-8")
    half.replace(path)


def write_table(folder: Path, name: str, table: pa.Table, *, kind: str) -> None:
    """Write a table as CSV or Parquet."""
    write = pa.csv.write_csv if kind == ".csv" else pa.parquet.write_table
    write(table, folder / f"{name}{kind}")
