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


def forget() -> None:
    """Delete the copy, if there is one."""
    path().unlink(missing_ok=True)


def forget_old(now: datetime) -> None:
    """Delete the copy if it was kept long enough."""
    if path().exists() and path().stat().st_mtime < (now - KEPT_FOR).timestamp():
        forget()
