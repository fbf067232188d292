"""Killed in the middle of its work, the reader of moments goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

BEGIN = """
import os, signal, django
django.setup()
from django.core.management import call_command
from tests import cast
from tests.desk.insights.lives import caught_up, kept, lived
from wingbeat.desk.insights import evaluating
from wingbeat.desk.insights.moment import Moment
"""
MADE = """
call_command("migrate", verbosity=0)
ada = cast.ada()
lived(cast.support(ada), ada, 12)
"""
KILLED = """
evaluating.reading.read.__defaults__ = (5,)
evaluating.evaluate_news.__defaults__ = (5,)
real, turns = evaluating._evaluate, []
def once_more(ids, now):
    done = real(ids, now)  # written, and not committed
    turns.append(done)
    if len(turns) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
evaluating._evaluate = once_more
caught_up()
"""
AGAIN = """
before = Moment.objects.count()
caught_up()
there = kept()
differ = evaluating.rebuild(cast.after(days=90))
print(before, len(there), differ, kept() == there)
"""


def ran(home: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "WINGBEAT_HOME": str(home), "WINGBEAT_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code], env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_a_killed_reader_begins_again_at_its_cursor_and_makes_the_same(tmp_path: Path) -> None:
    made = ran(tmp_path, MADE)
    assert made.returncode == 0, made.stderr
    assert ran(tmp_path, KILLED).returncode == -signal.SIGKILL
    again = ran(tmp_path, AGAIN)
    assert again.returncode == 0, again.stderr
    before, after, differ, same = again.stdout.split()
    assert 0 < int(before) < int(after), "it was killed in the middle"
    assert (differ, same) == ("0", "True")
