"""A desk meets another version of Wingbeat: a newer one changes its tables, an older one must not.

What changes is told by the names of migrations, on disk and in the database.
"""

from __future__ import annotations

import logging
import os
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from wingbeat.channels.privacy import before_update
from wingbeat.config.database import NewerDatabase

log = logging.getLogger(__name__)
Name = tuple[str, str]  # of a migration: its app, and its own, which begins with a number


def on_disk() -> set[Name]:
    """Return the migrations that this version has."""
    return {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in (Path(config.path) / "migrations").glob("[0-9]*.py")
    }


def applied() -> set[Name]:
    """Return the migrations that the database has."""
    return set(MigrationRecorder(connection).applied_migrations())


def unapplied() -> list[str]:
    """Return the names of migrations that this version has and the database has not."""
    return [f"{app}.{name}" for app, name in sorted(on_disk() - applied())]


def refuse_newer() -> None:
    """Look whether a newer version has already changed the tables.

    Raises:
        NewerDatabase: if so; working on would lose what this version does not know.
    """
    known: dict[str, str] = {}
    for app, name in on_disk():
        known[app] = max(name, known.get(app, ""))
    newer = [f"{app}.{name}" for app, name in sorted(applied()) if name[:4] > known.get(app, "9")]
    if newer:
        raise NewerDatabase(
            f"This desk was run by a Wingbeat newer than {version('wingbeat')}, which does not know"
            f" its {', '.join(newer[:3])}{', ...' if newer[3:] else ''}. Nothing was changed. "
            "Start it with that version, or go back as docs/run/running.md tells."
        )


def keep_copy() -> None:
    """Keep the desk as it is, whole and beside it, before its tables change; on SQLite alone."""
    if connection.vendor != "sqlite" or not applied():
        return
    copy, part = before_update.path(), before_update.part()
    part.unlink(missing_ok=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(part)])
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(copy)
    except OperationalError as error:  # the update needs no copy, going back does
        part.unlink(missing_ok=True)
        log.warning("The desk as it was could not be kept in %s: %s", copy, error)
