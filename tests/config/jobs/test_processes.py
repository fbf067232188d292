"""Workers in processes of their own: none runs another's job, and a killed one loses none."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.config.processes import PATIENCE, DeskFolder

WORK = """
import sys, threading
from datetime import timedelta
import django; django.setup()
from wingbeat.config.jobs import leasing, working
from wingbeat.config.running.bells import Bell
leasing.LEASE = timedelta(seconds=1)
working.work(threading.Event(), Bell())
"""
ENQUEUE = """
import sys
from tests.config.jobs import tasks
for n in range(int(sys.argv[2])):
    getattr(tasks, sys.argv[1]).enqueue(sys.argv[3], n)
"""
STATES = """
from collections import Counter
from wingbeat.config.jobs.models import Job
print(sorted(Counter(Job.objects.values_list("state", "attempts")).items()))
"""


def worker(desk: DeskFolder) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORK], env=desk.environment)


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_two_processes_run_every_job_once(desk: DeskFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    desk.run(ENQUEUE, "write_line", "80", str(out))
    workers = [worker(desk), worker(desk)]
    assert soon(lambda: len(lines(out)) >= 80)
    for popen in workers:
        popen.terminate()
        popen.wait(PATIENCE)
    assert sorted(lines(out), key=int) == [str(n) for n in range(80)]


def test_the_job_of_a_killed_worker_is_run_again(desk: DeskFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    desk.run(ENQUEUE, "hang_once", "1", str(out))
    first = worker(desk)
    assert soon(lambda: lines(out) == ["begun"])
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE)
    second = worker(desk)
    assert soon(lambda: lines(out) == ["begun", "done"])
    assert soon(lambda: desk.run(STATES).strip() == "[(('done', 2), 1)]")
    second.terminate()
    second.wait(PATIENCE)
