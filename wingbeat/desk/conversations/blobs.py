"""Bytes that must not be lost: small ones in the row, large ones in one store by their hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import models

IN_ROW_LIMIT = 64 * 1024
# Less room is as good as none: one large mail, its files and the database's log take as much.
DISK_FULL = 50 << 20
WANTED_FOR = 600  # seconds between keeping a file and the commit of the row that names it, at most


class BytesMissing(OSError):
    """The store has no file for a hash that a row names."""

    def __init__(self, sha256: str, path: Path) -> None:
        super().__init__(f"{path} is missing: restore it from a backup (sha256 {sha256}).")


class StoredBytes(models.Model):
    """Columns of a row that owns bytes: `packed` when they are small, else the store has them."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    packed = models.BinaryField(null=True)

    class Meta:
        abstract = True

    def put(self, content: bytes) -> None:
        """Keep the bytes; large ones are on disk and synced when this returns."""
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.size = len(content)
        self.packed = None
        if len(content) <= IN_ROW_LIMIT:
            self.packed = zlib.compress(content, 6)
        else:
            keep_file(self.sha256, content)

    def content(self) -> bytes:
        """Return the bytes.

        Raises:
            BytesMissing: if the store has lost the file.
        """
        if self.packed is not None:
            return zlib.decompress(self.packed)
        path = path_of(self.sha256)
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise BytesMissing(self.sha256, path) from error


def path_of(sha256: str) -> Path:
    return Path(settings.BLOBS) / sha256[:2] / sha256


def keep_file(sha256: str, content: bytes) -> None:
    """Write, sync, rename, sync the folder: whole or not there, whatever happens."""
    path = path_of(sha256)
    try:
        os.utime(path)  # who would discard it sees that it is wanted again
    except FileNotFoundError:
        _write_file(path, content)
    # of a file that was there, too: who wrote it may not have come to this
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)


def _write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def discard(sha256: str, *, is_named: Callable[[str], bool]) -> bool:
    """Delete a file that no row names; say whether it is gone.

    A row that names it may not be committed yet: a file that was wanted lately stays, and a later
    sweep finds it.
    """
    path = path_of(sha256)
    aside = path.with_name(f".{sha256}.aside")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if time.time() - aside.stat().st_mtime < WANTED_FOR or is_named(sha256):
        aside.rename(path)
        return False
    aside.unlink()
    return True


def stored() -> Iterator[str]:
    """Return the hashes of all files in the store."""
    return (path.name for path in Path(settings.BLOBS).glob("??/*") if path.name[0] != ".")


def room() -> int:
    """Return how many bytes fit where the desk writes, on the fuller of its disks."""
    folders = [Path(folder) for folder in (settings.HOME, settings.BLOBS)]
    return min(shutil.disk_usage(folder).free for folder in folders if folder.exists())


def is_disk_full() -> bool:
    return room() < DISK_FULL


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
