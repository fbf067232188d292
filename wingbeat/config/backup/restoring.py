"""The way back: check a backup, or make a desk of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import threading
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from wingbeat.channels.privacy import erasing, erasures_log
from wingbeat.config.backup import snapshot
from wingbeat.config.running import updating
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.blobs import path_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.people.models import Agent


class Unusable(ValueError):
    """The backup cannot be used; the text says why, and what is unharmed."""


class DeskExists(RuntimeError):
    """A desk stands where the backup should go."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a backup holds, every byte of it compared with its manifest."""

    made_at: str
    database: str
    rows: dict[str, int]
    files: int
    # How many people were erased once more; None where no list of erasures was found.
    erased: int | None = None

    @property
    def messages(self) -> int:
        return self.rows["conversations_message"]


def check(backup: Path, key: Any) -> Checked:
    """Decrypt a backup, compare every file with its manifest, and write nothing.

    Raises:
        Unusable: if it is damaged, incomplete, or for another key.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _unpack(backup, key, Path(folder))


def restore(backup: Path, key: Any) -> Checked:
    """Make a desk of a backup in an empty home folder (or empty PostgreSQL database).

    Replies that had not left when the backup was made may have left since, so they come back as
    *in doubt* and are not sent by themselves.

    Whoever was erased since is erased again, by the newest list of erasures that is found.

    Raises:
        DeskExists: if there is a desk already.
        Unusable: if the backup cannot be used.
        NewerDatabase: if a newer version made it; the desk is there, for that version to start.
    """
    home: Path = settings.HOME
    with tempfile.TemporaryDirectory(dir=home) as name:
        folder = Path(name)
        checked = _unpack(backup, key, folder)
        if checked.database != connection.vendor:
            raise Unusable(
                f"This backup was made on {checked.database}, and this desk is set to "
                f"{connection.vendor}; set WINGBEAT_DATABASE_URL to fit."
            )
        _refuse_a_desk()
        for path in (folder / "keys").iterdir():
            shutil.copy2(path, home / "keys" / path.name)
        _put_blobs(folder / "blobs")
        _put_database(folder / "database")
        _put_erasures([folder, backup.parent])
    updating.refuse_newer()
    call_command("migrate", verbosity=0)
    _hold_back()
    log = erasures_log.path()
    if not log.exists():
        return checked
    return replace(checked, erased=erasing.replay(log, by=Agent.objects.system()))


def _unpack(backup: Path, key: Any, folder: Path) -> Checked:
    reader, writer = os.pipe()
    failed: list[Exception] = []

    def decrypt() -> None:
        try:
            with os.fdopen(writer, "wb") as stream, backup.open("rb") as file:
                pyrage.decrypt_io(file, stream, [key])
        except Exception as error:  # noqa: BLE001  told by the thread that waits for us
            failed.append(error)

    thread = threading.Thread(target=decrypt)
    thread.start()
    try:
        with os.fdopen(reader, "rb") as stream, tarfile.open(fileobj=stream, mode="r|gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        thread.join()
        failed.append(error)  # behind the reason it broke off, where there is one
    thread.join()
    if failed:
        raise Unusable(
            f"{backup} cannot be read: {_why(failed[0])}. Nothing was changed."
        ) from failed[0]
    return _compare(backup, folder)


def _why(error: Exception) -> str:
    """Tell a key that does not fit from a file that is not whole; pyrage has only words for it."""
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return "it was made for another recovery key"
    return f"it is damaged or cut short ({error})"


def _compare(backup: Path, folder: Path) -> Checked:
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, expected in manifest["sha256"].items():
        path = folder / name
        if not path.exists():
            raise Unusable(f"{backup} lacks {name}. Nothing was changed.")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise Unusable(f"{name} in {backup} is damaged. Nothing was changed.")
    if manifest["database"] == "sqlite":
        with closing(sqlite3.connect(folder / "database" / snapshot.SQLITE_NAME)) as copy:
            state = copy.execute("PRAGMA quick_check").fetchone()[0]
        if state != "ok":
            raise Unusable(f"The database in {backup} is damaged: {state}. Nothing was changed.")
    return Checked(
        manifest["made_at"], manifest["database"], manifest["rows"], len(manifest["sha256"])
    )


def _refuse_a_desk() -> None:
    exists = connection.introspection.table_names()
    if "conversations_message" not in exists:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_message")
        count = cursor.fetchone()[0]
    if count:
        raise DeskExists(
            f"There is a desk with {count} messages here already. Restore into an empty folder: "
            "set WINGBEAT_HOME (and WINGBEAT_DATABASE_URL) to a new one."
        )


def _put_blobs(folder: Path) -> None:
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        target = path_of(path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def _put_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        target = Path(connection.settings_dict["NAME"])
        for leftover in target.parent.glob(f"{target.name}*"):
            leftover.unlink()
        shutil.copy2(folder / snapshot.SQLITE_NAME, target)
        return
    call_command("migrate", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in reversed(snapshot.tables()):
            cursor.execute(f'TRUNCATE "{table}" CASCADE')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in snapshot.tables():
            snapshot.copy_in(table, folder / f"{table}.copy")
        for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(statement)
    searching.rebuild()


def _put_erasures(folders: list[Path]) -> None:
    """Put the newest list of erasures into the home folder: from there, the backup or beside it."""
    own = erasures_log.path()
    newest = erasures_log.newest([own, *(folder / own.name for folder in folders)])
    if newest not in {None, own}:
        shutil.copy2(newest, own)


def _hold_back() -> None:
    why = "This desk was restored from a backup; the reply may have left before."
    with transaction.atomic():
        held = Outgoing.objects.filter(state__in=[Delivery.WAITING, Delivery.HANDING_OVER])
        Conversation.objects.filter(messages__outgoing__in=held).update(has_trouble=True)
        held.update(state=Delivery.IN_DOUBT, why=why)
