"""SQLite as the desk uses it: what failed in one thread never holds up another."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from wingbeat.config.database import WrongDatabaseUrl, database

pytestmark = pytest.mark.django_db  # databases of its own, but nothing else may open any


def test_a_thread_that_clears_away_anothers_error_waits_for_nobody(tmp_path: Path) -> None:
    handler = ConnectionHandler({"default": database("", tmp_path)})
    holding = handler.create_connection("default")
    holding.cursor().execute("CREATE TABLE lamp (watt INTEGER)")
    errors: list[OperationalError] = []
    waits = threading.Event()

    def write() -> None:
        writing = handler.create_connection("default")
        writing.cursor().execute("PRAGMA busy_timeout = 50")
        try:
            writing.cursor().execute("BEGIN IMMEDIATE")
        except OperationalError as error:
            errors.append(error)
        writing.close_if_unusable_or_obsolete()
        cursor = writing.cursor()
        cursor.execute("PRAGMA busy_timeout = 20000")
        waits.set()
        cursor.execute("INSERT INTO lamp VALUES (40)")  # until the lock is given back
        writing.close()

    holding.cursor().execute("BEGIN IMMEDIATE")
    writer = threading.Thread(target=write)
    writer.start()
    assert waits.wait(10)
    time.sleep(0.3)
    began = time.monotonic()
    errors.clear()
    gc.collect()
    took = time.monotonic() - began
    holding.cursor().execute("COMMIT")
    writer.join(20)
    holding.close()
    assert took < 10  # the other thread waits for twenty


def test_a_missing_driver_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wingbeat.config.database.find_spec", lambda name: None)
    with pytest.raises(WrongDatabaseUrl, match=r"pip install 'wingbeat\[postgres\]'"):
        database("postgresql://desk@db/wingbeat", tmp_path)
