"""`erasures.log`: who was erased, as salted hashes, outside the database so that a restore knows.

The first line holds the log's salt, every other one a time and the hash of an address.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from wingbeat.desk.conversations.blobs import sync_folder

NAME = "erasures.log"
SALT = "# salt "


class Unreadable(ValueError):
    """The log is not what we wrote; the text says where."""


def path() -> Path:
    return Path(settings.HOME) / NAME


def append(emails: Iterable[str], *, at: datetime) -> None:
    """Write that these addresses were erased; synced when this returns."""
    log = path()
    is_new = not log.exists()
    salt = secrets.token_hex(16) if is_new else _salt(log)
    lines = [f"{SALT}{salt}\n"] if is_new else []
    lines += [f"{at.isoformat()} {hashed(email, salt)}\n" for email in emails]
    with log.open("a", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        log.chmod(0o600)
        sync_folder(log.parent)


def hashed(email: str, salt: str) -> str:
    return hmac.digest(bytes.fromhex(salt), email.strip().lower().encode(), sha256).hex()


def read(log: Path) -> tuple[str, dict[str, datetime]]:
    """Return a log's salt and, by hash, when an address was erased last.

    Raises:
        Unreadable: if a line is not one of ours.
    """
    erased: dict[str, datetime] = {}
    salt = _salt(log)
    for number, line in enumerate(log.read_text(encoding="ascii").splitlines(), start=1):
        if line.startswith(SALT):
            continue
        try:
            at, digest = line.split(" ")
            erased[digest] = max(datetime.fromisoformat(at), erased.get(digest, _EVER))
        except (ValueError, TypeError) as error:
            raise Unreadable(f"{log}, line {number}, is no erasure: {line[:80]!r}.") from error
    return salt, erased


def newest(logs: Iterable[Path]) -> Path | None:
    """Of several copies, return the one that knows of the latest erasure."""
    found = [log for log in logs if log.exists()]
    return max(found, key=lambda log: max(read(log)[1].values(), default=_EVER), default=None)


def _salt(log: Path) -> str:
    with log.open(encoding="ascii") as file:
        first = file.readline().strip()
    if not first.startswith(SALT):
        raise Unreadable(f"{log} does not begin with its salt; take a whole copy of it.")
    return first.removeprefix(SALT)


_EVER = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
