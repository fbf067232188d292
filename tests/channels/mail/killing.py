"""Killing senders at random moments beside a mail server that remembers everything."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.channels.mail import desk_apart
from tests.channels.mail.far_server import FarServer, Taken, far_server


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
            killed += _kill_some(environ, chance, senders)
        desk_apart.run(environ, "send")
        seconds = time.monotonic() - began
        return _compare(environ, far, Outcome(replies, killed, seconds))


def _slow(chance: random.Random) -> Callable[[Taken], Awaitable[str]]:
    async def take(_taken: Taken) -> str:
        await asyncio.sleep(chance.random() * 0.03)
        return "250 taken"

    return take


def _kill_some(environ: Mapping[str, str], chance: random.Random, senders: int) -> int:
    living = [desk_apart.start_sending(environ) for _ in range(senders)]
    time.sleep(chance.random() * 0.25)
    killed = 0
    for sender in living:
        killed += sender.poll() is None
        sender.kill()
        sender.wait()
        if sender.stdout is not None:
            sender.stdout.close()
    return killed or 1  # whoever finished before it could be killed counts as a turn


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
