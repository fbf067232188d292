"""Real desks in real processes: started in a folder of their own, watched, and stopped."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.db import connection

LOG_IN = """
import sys
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from wingbeat.desk.people.models import Agent, Role
agent = Agent.objects.filter(name=sys.argv[1]).first() or Agent.objects.invite(
    email=f"{sys.argv[1].lower()}@desk.example", name=sys.argv[1], role=Role.OWNER
)
session = SessionStore()
session[SESSION_KEY] = str(agent.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
session.create()
print(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
"""
PREPARE = """
from wingbeat.config.running import preparing
preparing.prepare()
"""
ADDRESS = re.compile(r"http://[^\s/]+/")
PATIENCE = 120.0  # seconds; the machine may be busy


@dataclass
class Process:
    """One `wingbeat` process and the address it printed."""

    popen: subprocess.Popen[str]
    address: str = ""
    said: list[str] = field(default_factory=list)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return status and body of a page."""
        try:
            with urlopen(Request(self.address + path, headers=headers), timeout=PATIENCE) as page:
                return page.status, page.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def listen(self) -> None:
        """Keep what it says to its end: a full pipe would hold it up."""
        assert self.popen.stdout is not None
        with self.popen.stdout as said:
            for line in said:
                self.said.append(line)

    def line(self, after_ready: int) -> str:
        """Wait for a line that it says once it is ready, the first being 1."""
        ready = next(n for n, line in enumerate(self.said) if line.startswith("Wingbeat "))
        end = time.monotonic() + PATIENCE
        while len(self.said) <= ready + after_ready:
            assert time.monotonic() < end, "".join(self.said)
            time.sleep(0.02)
        return self.said[ready + after_ready]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit code."""
        self.popen.send_signal(number)
        return self.popen.wait(PATIENCE)


@dataclass
class DeskFolder:
    """A home folder, and the environment that makes it the desk's."""

    home: Path
    url: str = ""
    processes: list[Process] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("WINGBEAT")
        }
        return {
            **kept, "WINGBEAT_HOME": str(self.home), "WINGBEAT_DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def start(self, *argv: str) -> Process:
        """Start `wingbeat ARGV` and wait until it says that it is ready."""
        popen = subprocess.Popen(
            [sys.executable, "-m", "wingbeat.config.cli", *argv], env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        process = Process(popen)
        self.processes.append(process)
        assert popen.stdout is not None
        for line in popen.stdout:
            process.said.append(line)
            found = ADDRESS.search(line)
            if line.startswith("Wingbeat "):
                process.address = found[0] if found else ""
                threading.Thread(target=process.listen, daemon=True).start()
                return process
        raise AssertionError("It ended: " + "".join(process.said))

    def run(self, code: str, *arguments: str) -> str:
        """Run Python in a further process of this desk; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log_in(self, name: str = "Olga") -> str:
        """Return the cookie of an owner who has logged in."""
        return self.run(LOG_IN, name).strip()

    def wingbeat(self, *argv: str, patience: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """Run `wingbeat ARGV` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "wingbeat.config.cli", *argv],
            env=self.environment, capture_output=True, text=True, timeout=patience, check=False,
        )  # fmt: skip


@contextlib.contextmanager
def desk_folder(home: Path, *, ready: bool = False) -> Iterator[DeskFolder]:
    """Give a desk of its own, on the database the tests run on; nothing of it stays running.

    One that is ready has its tables and static files: making them takes longest.
    """
    model = _model() if ready else DeskFolder(home)
    with contextlib.ExitStack() as stack:
        url = ""
        if connection.vendor == "postgresql":
            url = stack.enter_context(_own_database(model.url.rpartition("/")[2]))
        if ready:
            shutil.copytree(model.home, home)
        desk = DeskFolder(home, url)
        try:
            yield desk
        finally:
            for process in desk.processes:
                process.popen.kill()
                process.popen.wait()
                sys.stdout.write("".join(process.said))  # shown where the test failed


@functools.cache
def _model() -> DeskFolder:
    """A desk that nobody has used: what is ready is a copy of it."""
    made = contextlib.ExitStack()
    home = Path(made.enter_context(tempfile.TemporaryDirectory(prefix="wingbeat-model-")))
    desk = made.enter_context(desk_folder(home / "home"))
    desk.run(PREPARE)
    atexit.register(made.close)
    return desk


@contextlib.contextmanager
def _own_database(model: str = "") -> Iterator[str]:
    import psycopg  # only where the tests run on PostgreSQL

    server = connection.settings_dict
    name = f"wingbeat_{os.getpid()}_{time.monotonic_ns()}"
    at = f"{server['HOST']}:{server['PORT'] or 5432}"
    user = server["USER"] + (f":{server['PASSWORD']}" if server["PASSWORD"] else "")
    with psycopg.connect(f"postgresql://{user}@{at}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model or "template1"}"')
        try:
            yield f"postgresql://{user}@{at}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
