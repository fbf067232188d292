"""Checks of what the desk keeps: folder, keys, database, journal and blobs."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from wingbeat.config.backup import snapshot
from wingbeat.config.database import NewerDatabase
from wingbeat.config.doctor.finding import Finding, ill, well
from wingbeat.config.running import updating
from wingbeat.desk.conversations import blobs
from wingbeat.desk.journal import changes, reading, sealing
from wingbeat.screens.setup import recovery

SPACE_NEEDED = 1 << 30
SEALING_MAY_TAKE = 10.0  # seconds


def home_folder() -> Iterator[Finding]:
    home = Path(settings.HOME)
    if not os.access(home, os.W_OK):
        yield ill("home folder", f"{home} cannot be written.", "Give it to the desk's user.")
        return
    free = shutil.disk_usage(home).free
    if free < SPACE_NEEDED:
        yield ill(
            "home folder", f"{home} has {free >> 20} MB left.",
            "Make room on that disk: mail is refused, not lost, while it is full.",
        )  # fmt: skip
        return
    yield well("home folder", f"{home}, {free >> 30} GB left.")


def keys() -> Iterator[Finding]:
    folder = Path(settings.HOME) / "keys"
    for path in [folder, *folder.glob("*.key")]:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield ill("keys", f"Others on this machine may read {path}.", f"chmod go= {path}")
            return
    yield well("keys", "Nobody else on this machine can read them.")
    if recovery.exists(settings.HOME):
        yield well("recovery key", "Backups can be encrypted.")
    else:
        yield ill(
            "recovery key", "There is none, so there can be no backup.",
            "Run `wingbeat backup --new-key` and keep the key it shows.",
        )  # fmt: skip


def database() -> Iterator[Finding]:
    try:
        updating.refuse_newer()
        missing = updating.unapplied()
    except NewerDatabase as error:
        yield ill("database", str(error), "Install the newer Wingbeat again.")
        return
    except DatabaseError as error:
        yield ill(
            "database", f"It does not answer: {error}",
            "Start it, or look at WINGBEAT_DATABASE_URL.",
        )  # fmt: skip
        return
    if missing:
        yield ill(
            "database", f"{len(missing)} changes of its tables are missing.",
            "Start the desk once: `wingbeat up` applies them.",
        )  # fmt: skip
        return
    if connection.vendor == "sqlite":
        yield from _sqlite()
    else:
        yield well("database", f"PostgreSQL at {connection.settings_dict['HOST'] or 'a socket'}.")


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        answers = {}
        for question in ("journal_mode", "synchronous", "quick_check"):
            cursor.execute(f"PRAGMA {question}")
            answers[question] = cursor.fetchone()[0]
    if answers["quick_check"] != "ok":
        yield ill(
            "database", f"The file is damaged: {answers['quick_check']}.",
            "Stop the desk, keep the file, and restore the newest backup.",
        )  # fmt: skip
    elif (answers["journal_mode"], answers["synchronous"]) != ("wal", 2):
        yield ill(
            "database", f"It would not survive a power cut: {answers}.",
            "Keep the home folder on a local disk, not on a network share.",
        )  # fmt: skip
    else:
        yield well("database", "SQLite, whole, and safe against power cuts.")


def journal() -> Iterator[Finding]:
    bent = sealing.first_bent()
    if bent is not None:
        yield ill(
            "journal", f"Its chain breaks at entry {bent.pk} (position {bent.position}).",
            "Somebody changed it: compare with the newest backup before that entry.",
        )  # fmt: skip
    elif (entry := changes.first_bent(timezone.now())) is not None:
        yield ill(
            "journal", f"What entry {entry} changed is not what it was sealed with.",
            "Somebody changed it: compare with the newest backup after that entry.",
        )  # fmt: skip
    else:
        yield well("journal", f"{reading.head()} entries, an unbroken chain.")


def sealed_in_time() -> Iterator[Finding]:
    """Entries are sealed within a moment while a process of the desk runs."""
    deadline = time.monotonic() + SEALING_MAY_TAKE
    while sealing.is_behind() and time.monotonic() < deadline:
        time.sleep(0.2)
    if sealing.is_behind():
        yield ill(
            "sealing", "Entries of the journal have waited for ten seconds.",
            "Does a process of the desk run? If so, restart it and look at its log.",
        )  # fmt: skip
    else:
        yield well("sealing", "It keeps up.")


def large_files() -> Iterator[Finding]:
    """Every blob that a row names must be there and hold what it held."""
    missing, bent, count = [], [], 0
    for sha256 in set(snapshot.blobs()):
        count += 1
        path = blobs.path_of(sha256)
        if not path.exists():
            missing.append(sha256)
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                bent.append(sha256)
    for what, names in (("missing", missing), ("damaged", bent)):
        if names:
            yield ill(
                "large files", f"{len(names)} of {count} are {what}, {names[0]} first.",
                f"Restore them from a backup into {settings.BLOBS}.",
            )  # fmt: skip
    if not missing and not bent:
        yield well("large files", f"{count}, every one whole.")
    yield from _store_works()


def _store_works() -> Iterator[Finding]:
    content = b"a check by the doctor " + secrets.token_bytes(8)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        blobs.keep_file(sha256, content)
        path = blobs.path_of(sha256)
        is_same = path.read_bytes() == content
        path.unlink()
    except OSError as error:
        yield ill(
            "file store", f"{settings.BLOBS} cannot be used: {error}.",
            "Give the folder to the desk's user, or mount the shared volume.",
        )  # fmt: skip
        return
    if is_same:
        yield well("file store", f"{settings.BLOBS} can be written and read.")
    else:
        yield ill("file store", f"{settings.BLOBS} returns other bytes.", "Replace that disk.")
