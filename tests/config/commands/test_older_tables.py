"""Commands that ask the desk, where its tables are those of an older version."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import connection

from tests.config.processes import DeskFolder

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the tables are made older by hand, in a file"
)


@pytest.mark.parametrize("command", ["laws rebuild", "laws measure"])
def test_older_tables_are_told_with_what_to_do(desk: DeskFolder, command: str) -> None:
    [file] = desk.home.glob("*.sqlite3")
    with sqlite3.connect(file) as tables:
        tables.execute("DELETE FROM django_migrations WHERE app = 'insights'")
    done = desk.wingbeat(*command.split())
    assert done.returncode == 1
    assert done.stderr.startswith(f"wingbeat {command}: this desk was last run by a Wingbeat older")
    assert "its tables lack insights.0001" in done.stderr
    assert "Nothing was done." in done.stderr
    assert "`wingbeat up`" in done.stderr
    assert "Traceback" not in done.stderr
