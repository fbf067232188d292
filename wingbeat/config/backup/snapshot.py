"""A picture of the database at one moment, while the desk goes on working."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.blobs import IN_ROW_LIMIT

SQLITE_NAME = "desk.sqlite3"
# Who is logged in now is nobody's business after a restore.
LEFT_OUT = frozenset({"django_session"})


def tables() -> list[str]:
    """Return the desk's tables, the ones that others point at first."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    ordered: list[str] = []

    def place(table: str, above: frozenset[str]) -> None:
        if table in ordered or table in above:
            return
        for field in found[table]._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                place(field.related_model._meta.db_table, above | {table})
        ordered.append(table)

    for table in sorted(found):
        place(table, frozenset())
    return [*(table for table in ordered if table not in LEFT_OUT), "django_migrations"]


def counts() -> dict[str, int]:
    """Return how many rows each table holds, to compare after a restore."""
    with connection.cursor() as cursor:
        numbers = {}
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own table names
            numbers[table] = int(cursor.fetchone()[0])
    return numbers


def take(folder: Path) -> tuple[dict[str, int], list[str]]:
    """Write the database into `folder`; return its row counts and the blobs its rows name."""
    if connection.vendor == "sqlite":
        return _take_sqlite(folder)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in tables():
            _copy_out(table, folder / f"{table}.copy")
        return counts(), sorted(set(blobs()))


def blobs() -> Iterator[str]:
    """Yield the hash of every blob that a row names, once."""
    for model in (RawMail, Attachment):
        yield from (
            model.objects.filter(size__gt=IN_ROW_LIMIT)
            .order_by("sha256")
            .values_list("sha256", flat=True)
            .distinct()
        )


def _take_sqlite(folder: Path) -> tuple[dict[str, int], list[str]]:
    connection.ensure_connection()
    source: Any = connection.connection
    with closing(sqlite3.connect(folder / SQLITE_NAME)) as copy:
        source.backup(copy)  # in one step: writers go on, and cannot make it begin again
        copy.execute("DELETE FROM django_session")
        copy.commit()
        numbers = {
            table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  our own table names
            for table in tables()
        }
        hashes = {
            row[0]
            for model in (RawMail, Attachment)
            for row in copy.execute(
                f'SELECT DISTINCT sha256 FROM "{model._meta.db_table}" WHERE size > ?',  # noqa: S608  our own table names
                [IN_ROW_LIMIT],
            )
        }
    return numbers, sorted(hashes)


def _copy_out(table: str, path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file:
        columns = ", ".join(f'"{name}"' for name in columns_of(table))
        with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT (FORMAT binary)') as copy:
            for chunk in copy:
                file.write(chunk)


def copy_in(table: str, path: Path) -> None:
    """Fill an empty PostgreSQL table from what `take` wrote."""
    with connection.cursor() as cursor, path.open("rb") as file:
        columns = ", ".join(f'"{name}"' for name in columns_of(table))
        with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT binary)') as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)


def columns_of(table: str) -> list[str]:
    """Return a table's columns in the database's own order."""
    with connection.cursor() as cursor:
        return [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]
