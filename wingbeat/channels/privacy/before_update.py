"""The copy of a desk on SQLite from before its tables were changed, for whoever has to go back.

It goes after some days, and at once when somebody is erased: nobody lives on in a copy.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

NAME = "before-update.sqlite3"
KEPT_FOR = timedelta(days=14)


def path() -> Path:
    return Path(settings.HOME) / NAME


def part() -> Path:
    """Return where it is while it is written; a kill may leave it there."""
    return path().with_suffix(".part")


def forget() -> None:
    """Delete the copy and what was begun of one, if there is any."""
    for one in (path(), part()):
        one.unlink(missing_ok=True)


def forget_old(now: datetime) -> None:
    """Delete what of them was kept long enough."""
    for one in (path(), part()):
        if one.exists() and one.stat().st_mtime < (now - KEPT_FOR).timestamp():
            one.unlink()
