"""Two machines of one desk on PostgreSQL, each with a web and a work process, under load."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from tests.channels.mail.far_server import FarServer, far_server, free_port
from tests.faults.agents import Agents
from tests.faults.browsers import Listening, Reader
from tests.faults.customers import Customers, letters
from tests.faults.desks import HardDesk, Life, hard_desk, wait_for
from tests.faults.judging import Judged, judged
from tests.faults.power import TO_DO

SHOWN_WITHIN = 10.0
OUTBOX = "FROM conversations_outgoing"
PATHS = ["", "conversations/1/", "search/?q=lamp", "tray/", "conversations/2/"]


@dataclass(frozen=True)
class Load:
    """How much happens in a second, and for how long."""

    seconds: float
    mails: float = 5.0
    replies: float = 1.0
    readers: int = 2


@dataclass
class Outcome:
    """What became of it."""

    load: Load
    mails: int = 0
    replies: int = 0
    judged: Judged = field(default_factory=Judged)
    shown_late: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    mail_live: list[float] = field(default_factory=list)
    reply_live: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    bad_pages: int = 0

    @property
    def is_good(self) -> bool:
        found = self.judged
        return found.is_good and found.in_doubt <= 1 and not (self.shown_late + self.unheard)


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """Give an empty database on a PostgreSQL server; it is dropped afterwards."""
    import psycopg  # only where there is such a server

    name = f"faults_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@dataclass
class Machine:
    """One host: a home folder of its own, a web process and a work process."""

    desk: HardDesk
    port: int = field(default_factory=free_port)
    web: Life | None = None
    work: Life | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def spawn(self) -> None:
        self.web = self.desk.spawn("web", "--port", str(self.port))
        self.web.address = self.address
        self.work = self.desk.spawn("work")

    def wait(self, cookie: str) -> None:
        assert self.web is not None
        assert self.work is not None
        self.web.first_page(cookie)
        self.work.wait_for_smtp()

    def kill(self) -> None:
        for life in (self.work, self.web):
            assert life is not None
            life.kill()


def run(folder: Path, server: str, load: Load) -> Outcome:
    """Load two machines, kill the first amid that, bring it back, and compare."""
    with ExitStack() as stack:
        url = stack.enter_context(own_database(server))
        far = stack.enter_context(far_server())
        shared = {"WINGBEAT_BLOBS": str(folder / "blobs"), "WINGBEAT_KEY": "k" * 50}
        machines = [
            Machine(stack.enter_context(hard_desk(folder / name, url, **shared)))
            for name in ("first", "second")
        ]
        replies = int(load.seconds * load.replies)
        cookie = machines[0].desk.inside("seed", replies, 0, far.port)
        (folder / "second").mkdir()
        (folder / "second" / "static").symlink_to(folder / "first" / "static")
        for machine in machines:
            machine.spawn()
        for machine in machines:
            machine.wait(cookie)
        return _Run(machines, far, cookie, url, load).run()


class _Run:
    """One load on two machines, and what was seen meanwhile."""

    def __init__(
        self, machines: Sequence[Machine], far: FarServer, cookie: str, url: str, load: Load
    ) -> None:
        self.first, self.second = machines
        self.far, self.cookie, self.url, self.load = far, cookie, url, load
        self.outcome = Outcome(
            load, int(load.seconds * load.mails), int(load.seconds * load.replies)
        )
        self.letters = letters(self.outcome.mails, name="smtp")

    def run(self) -> Outcome:
        addresses = [self.first.address, self.second.address]
        ports = [self.first.desk.smtp_port, self.second.desk.smtp_port]
        with ExitStack() as stack:
            customers = stack.enter_context(Customers(ports))
            agents = stack.enter_context(Agents(addresses, self.cookie))
            listening = stack.enter_context(Listening(self.second.address, self.cookie))
            readers = [
                stack.enter_context(Reader(addresses[turn % 2 :] + addresses, self.cookie, PATHS))
                for turn in range(self.load.readers)
            ]
            wait_for(lambda: listening.openings, "the stream")
            feeding = Thread(target=self._feed, args=[customers, agents])
            feeding.start()
            time.sleep(self.load.seconds * 0.4)
            self._kill_the_first()
            feeding.join()
            done = (self.outcome.mails, self.outcome.replies)
            wait_for(lambda: (len(customers.told), len(agents.done)) == done, "all to be taken")
            wait_for(lambda: self._rows(TO_DO) == [(0,)], "the desk to finish")
            time.sleep(1.0)  # what was done last is told
        audit = self.second.desk.inside("audit")
        self.outcome.judged = judged(audit, self.far.taken, self.letters, self.outcome.replies)
        self._time(audit, customers, agents, listening)
        self._count_pages(readers)
        return self.outcome

    def _feed(self, customers: Customers, agents: Agents) -> None:
        """Let mails and answers come evenly."""
        began, mails, replies = time.monotonic(), 0, 0
        while mails < self.outcome.mails or replies < self.outcome.replies:
            now = time.monotonic() - began
            due = min(self.outcome.mails, int(now * self.load.mails))
            customers.write(self.letters[mails:due])
            answers = min(self.outcome.replies, int(now * self.load.replies))
            agents.answer(range(replies, answers))
            mails, replies = due, answers
            time.sleep(0.02)

    def _kill_the_first(self) -> None:
        """Kill both processes of one machine; in ten seconds the other must have cleared up."""
        self.first.kill()
        killed_at, end = datetime.now(UTC), time.monotonic() + SHOWN_WITHIN
        time.sleep(self.load.seconds * 0.1)
        while (hidden := self._not_shown(killed_at)) and time.monotonic() < end:
            time.sleep(0.2)
        self.outcome.shown_late = hidden
        self.first.spawn()
        self.first.wait(self.cookie)

    def _not_shown(self, killed_at: datetime) -> list[str]:
        """Return replies that the dead machine was handing over and no tray shows."""
        assert self.second.web is not None
        stranded = "state = 'handing_over' AND handed_at < %s"
        left = self._rows(f"SELECT message_id {OUTBOX} WHERE {stranded}", killed_at)
        _status, page = self.second.web.get("tray/", Cookie=self.cookie)
        doubts = self._rows(f"SELECT message_id {OUTBOX} WHERE state = 'in_doubt'")
        hidden = [number for (number,) in doubts if f"#message-{number}" not in page]
        return [str(number) for number in [*hidden, *(one for (one,) in left)]]

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        import psycopg  # only where there is such a server

        with psycopg.connect(self.url) as rows:
            return rows.execute(sql, values).fetchall()

    def _time(self, audit: Any, customers: Customers, agents: Agents, listening: Listening) -> None:
        """Compare when something was promised with when an open page on the second heard of it."""
        outcome = self.outcome
        for name, pk in audit["messages"]:
            if name not in customers.told:
                continue
            if pk in listening.heard:
                outcome.mail_live.append(listening.heard[pk] - customers.told[name][0])
            else:
                outcome.unheard.append(name)
        for reply in audit["replies"]:
            number = int(reply["text"].removeprefix("Answer ").rstrip("."))
            if reply["pk"] in listening.heard:
                outcome.reply_live.append(listening.heard[reply["pk"]] - agents.pressed[number])
            else:
                outcome.unheard.append(reply["text"])

    def _count_pages(self, readers: Sequence[Reader]) -> None:
        for reader in readers:
            self.outcome.pages += reader.seconds
            self.outcome.bad_pages += sum(n for code, n in reader.statuses.items() if code != 200)
