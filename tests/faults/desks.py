"""A whole desk in a folder of its own, to be killed, starved and asked from outside."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests.channels.mail.far_server import free_port
from tests.config.processes import ADDRESS, DeskFolder, Process

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@dataclass
class Life(Process):
    """One life of a desk, from its start to its end, however that comes."""

    began: float = field(default_factory=time.monotonic)
    listens_at: int = 0

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def first_page(self, cookie: str) -> float:
        """Return after how many seconds of its life the desk has shown the inbox."""
        while self.age < PATIENCE:
            try:
                status, _page = self.get("", Cookie=cookie)
            except (URLError, OSError):
                status = 0
            if status == 200:
                return self.age
            time.sleep(0.02)
        raise AssertionError("the desk shows no page")

    def wait_for_smtp(self) -> None:
        wait_for(lambda: listens(self.listens_at), "the SMTP listener")

    def kill(self) -> None:
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()


@dataclass
class HardDesk(DeskFolder):
    """A desk folder whose desks log into a file beside it, so that no pipe can fill up."""

    options: dict[str, str] = field(default_factory=dict)
    smtp_port: int = field(default_factory=free_port)
    logs: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        more = {"WINGBEAT_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}", "WINGBEAT_UNDO_SECONDS": "0"}
        return {**super().environment, "PYTHONPATH": str(ROOT), **more, **self.options}

    @property
    def log(self) -> Path:
        return (self.logs or self.home.parent) / f"{self.home.name}.log"

    def inside(self, verb: str, *words: object) -> Any:
        """Run a verb of `tests.faults.inside`; return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.inside", verb, *map(str, words)],
            env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def spawn(self, *argv: str) -> Life:
        """Start `wingbeat ARGV` without waiting for it."""
        with self.log.open("ab") as log:
            log.write(f"\n== {' '.join(argv)}\n".encode())
            popen = subprocess.Popen(
                [sys.executable, "-m", "wingbeat.config.cli", *argv], env=self.environment,
                stdout=log, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        life = Life(popen, listens_at=self.smtp_port)
        self.processes.append(life)
        return life

    def start(self, *argv: str) -> Life:
        """Start `wingbeat ARGV` and wait until it says that it is ready."""
        seen = self.log.stat().st_size if self.log.exists() else 0
        life = self.spawn(*argv)
        greeting = re.compile(r"^Wingbeat .*$", re.MULTILINE)
        while (found := greeting.search(self.said_since(seen))) is None:
            assert life.is_alive, f"It ended: {self.said_since(seen)}"
            assert life.age < PATIENCE, f"It is not ready: {self.said_since(seen)}"
            time.sleep(0.02)
        address = ADDRESS.search(found[0])
        life.address = address[0] if address else ""
        return life

    def said_since(self, position: int) -> str:
        with self.log.open("rb") as log:
            log.seek(position)
            return log.read().decode("utf-8", "replace")


@contextmanager
def hard_desk(home: Path, url: str = "", **options: str) -> Iterator[HardDesk]:
    """Give a desk of its own; nothing of it stays running."""
    desk = HardDesk(home, url, options=options)
    try:
        yield desk
    finally:
        for process in desk.processes:
            process.popen.kill()
            process.popen.wait()


@contextmanager
def ask(home: Path) -> Iterator[sqlite3.Connection]:
    """Read the rows of a living desk beside it; one that is dead would be changed by this."""
    with closing(sqlite3.connect(f"file:{home}/desk.sqlite3?mode=ro", uri=True)) as rows:
        yield rows


def listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def wait_for(holds: Any, what: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)
