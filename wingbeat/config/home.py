"""The home folder: one folder that holds the whole desk, and the keys that live in it."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


def prepare(home: Path) -> None:
    """Make the home folder with what every start needs; an existing one keeps its own mode.

    It holds other people's mail, so whatever this process writes from now on is for the user the
    desk runs as and nobody else, wherever the folder stands; older files are closed to strangers.
    """
    os.umask(os.umask(0o077) | 0o077)
    if not home.exists():
        home.mkdir(parents=True, mode=0o700)
    for folder in ("keys", "blobs", "spool", "run"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    for private in ("keys", "run"):
        (home / private).chmod(0o700)
    for path in (home / "blobs", home / "spool", *home.glob("desk.sqlite3*")):
        with suppress(FileNotFoundError):  # the database's log comes and goes
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o007:
                path.chmod(mode & ~0o007)


def desk_key(home: Path) -> str:
    """Return the desk's key, made at the first call and readable by its owner only.

    It signs sessions, links and Message-IDs, and mailbox passwords are encrypted with it, so it
    lives beside the database and not in it.
    """
    path = home / "keys" / "desk.key"
    if not path.exists():
        prepare(home)
        part = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # the first of several starts wins; no key is overwritten
            path.hardlink_to(part)
        part.unlink()
    return path.read_text().strip()
