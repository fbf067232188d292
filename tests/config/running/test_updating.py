"""A desk meets another version: a newer one keeps what was, an older one leaves it alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from tests.config.processes import DeskFolder
from wingbeat.channels.privacy import before_update

COPY = "before-update.sqlite3"
AHEAD = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("jobs", "9999_far_ahead")
"""


def last_of_the_api(database: Path) -> str:
    with closing(sqlite3.connect(database)) as rows:
        asked = "SELECT max(name) FROM django_migrations WHERE app = 'api'"
        return str(rows.execute(asked).fetchone()[0])


def test_a_new_desk_keeps_no_copy_and_an_older_one_is_kept_as_it_was(desk: DeskFolder) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has means of its own: docs/run/running.md names them")
    assert not (desk.home / COPY).exists()
    latest = last_of_the_api(desk.home / "desk.sqlite3")
    assert desk.wingbeat("manage", "migrate", "api", "0001").returncode == 0
    up = desk.start("up", "--port", "0")
    assert up.get("healthz")[0] == 200
    assert up.stop() == 0
    assert last_of_the_api(desk.home / "desk.sqlite3") == latest
    assert last_of_the_api(desk.home / COPY) == "0001_initial"
    assert (desk.home / COPY).stat().st_mode & 0o077 == 0
    for path in desk.home.glob("desk.sqlite3*"):
        path.unlink()
    shutil.copy(desk.home / COPY, desk.home / "desk.sqlite3")  # as docs/run/running.md tells
    assert desk.start("up", "--port", "0").get("healthz")[0] == 200


def test_an_update_that_was_cut_off_keeps_what_was_before_it(desk: DeskFolder) -> None:
    assert desk.wingbeat("manage", "migrate", "api", "0001").returncode == 0
    (desk.home / "run" / "updating").touch()
    (desk.home / COPY).write_bytes(b"the desk before")
    assert desk.start("up", "--port", "0").get("healthz")[0] == 200
    assert (desk.home / COPY).read_bytes() == b"the desk before"
    assert not (desk.home / "run" / "updating").exists()


@pytest.mark.parametrize("command", [("up", "--port", "0"), ("work",), ("doctor",)])
def test_an_older_version_changes_nothing_of_a_newer_desk(
    desk: DeskFolder, command: tuple[str, ...]
) -> None:
    desk.run(AHEAD)
    done = desk.wingbeat(*command)
    assert done.returncode != 0
    assert "jobs.9999_far_ahead" in done.stdout + done.stderr


def test_the_copy_goes_after_two_weeks(tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with override_settings(HOME=tmp_path):
        before_update.path().write_bytes(b"")
        for age, stays in ((timedelta(days=13), True), (timedelta(days=15), False)):
            then = (now - age).timestamp()
            os.utime(before_update.path(), (then, then))
            before_update.forget_old(now)
            assert before_update.path().exists() is stays
        before_update.forget_old(now)
