"""The home folder: one folder that holds the whole desk, and the keys that live in it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def prepare(home: Path) -> None:
    """Make the home folder with what every start needs; an existing one is left as it is.

    It holds other people's mail, so a new one is for the user the desk runs as and nobody else.
    """
    if not home.exists():
        home.mkdir(parents=True, mode=0o700)
    for folder in ("keys", "blobs", "spool", "run"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    for private in ("keys", "run"):
        (home / private).chmod(0o700)


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
