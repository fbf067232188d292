"""Killing senders at random moments beside a mail server that remembers everything."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.channels.mail import desk_apart
from tests.channels.mail.far_server import FarServer, Taken, far_server

# So short that the next sender does not wait long for what a killed one had leased.
LEASE_MILLISECONDS = "500"


@dataclass
class Outcome:
    """What became of the replies, by the desk's rows and by the far server's memory."""

    replies: int
    kills: int
    seconds: float
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    in_doubt: int = 0
    not_shown: list[str] = field(default_factory=list)
    unfinished: int = 0

    def __str__(self) -> str:
        return (
            f"{self.replies} replies, {self.kills} kills: {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {self.in_doubt} in doubt "
            f"({len(self.not_shown)} not shown), {self.unfinished} unfinished; "
            f"{self.seconds:.0f} s"
        )


def kill_senders(
    environ: Mapping[str, str], *, replies: int, kills: int, senders: int = 1, seed: int = 0
) -> Outcome:
    """Queue replies, kill who sends them again and again, let a last one finish, and compare."""
    chance = random.Random(seed)
    with far_server() as far:
        far.on_words = _slow(chance)
        desk_apart.run(environ, "prepare", str(replies), str(far.port))
        began = time.monotonic()
        killed = 0
        while killed < kills:
            killed += _kill_some(environ, far, chance, senders)
        desk_apart.run(environ, "send", LEASE_MILLISECONDS)
        seconds = time.monotonic() - began
        return _compare(environ, far, Outcome(replies, killed, seconds))


def _slow(chance: random.Random) -> Callable[[Taken], Awaitable[str]]:
    async def take(_taken: Taken) -> str:
        await asyncio.sleep(chance.random() * 0.03)
        return "250 taken"

    return take


def _kill_some(
    environ: Mapping[str, str], far: FarServer, chance: random.Random, senders: int
) -> int:
    """Kill senders once they are in the middle of it; return how many were alive."""
    before = len(far.taken)
    living = [desk_apart.start_sending(environ, LEASE_MILLISECONDS) for _ in range(senders)]
    while len(far.taken) == before and any(sender.poll() is None for sender in living):
        time.sleep(0.002)
    time.sleep(chance.random() * 0.1)
    alive = sum(sender.poll() is None for sender in living)
    for sender in living:
        desk_apart.end(sender)
    if not alive:
        raise RuntimeError("everything was sent before the last kill: queue more replies")
    return alive


def _compare(environ: Mapping[str, str], far: FarServer, outcome: Outcome) -> Outcome:
    taken = Counter(one.mail["Message-ID"].strip("<>") for one in far.taken)
    rows = desk_apart.run(environ, "report")
    assert len(rows) == outcome.replies
    outcome.doubled = [name for name, times in taken.items() if times > 1]
    for row in rows:
        name = row["message_id"]
        if row["state"] == "sent":
            outcome.lost += [] if taken[name] == 1 else [name]
        elif row["state"] == "in_doubt":
            outcome.in_doubt += 1
            outcome.not_shown += [] if row["is_shown"] else [name]
        else:
            outcome.unfinished += 1
    return outcome


def seconds_until_shown(environ: Mapping[str, str]) -> float:
    """Kill a sender while a server has its mail in hand; return when another shows the doubt."""
    has_it = threading.Event()

    async def hang(_taken: Taken) -> str:
        has_it.set()
        await asyncio.sleep(60)
        return "250 too late"

    with far_server() as far:
        far.on_words = hang
        desk_apart.run(environ, "prepare", "1", str(far.port))
        first = desk_apart.start_sending(environ)
        assert has_it.wait(20)
        second = desk_apart.start_sending(environ)
        desk_apart.end(first)
        began = time.monotonic()
        while desk_apart.run(environ, "report")[0]["state"] != "in_doubt":
            assert time.monotonic() - began < 60
        shown = time.monotonic() - began
        assert desk_apart.run(environ, "report")[0]["is_shown"]
        desk_apart.end(second)
        return shown
