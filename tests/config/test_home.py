"""The home folder holds other people's mail: nobody else on the machine reads it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from tests.config.processes import DeskFolder
from wingbeat.config import home

BEGIN = """
import os
os.umask(0o022)
import django
django.setup()
from django.conf import settings
from django.db import connection
from wingbeat.config import home
from wingbeat.desk.conversations import blobs
home.prepare(settings.HOME)
connection.cursor().execute("CREATE TABLE a (b)")
blobs.keep_file("ab" * 32, b"a long mail")
"""


def open_to_others(folder: Path) -> set[str]:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    return {path.name for path, mode in modes.items() if mode & 0o077}


def test_what_a_desk_writes_is_for_its_user_alone_wherever_its_folder_stands(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    subprocess.run(
        [sys.executable, "-c", BEGIN], env=DeskFolder(folder).environment, check=True, timeout=60
    )
    assert {path.name for path in folder.rglob("*")} >= {"desk.sqlite3", "desk.key", "ab" * 32}
    assert open_to_others(folder) == set()


def test_an_older_desk_is_closed_to_strangers_and_keeps_its_group(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        for name in ("keys", "run", "blobs", "spool"):
            (tmp_path / name).mkdir()
        (tmp_path / "desk.sqlite3").write_bytes(b"")
        (tmp_path / "desk.sqlite3-wal").write_bytes(b"")
        home.prepare(tmp_path)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {
        "keys": 0o700, "run": 0o700, "blobs": 0o750, "spool": 0o750,
        "desk.sqlite3": 0o640, "desk.sqlite3-wal": 0o640,
    }  # fmt: skip
