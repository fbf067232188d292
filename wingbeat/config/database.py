"""Where the desk's rows live: SQLite in the home folder, or PostgreSQL by URL."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# FULL on every connection: a commit that was acknowledged survives a power cut.
# No memory mapping: it costs as much processor time as reading, and what a large desk touches would
# count as this process's memory. Each connection keeps at most 8 MB of pages instead.
SQLITE_OPENING = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; "
    "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864"
)


READ_COMMITTED = 2  # as psycopg numbers isolation levels; it may not be installed


class WrongDatabaseUrl(ValueError):
    """The database URL cannot be used; the text says what one looks like."""


class NewerDatabase(ValueError):
    """A newer version has changed the tables; the text says what to do."""


def database(url: str, home: Path) -> dict[str, Any]:
    """Return Django's settings for the desk's database.

    Raises:
        WrongDatabaseUrl: if the URL is not a PostgreSQL one, or its driver is missing.
    """
    if not url:
        return _sqlite(home / "desk.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise WrongDatabaseUrl(
            "WINGBEAT_DATABASE_URL must look like postgresql://user:password@host:5432/name "
            f"(its scheme is {parts.scheme or 'missing'!r}); leave it empty for SQLite."
        )
    if find_spec("psycopg") is None:
        raise WrongDatabaseUrl(
            "WINGBEAT_DATABASE_URL names PostgreSQL, whose driver is not installed; "
            "use pip install 'wingbeat[postgres]' or `uv sync --extra postgres`."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Sealing and the jobs' leases need each statement to see what was committed before it,
        # whatever a server's own default is.
        "OPTIONS": {**dict(parse_qsl(parts.query)), "isolation_level": READ_COMMITTED},
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "wingbeat.config.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Readers never wait for the writer; writers queue for the lock instead of failing late.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_OPENING,
        },
    }
