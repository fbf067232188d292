"""What the commands that need the desk do first."""

from __future__ import annotations

import os
import sys


def start_django() -> None:
    """Read the options and load the desk's code.

    Raises:
        WrongOption: if an option cannot be used.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
    import django

    django.setup()


def refused(command: str, why: object, *, code: int = 1) -> int:
    """Say on standard error why a command does not do it; return its exit code."""
    print(f"{command}: {why}", file=sys.stderr)
    return code


def tell_of_database(error: Exception) -> None:
    """Say in plain words that the database does not answer."""
    print(
        f"wingbeat: the database does not answer: {str(error).strip()}\n"
        "Start it, or look at WINGBEAT_DATABASE_URL; `wingbeat doctor` says more.",
        file=sys.stderr,
    )


def finds_a_desk(command: str) -> bool:
    """Look whether the database holds a desk with the tables of this version; if not, say so."""
    from django.conf import settings
    from django.db import OperationalError, connection

    try:
        found = "people_agent" in connection.introspection.table_names()
    except OperationalError as error:
        tell_of_database(error)
        return False
    if not found:
        print(
            f"{command}: there is no desk in {settings.HOME}.\n"
            "Say where yours is with WINGBEAT_HOME or WINGBEAT_DATABASE_URL, or start a new one "
            "with `wingbeat up`.",
            file=sys.stderr,
        )
    return found and _is_up_to_date(command)


def _is_up_to_date(command: str) -> bool:
    from importlib.metadata import version

    from wingbeat.config.running import updating

    if behind := updating.unapplied():
        lacks = f"{', '.join(behind[:3])}{', ...' if behind[3:] else ''}"
        print(
            f"{command}: this desk was last run by a Wingbeat older than {version('wingbeat')}: "
            f"its tables lack {lacks}. Nothing was done.\n"
            "Start it once with `wingbeat up`, which brings them up to date, or use that version.",
            file=sys.stderr,
        )
    return not behind
