"""Zammad's tables: a dump restored into a PostgreSQL database, or a folder of CSV or JSON files.

Files are read into a SQLite file that is thrown away, so that both are asked in the same way.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from wingbeat.channels.moving.zammad.telling import TRUE, Row, listed

NEEDED = (
    "users", "organizations", "groups", "tickets", "ticket_articles", "ticket_states",
    "ticket_state_types", "ticket_article_types", "ticket_article_senders",
)  # fmt: skip
OPTIONAL = (
    "tags", "tag_items", "tag_objects", "links", "link_types", "stores", "store_files",
    "store_objects", "store_provider_dbs", "email_addresses", "mentions", "object_lookups",
    "object_manager_attributes", "checklists", "checklist_items",
)  # fmt: skip
PAGE = 500
LONGEST_FIELD = 256 * 1024 * 1024
# Ruby's own way to store a mapping: one `key: value` a line.
_PREFERENCE = re.compile(r"^:?([\w-]+):\s*['\"]?(.*?)['\"]?\s*$", re.MULTILINE)
# Where the files stand under `storage/fs`, by their SHA-256.
_FOLDERS = (4, 4, 5, 5, 7, 7)
TICKETS = """
    SELECT t.*, g.name AS "group", y.name AS state_type FROM tickets t
    JOIN groups g ON g.id = t.group_id JOIN ticket_states s ON s.id = t.state_id
    JOIN ticket_state_types y ON y.id = s.state_type_id
    WHERE t.id > %s ORDER BY t.id LIMIT %s"""
ARTICLES = """
    SELECT a.*, y.name AS type, s.name AS sender FROM ticket_articles a
    JOIN ticket_article_types y ON y.id = a.type_id
    JOIN ticket_article_senders s ON s.id = a.sender_id
    WHERE a.ticket_id = %s ORDER BY a.id"""
USER = """
    SELECT u.*, o.name AS organization FROM users u
    LEFT JOIN organizations o ON o.id = u.organization_id WHERE u.id = %s"""
TAGS = """
    SELECT i.name FROM tags t JOIN tag_items i ON i.id = t.tag_item_id
    JOIN tag_objects o ON o.id = t.tag_object_id WHERE o.name = 'Ticket' AND t.o_id = %s
    ORDER BY t.id"""
LINKS = """
    SELECT l.link_object_source_value AS target FROM links l
    JOIN link_types y ON y.id = l.link_type_id
    WHERE y.name = 'parent' AND l.link_object_target_value = %s ORDER BY l.id DESC"""
FILES = """
    SELECT s.id, s.filename, s.preferences, f.sha, f.provider FROM stores s
    JOIN store_files f ON f.id = s.store_file_id JOIN store_objects o ON o.id = s.store_object_id
    WHERE o.name = 'Ticket::Article' AND s.o_id = %s ORDER BY s.id"""
FIELDS = """
    SELECT a.*, o.name AS object FROM object_manager_attributes a
    JOIN object_lookups o ON o.id = a.object_lookup_id ORDER BY a.id"""
FOLLOWERS = """
    SELECT user_id FROM mentions
    WHERE mentionable_type = 'Ticket' AND mentionable_id = %s ORDER BY id"""
ITEMS = "SELECT * FROM checklist_items WHERE checklist_id = %s ORDER BY id"
BYTES = "SELECT data FROM store_provider_dbs WHERE sha = %s"
Ask = Callable[[str, Sequence[Any]], list[dict[str, Any]]]


class WrongTables(ValueError):
    """This is not what Zammad's tables look like."""


class Tables:
    """A Zammad at rest."""

    def __init__(
        self,
        ask: Ask,
        close: Callable[[], None],
        files: Path | None,
        there: frozenset[str] = frozenset(),
    ) -> None:
        self._ask, self.close, self._files, self._there = ask, close, files, there

    def addresses(self) -> frozenset[str]:
        """Return the addresses that Zammad itself wrote from."""
        rows = self._ask("SELECT email FROM email_addresses", ())
        return frozenset(str(row["email"]).strip().lower() for row in rows)

    def tickets(self) -> Iterator[Row]:
        latest = 0
        while rows := self._ask(TICKETS, (latest, PAGE)):
            yield from rows
            latest = int(rows[-1]["id"])

    def user(self, pk: int) -> Row | None:
        return next(iter(self._ask(USER, (pk,))), None)

    def articles(self, ticket: int) -> Sequence[Row]:
        rows = self._ask(ARTICLES, (ticket,))
        return [
            row
            | {
                "internal": row["internal"] in TRUE,
                "attachments": self._attached(row["id"]),
                "preferences": preferences_of(row.get("preferences")),
            }
            for row in rows
        ]

    def tags(self, ticket: int) -> Sequence[str]:
        return [str(row["name"]) for row in self._ask(TAGS, (ticket,))]

    def merged_into(self, ticket: int) -> int | None:
        return next((int(row["target"]) for row in self._ask(LINKS, (ticket,))), None)

    def fields(self) -> Sequence[Row]:
        return self._ask(FIELDS, ()) if "object_manager_attributes" in self._there else ()

    def organization(self, pk: int) -> Row | None:
        return next(iter(self._ask("SELECT * FROM organizations WHERE id = %s", (pk,))), None)

    def followers(self, ticket: int) -> Sequence[int]:
        rows = self._ask(FOLLOWERS, (ticket,)) if "mentions" in self._there else ()
        return [int(row["user_id"]) for row in rows]

    def checklist(self, ticket: Row) -> Row | None:
        pk = ticket.get("checklist_id")
        rows = self._ask("SELECT * FROM checklists WHERE id = %s", (pk,)) if pk else ()
        order = listed(rows[0]["sorted_item_ids"]) if rows else []
        items = {str(one["id"]): one for one in self._ask(ITEMS, (pk,))} if rows else {}
        told = [items[one] for one in dict.fromkeys([*order, *items]) if one in items]
        return rows[0] | {"items": told} if rows else None

    def content(self, ticket: int, article: int, attachment: Row) -> bytes:
        sha = str(attachment["sha"])
        if attachment["provider"] == "File":
            return self._on_disk(sha)
        rows = self._ask(BYTES, (sha,))
        if not rows:
            raise WrongTables(f"store_provider_dbs has no file {sha}, of article {article}.")
        data = rows[0]["data"]
        return bytes.fromhex(data.removeprefix("\\x")) if isinstance(data, str) else bytes(data)

    def _attached(self, article: int) -> list[dict[str, Any]]:
        rows = self._ask(FILES, (article,))
        return [row | {"preferences": preferences_of(row["preferences"])} for row in rows]

    def _on_disk(self, sha: str) -> bytes:
        if self._files is None:
            raise WrongTables("Its files are on disk: give --files with its folder storage/fs.")
        at, path = 0, self._files
        for length in _FOLDERS:
            path, at = path / sha[at : at + length], at + length
        return (path / sha[at:]).read_bytes()


def preferences_of(stored: object) -> dict[str, str]:
    """Return what is stored with a file: JSON, or the lines that Ruby writes."""
    text = str(stored or "")
    if text.startswith("{"):
        return {str(key): str(value) for key, value in json.loads(text).items()}
    return dict(_PREFERENCE.findall(text))


def in_database(url: str, *, files: Path | None) -> Tables:
    """Open a PostgreSQL database that a dump was restored into; it is only read."""
    import psycopg  # comes along with PostgreSQL only
    from psycopg.rows import dict_row

    connection = psycopg.connect(url, row_factory=dict_row, autocommit=True)
    connection.execute("SET default_transaction_read_only = on")

    def ask(question: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        return connection.execute(question, values).fetchall()

    there = {row["tablename"] for row in ask("SELECT tablename FROM pg_tables", ())}
    _check(url.rpartition("@")[2], there)
    return Tables(ask, connection.close, files, frozenset(there))


def in_folder(folder: Path, *, files: Path | None, scratch: Path) -> Tables:
    """Read `tickets.csv`, `users.json` and so on into a SQLite file in `scratch`."""
    csv.field_size_limit(LONGEST_FIELD)
    connection = sqlite3.connect(scratch / "zammad.sqlite3")
    connection.row_factory = sqlite3.Row
    found = {path.stem: path for kind in ("csv", "json") for path in folder.glob(f"*.{kind}")}
    _check(str(folder), found)
    for name in (*NEEDED, *OPTIONAL):
        _fill(connection, name, list(_rows(found[name])) if name in found else [])
    connection.commit()

    def ask(question: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(question.replace("%s", "?"), values)]

    return Tables(ask, connection.close, files, frozenset(found))


def _check(place: str, there: Iterable[str]) -> None:
    missing = sorted(set(NEEDED) - set(there))
    if missing:
        raise WrongTables(f"{place} lacks these tables of Zammad: {', '.join(missing)}.")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".csv":
            yield from ({k: v or None for k, v in row.items()} for row in csv.DictReader(file))
        else:
            yield from json.load(file)


def _fill(connection: sqlite3.Connection, name: str, rows: list[dict[str, Any]]) -> None:
    columns = dict.fromkeys(key for row in rows for key in row) or dict.fromkeys(_COLUMNS)
    typed = ", ".join(
        f'"{one}" {"INTEGER" if one.endswith(("id", "_value")) and one != "message_id" else ""}'
        for one in columns
    )
    connection.execute(f'CREATE TABLE "{name}" ({typed})')  # the names are ours and their header's
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f'INSERT INTO "{name}" VALUES ({marks})',  # noqa: S608 - marks only
        ([_plain(row.get(one)) for one in columns] for row in rows),
    )
    for one in {"id", "ticket_id", "o_id", "link_object_target_value", "sha"} & set(columns):
        connection.execute(f'CREATE INDEX "{name}_{one}" ON "{name}" ("{one}")')


# What is asked of tables that may be missing.
_COLUMNS = (
    "id", "name", "tag_item_id", "tag_object_id", "o_id", "link_type_id", "email", "sha",
    "link_object_source_value", "link_object_target_value", "store_file_id", "store_object_id",
    "filename", "preferences", "provider", "data",
)  # fmt: skip


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value
