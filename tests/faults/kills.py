"""Killing a whole desk again and again while mail comes in, agents answer and replies go out."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError

from tests import dovecot
from tests.channels.mail.far_server import FarServer, Taken, far_server, free_port
from tests.faults.agents import Agents
from tests.faults.customers import Customers, letters
from tests.faults.desks import HardDesk, Life, ask, hard_desk, wait_for
from tests.faults.judging import Judged, judged
from tests.faults.pipe import Pipe
from tests.faults.power import TO_DO

Thing = TypeVar("Thing")
SHOWN_WITHIN = 10.0
SHOWN = re.compile(r"#message-(\d+)")
USER = "support"


@dataclass(frozen=True)
class Plan:
    """How much comes in and goes out while the desk is killed how often."""

    kills: int
    smtp: int
    imap: int = 0
    piped: int = 0
    replies: int = 0
    killed_starting: int = 0
    seed: int = 0


@dataclass
class Outcome:
    """What became of all of it."""

    plan: Plan
    seconds: float = 0.0
    judged: Judged = field(default_factory=Judged)
    most_in_doubt_a_kill: int = 0
    shown_late: list[str] = field(default_factory=list)
    shown_after: list[float] = field(default_factory=list)
    first_pages: list[float] = field(default_factory=list)
    handed_in_again: int = 0
    pressed_again: int = 0

    @property
    def is_good(self) -> bool:
        return self.judged.is_good and self.most_in_doubt_a_kill <= 1 and not self.shown_late


class Killing:
    """One desk, its customers and agents, and who kills it."""

    def __init__(
        self, desk: HardDesk, far: FarServer, plan: Plan, box: dovecot.Dovecot | None
    ) -> None:
        self.desk, self.far, self.plan, self.box = desk, far, plan, box
        self.chance = random.Random(plan.seed)
        self.outcome = Outcome(plan)
        self.cookie = desk.inside("seed", plan.replies, 0, far.port)
        if box is not None:
            desk.inside("fetch_from", box.port)
        self.port = free_port()
        self.mails = {
            name: letters(count, name=name, seed=plan.seed)
            for name, count in (("smtp", plan.smtp), ("imap", plan.imap), ("piped", plan.piped))
        }
        self.stranded: set[int] = set()
        self.shown: set[int] = set()

    def run(self) -> Outcome:
        began = time.monotonic()
        with (
            Customers([self.desk.smtp_port]) as customers,
            Agents([f"http://127.0.0.1:{self.port}/"], self.cookie) as agents,
            Pipe(self.desk.environment) as pipe,
        ):
            for number in range(self.plan.kills):
                self._bring(number, customers, agents, pipe)
                if number < self.plan.killed_starting:
                    self._die(self._spawn(), self.chance.uniform(0.1, 1.5))
                life = self._spawn()
                self.outcome.first_pages.append(life.first_page(self.cookie))
                # every third lives long enough to show what the one before left in doubt
                rest = SHOWN_WITHIN + 0.5 - life.age if number % 3 == 2 else 0.0
                self._die(life, max(rest, 0.0) + self.chance.uniform(0.0, 1.5))
            life = self._spawn()
            self.outcome.first_pages.append(life.first_page(self.cookie))
            self._live(life, SHOWN_WITHIN + 0.5 - life.age, until_shown=True)
            wait_for(lambda: self._is_finished(customers, agents, pipe), "the desk to finish", 300)
            self.outcome.handed_in_again = customers.again + pipe.again
            self.outcome.pressed_again = agents.again
        life.stop()
        self.outcome.seconds = time.monotonic() - began
        judge(self)
        return self.outcome

    def _bring(self, number: int, customers: Customers, agents: Agents, pipe: Pipe) -> None:
        """Let this life's share of the mails and answers begin."""
        customers.write(self._share(self.mails["smtp"], number))
        pipe.write(self._share(self.mails["piped"], number))
        agents.answer(self._share(range(self.plan.replies), number))
        for letter in self._share(self.mails["imap"], number):
            assert self.box is not None
            self.box.deliver(USER, letter.raw)

    def _share(self, things: Sequence[Thing], number: int) -> Sequence[Thing]:
        size = -(-len(things) // self.plan.kills)
        return things[number * size : (number + 1) * size]

    def _spawn(self) -> Life:
        life = self.desk.spawn("up", "--port", str(self.port))
        life.address = f"http://127.0.0.1:{self.port}/"
        return life

    def _die(self, life: Life, seconds: float) -> None:
        """Let a desk live on for so long, kill it, and see what it leaves between us and them."""
        self._live(life, seconds)
        life.kill()
        left = handing_over(self.desk.home)
        self.outcome.most_in_doubt_a_kill = max(
            self.outcome.most_in_doubt_a_kill, len(left - self.stranded)
        )
        self.stranded |= left

    def _live(self, life: Life, seconds: float, *, until_shown: bool = False) -> None:
        """Wait, and look into the tray: what was left in doubt must be there in time."""
        owed, end = self.stranded - self.shown, time.monotonic() + seconds
        while time.monotonic() < end and (owed or not until_shown):
            if owed and life.age > 1:
                seen = owed & self._in_tray(life)
                self.shown |= seen
                owed -= seen
                self.outcome.shown_after += [life.age] * len(seen)
            time.sleep(min(0.2, max(0.0, end - time.monotonic())))
        if owed and life.age >= SHOWN_WITHIN:
            self.outcome.shown_late += [f"{one} after {life.age:.1f} s" for one in owed]

    def _in_tray(self, life: Life) -> set[int]:
        try:
            _status, page = life.get("tray/", Cookie=self.cookie)
        except (URLError, OSError):
            return set()
        return {int(number) for number in SHOWN.findall(page)}

    def _is_finished(self, customers: Customers, agents: Agents, pipe: Pipe) -> bool:
        plan = self.plan
        said = (len(customers.told), len(pipe.taken), len(agents.done))
        if said != (plan.smtp, plan.piped, plan.replies):
            return False
        with ask(self.desk.home) as rows:
            counted = "SELECT count(DISTINCT message_id) FROM mail_rawmail"
            (mails,) = rows.execute(counted).fetchone()
            is_idle = rows.execute(TO_DO).fetchone() == (0,)
        return bool(mails == plan.smtp + plan.imap + plan.piped and is_idle)


def kill_again_and_again(home: Path, plan: Plan) -> Outcome:
    """Do as planned with a desk on SQLite."""
    with ExitStack() as stack:
        far = stack.enter_context(far_server())
        far.on_words = _slow(random.Random(plan.seed))
        box = stack.enter_context(dovecot.running()) if plan.imap else None
        desk = stack.enter_context(hard_desk(home))
        return Killing(desk, far, plan, box).run()


def _slow(chance: random.Random) -> Callable[[Taken], Awaitable[str]]:
    async def take(_taken: Taken) -> str:
        await asyncio.sleep(chance.random() * 0.1)
        return "250 taken"

    return take


def handing_over(home: Path) -> set[int]:
    """Return the messages that a dead desk was handing over, from a copy of its rows."""
    with tempfile.TemporaryDirectory() as copy:
        for name in ("desk.sqlite3", "desk.sqlite3-wal"):
            with suppress(FileNotFoundError):
                shutil.copy(home / name, copy)
        with closing(sqlite3.connect(Path(copy, "desk.sqlite3"))) as rows:
            found = rows.execute(
                "SELECT message_id FROM conversations_outgoing WHERE state = 'handing_over'"
            )
            return {number for (number,) in found}


def judge(killing: Killing) -> None:
    """Hold the rows against what came in and what the far server remembers."""
    outcome, audit = killing.outcome, killing.desk.inside("audit")
    mails = [one for some in killing.mails.values() for one in some]
    outcome.judged = judged(audit, killing.far.taken, mails, killing.plan.replies)
    for reply in audit["replies"]:
        if reply["state"] == "in_doubt" and reply["pk"] not in killing.shown:
            outcome.shown_late.append(f"{reply['pk']} never")
