"""Making a backup: snapshot first, then every blob it names, keys included, all encrypted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import threading
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from django.conf import settings
from django.db import connection

from wingbeat.channels.privacy import erasures_log
from wingbeat.config.backup import snapshot
from wingbeat.desk.conversations import blobs
from wingbeat.screens.setup import recovery

SUFFIX = ".wingbeat"
FORMAT = 1


class BackupFailed(RuntimeError):
    """The backup was not written; nothing of it is left behind."""


def back_up(target: Path, *, at: datetime) -> Path:
    """Write one encrypted backup into a folder, or to a file name; return its path.

    Raises:
        NoRecoveryKey: if there is nothing to encrypt it to.
        BackupFailed: if a blob is missing or the disk is full.
    """
    lock = recovery.lock(settings.HOME)
    if target.is_dir() or not target.suffix:
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"desk-{at:%Y%m%d-%H%M%S}{SUFFIX}"
    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=settings.HOME) as folder, part.open("wb") as file:
            _encrypted(Path(folder), file, lock, at)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        _leave_beside(target.parent)
        blobs.sync_folder(target.parent)
    except OSError as error:
        raise BackupFailed(f"The backup was not written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _encrypted(folder: Path, file: BinaryIO, lock: Any, at: datetime) -> None:
    rows, hashes = snapshot.take(folder)
    reader, writer = os.pipe()
    failed: list[Exception] = []

    def pack() -> None:
        try:
            with (
                os.fdopen(writer, "wb") as stream,
                tarfile.open(fileobj=stream, mode="w|gz") as tar,
            ):
                _fill(tar, folder, rows, hashes, at)
        except Exception as error:  # noqa: BLE001  told by the thread that waits for us
            failed.append(error)

    thread = threading.Thread(target=pack)
    thread.start()
    with os.fdopen(reader, "rb") as stream:
        pyrage.encrypt_io(stream, file, [lock])
    thread.join()
    if failed:
        raise failed[0] if isinstance(failed[0], OSError) else BackupFailed(str(failed[0]))


def _fill(
    tar: tarfile.TarFile, folder: Path, rows: dict[str, int], hashes: list[str], at: datetime
) -> None:
    files = {f"database/{path.name}": path for path in sorted(folder.iterdir())}
    files |= {f"blobs/{sha256}": blobs.path_of(sha256) for sha256 in hashes}
    files |= {f"keys/{path.name}": path for path in sorted((settings.HOME / "keys").iterdir())}
    erasures = erasures_log.path()
    if erasures.exists():
        files[erasures.name] = erasures
    manifest = {
        "format": FORMAT,
        "wingbeat": version("wingbeat"),
        "made_at": at.isoformat(),
        "database": connection.vendor,
        "rows": rows,
        "sha256": {name: _sha256(path) for name, path in files.items()},
    }
    text = folder / "manifest.json"
    text.write_text(json.dumps(manifest, indent=1))
    tar.add(text, "manifest.json")
    for name, path in files.items():
        tar.add(path, name)


def _leave_beside(folder: Path) -> None:
    """Copy the list of erasures beside the backups, for whoever restores an older one."""
    erasures = erasures_log.path()
    if erasures.exists():
        shutil.copy2(erasures, folder / f".{erasures.name}.part")
        (folder / f".{erasures.name}.part").rename(folder / erasures.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
