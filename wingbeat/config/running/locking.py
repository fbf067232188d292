"""Locks of the home folder: one desk on SQLite, one preparation at a time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

WEB_LOCK = "web.lock"
WORK_LOCK = "work.lock"


class AlreadyRunning(RuntimeError):
    """Another process of this desk holds the lock; the text says which, and what to do."""


@contextmanager
def held(home: Path, name: str, says: dict[str, str | int] | None = None) -> Iterator[IO[str]]:
    """Hold a lock as long as the block lasts, or until this process dies.

    `says` is written into it, for whoever finds it taken, and for `wingbeat doctor`.

    Raises:
        AlreadyRunning: if another process holds it.
    """
    with _opened(home, name) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(_who(file, home)) from error
        write(file, {"pid": os.getpid(), **(says or {})})
        yield file
        write(file, {})


@contextmanager
def of_desk(*, serves: bool, works: bool, address: str = "") -> Iterator[None]:
    """Hold what a process of the desk needs. On PostgreSQL there may be any number of them.

    Raises:
        AlreadyRunning: if the desk is on SQLite and such a process runs.
    """
    if connection.vendor == "postgresql":
        yield
        return
    with ExitStack() as stack:
        if serves:
            stack.enter_context(held(settings.HOME, WEB_LOCK, {"address": address}))
        if works:
            stack.enter_context(held(settings.HOME, WORK_LOCK))
        yield


@contextmanager
def waited_for(home: Path, name: str) -> Iterator[None]:
    """Hold a lock, after whoever holds it now."""
    with _opened(home, name) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(file: IO[str], says: dict[str, str | int]) -> None:
    """Replace what a held lock says."""
    file.seek(0)
    file.truncate()
    json.dump(says, file)
    file.flush()


def read(home: Path, name: str) -> dict[str, str | int]:
    """Return what a lock says, nothing if nobody holds it."""
    path = home / "run" / name
    if not path.exists():
        return {}
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _said(file)
    return {}


@contextmanager
def _opened(home: Path, name: str) -> Iterator[IO[str]]:
    path = home / "run" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        yield file


def _said(file: IO[str]) -> dict[str, str | int]:
    file.seek(0)
    try:
        said = json.loads(file.read() or "{}")
    except ValueError:  # it is being written just now
        return {}
    return said if isinstance(said, dict) else {}


def _who(file: IO[str], home: Path) -> str:
    said = _said(file)
    where = f" at {said['address']}" if "address" in said else ""
    return (
        f"This desk runs already{where} (process {said.get('pid', 'unknown')}, folder {home}). "
        "Stop it first, or set WINGBEAT_HOME to another folder."
    )
