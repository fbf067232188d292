"""The rows in the shapes in which they leave a Zammad: CSV, JSON and files on a disk."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.channels.moving.zammad_stand_in.desk import Desk
    from tests.channels.moving.zammad_stand_in.rows import Row, Tables


def as_csv(folder: Path, tables: Tables) -> None:
    """As `COPY ... TO ... CSV HEADER` does: nothing for NULL, two quotes for an empty text."""

    def told(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, dict):
            return quoted(as_yaml(value))
        text = sql(value)
        return quoted(text) if text == "" or re.search(r'[",\n\r\\{}]', text) else text

    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        if rows:
            lines = [
                ",".join(rows[0]),
                *(",".join(told(row[column]) for column in rows[0]) for row in rows),
            ]
            (folder / f"{name}.csv").write_text(
                "\n".join(lines) + "\n", encoding="utf-8", newline=""
            )


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def sql(value: object) -> str:
    """A value as PostgreSQL writes it into a text."""
    match value:
        case bool():
            return "t" if value else "f"
        case bytes():
            return "\\x" + value.hex()
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case list():
            return (
                "{"
                + ",".join(f'"{item}"' if re.search(r"[ ,]", item) else item for item in value)
                + "}"
            )
    return str(value)


def as_yaml(preferences: Row) -> str:
    lines = [
        f"{key}: {'true' if value is True else 'false' if value is False else json.dumps(value)}"
        for key, value in preferences.items()
    ]
    return "\n".join(["--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess", *lines, ""])


def as_json(folder: Path, tables: Tables) -> None:
    """As `SELECT json_agg(t) FROM table t` writes it."""

    def told(value: object) -> object:
        if isinstance(value, dt.datetime):
            return value.isoformat(timespec="milliseconds")
        if isinstance(value, dict):
            return as_yaml(value)
        return sql(value) if isinstance(value, bytes | dt.date) else value

    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        text = json.dumps([{key: told(value) for key, value in row.items()} for row in rows])
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def put_files(folder: Path, desk: Desk) -> None:
    """As Store::Provider::File: the hash, cut into 4, 4, 5, 5, 7 and 7 letters and the rest."""
    for sha, content in desk.on_disk.items():
        at, rest = folder, sha
        for length in (4, 4, 5, 5, 7, 7):
            at, rest = at / rest[:length], rest[length:]
        at.mkdir(parents=True, exist_ok=True)
        (at / rest).write_bytes(content)
