"""A disk that is full, a database that somebody else locks: what is told meanwhile, and after."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError

from tests import dovecot
from tests.channels.mail.far_server import Taken, far_server, free_port
from tests.faults.agents import Agents
from tests.faults.customers import Customers, letters
from tests.faults.desks import HardDesk, Life, ask, hard_desk, wait_for
from tests.faults.judging import Judged, judged
from tests.faults.pipe import Pipe
from tests.faults.power import TO_DO

Thing = TypeVar("Thing")
Trouble = Callable[["Strained"], AbstractContextManager[None]]
WHY = re.compile(r"<h2><span[^>]*>([^<]*)</span>")
PAGES = ("", "tray/", "conversations/1/", "search/?q=lamp")


@dataclass(frozen=True)
class Work:
    """What happens before, during and after the trouble, a third each."""

    smtp: int = 30
    imap: int = 0
    piped: int = 3
    replies: int = 6


@dataclass
class Report:
    """What people and programs were told while the trouble lasted, and what came of it."""

    judged: Judged = field(default_factory=Judged)
    smtp: set[str] = field(default_factory=set)
    pipe: set[int] = field(default_factory=set)
    pages: list[float] = field(default_factory=list)
    bad_pages: list[str] = field(default_factory=list)
    refused_answers: int = 0
    tray: set[str] = field(default_factory=set)
    health: set[str] = field(default_factory=set)
    doctor: str = ""
    lasted: float = 0.0
    done_after: float = 0.0


def work_through(desk: HardDesk, trouble: Trouble, work: Work, *, seconds: float) -> Report:
    """Let a desk work before, during and after a trouble, and see that all of it gets done."""
    with ExitStack() as stack:
        port = free_port()
        box = stack.enter_context(dovecot.running()) if work.imap else None
        cookie = desk.inside("seed", work.replies, 0, port)
        if box is not None:
            desk.inside("fetch_from", box.port)
        life = desk.start("up", "--port", "0")
        life.first_page(cookie)
        life.wait_for_smtp()
        strained = Strained(desk, life, port, box, cookie, work)
        stack.callback(strained.close_far)
        stack.enter_context(strained.customers)
        stack.enter_context(strained.agents)
        stack.enter_context(strained.pipe)
        return strained.run(trouble, seconds)


class Strained:
    """One desk and everyone who wants something of it."""

    def __init__(
        self, desk: HardDesk, life: Life, far_port: int, box: dovecot.Dovecot | None,
        cookie: str, work: Work,
    ) -> None:  # fmt: skip
        self.desk, self.life, self.far_port, self.box = desk, life, far_port, box
        self._far = ExitStack()
        self._taken: list[list[Taken]] = []
        self.open_far()
        self.cookie, self.work, self.report = cookie, work, Report()
        self.customers = Customers([desk.smtp_port])
        self.agents = Agents([life.address], cookie)
        self.pipe = Pipe(desk.environment)
        self.mails = [letters(work.smtp), letters(work.imap, name="imap")]
        self.mails.append(letters(work.piped, name="piped"))

    @property
    def taken(self) -> list[Taken]:
        return [one for some in self._taken for one in some]

    def open_far(self) -> None:
        far = self._far.enter_context(far_server(self.far_port))
        self._taken.append(far.taken)

    def close_far(self) -> None:
        self._far.close()

    def run(self, trouble: Trouble, seconds: float) -> Report:
        report = self.report
        self._bring(0)
        wait_for(lambda: self._is_done(1), "the first third to be done")
        with trouble(self):
            began = time.monotonic()
            self._bring(1)
            while time.monotonic() - began < seconds:
                self._look()
                time.sleep(0.5)
            report.lasted = time.monotonic() - began
        ended = time.monotonic()
        report.refused_answers = self.agents.again
        report.smtp = set(self.customers.refused)
        report.pipe = set(self.pipe.codes)
        self._bring(2)
        wait_for(lambda: self._is_done(3), "all to be done", 120)
        report.done_after = time.monotonic() - ended
        assert self.life.is_alive
        mails = [one for some in self.mails for one in some]
        report.judged = judged(self.desk.inside("audit"), self.taken, mails, self.work.replies)
        return report

    def _bring(self, third: int) -> None:
        smtp, imap, piped = (_third(some, third) for some in self.mails)
        self.customers.write(smtp)
        self.pipe.write(piped)
        self.agents.answer(_third(list(range(self.work.replies)), third))
        for letter in imap:
            assert self.box is not None
            self.box.deliver("support", letter.raw)

    def _is_done(self, thirds: int) -> bool:
        mails = sum(len(_third(some, third)) for some in self.mails for third in range(thirds))
        answers = self.work.replies * thirds // 3
        if len(self.agents.done) < answers or len(self.taken) < answers:
            return False
        with ask(self.desk.home) as rows:
            counted = "SELECT count(DISTINCT message_id) FROM mail_rawmail"
            (here,) = rows.execute(counted).fetchone()
            return bool(here >= mails and rows.execute(TO_DO).fetchone() == (0,))

    def _look(self) -> None:
        """Turn some pages, and ask what there is to tell."""
        report = self.report
        for path in PAGES:
            began = time.monotonic()
            try:
                status, page = self.life.get(path, Cookie=self.cookie)
            except (URLError, OSError) as error:
                status, page = 0, str(error)
            report.pages.append(time.monotonic() - began)
            report.bad_pages += [] if status == 200 else [f"{path}: {status} {page[:80]}"]
            if path == "tray/":
                report.tray |= set(WHY.findall(page))
        with suppress(URLError, OSError):
            report.health |= {self.life.get("healthz")[1].strip()}


def full_disk(folder: Path, work: Work, *, seconds: float) -> Report:
    """Let a desk on a small disk meet the end of it."""
    with small_disk(folder / "disk", 96) as disk, hard_desk(disk / "home") as desk:
        desk.logs = folder
        reports: list[str] = []

        @contextmanager
        def trouble(_strained: Strained) -> Iterator[None]:
            ballast = fill(disk)
            yield
            reports.append(desk.wingbeat("doctor").stdout)
            ballast.unlink()

        report = work_through(desk, trouble, work, seconds=seconds)
        report.doctor = reports[0]
        return report


def locked_database(folder: Path, work: Work, *, seconds: float) -> Report:
    """Let another program hold the lock of the database, as somebody at its prompt may."""
    with hard_desk(folder / "home") as desk:

        @contextmanager
        def trouble(_strained: Strained) -> Iterator[None]:
            path = desk.home / "desk.sqlite3"
            with closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield
                other.execute("ROLLBACK")

        return work_through(desk, trouble, work, seconds=seconds)


def servers_away(folder: Path, work: Work, *, seconds: float) -> Report:
    """Take away the mailbox's server, and the one that replies are handed to."""

    @contextmanager
    def trouble(strained: Strained) -> Iterator[None]:
        assert strained.box is not None
        strained.close_far()
        strained.box.stop()
        yield
        strained.box.start()
        strained.open_far()

    with hard_desk(folder / "home") as desk:
        return work_through(desk, trouble, work, seconds=seconds)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of this size; only root may."""
    folder.mkdir()
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Write until nothing fits any more."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(bytes(size)):
                    continue
    return ballast


def _third(things: list[Thing], third: int) -> list[Thing]:
    size = len(things) // 3
    return things[third * size : (third + 1) * size]
