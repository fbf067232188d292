"""Fifty agents at work on one desk over loopback, with its live updates and its views counted.

    python -m bench.fill 1000      with WINGBEAT_HOME=/tmp/small
    python -m bench.fill 500000    with WINGBEAT_HOME=/tmp/large
    python -m bench.agents /tmp/small /tmp/large [--agents 50] [--seconds 60]

`wingbeat up` serves each folder in turn. Every agent has a stream open and four views in sight,
opens something about every five seconds (the list, a view, a conversation, the palette) and reads
it to its end; a message of a customer is committed each second by another process. Told are the
times until a page was there, until a message was told to a stream, and the memory of all processes
of the desk (PSS) at its most. The agents and the writer run on the same cores. The folders are
written to. Bounded: the seconds asked for, and about a minute to start and stop.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import random
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench.live import Told
from bench.views import QUESTIONS
from tests.config.processes import DeskFolder, Process

THINKING, VIEWS_EACH = 5.0, 4  # mean seconds between two pages of one agent
AIM_MS, AIM_TOLD_S, AIM_MB = 150, 1.0, 400

STAFF = """
import sys
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.view import View, keep
from wingbeat.desk.people.models import Agent, Membership, Team
agents, each, questions = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split("|")
View.objects.all().delete()
print(Conversation.objects.order_by("-pk").values_list("pk", flat=True)[0])
for n in range(agents):
    email = f"agent{n}@desk.example"
    agent = Agent.objects.filter(email=email).first() or Agent.objects.invite(
        email=email, name=f"Agent {n}")
    Membership.objects.get_or_create(agent=agent, team=Team.objects.all()[0])
    views = [View(name=f"{k}", question=questions[(n * each + k) % len(questions)], owner=agent)
             for k in range(each)]
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    kept = [str(keep(view, by=agent, at=timezone.now()).pk) for view in views]
    print(f"{settings.SESSION_COOKIE_NAME}={session.session_key}", *kept)
"""
WRITE = """
import random, sys, time
import django; django.setup()
from django.utils import timezone
from tests import cast
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.people.models import Agent
dice, system = random.Random(5), Agent.objects.system()
for n in range(int(sys.argv[1])):
    one = Conversation.objects.get(pk=dice.randrange(1, int(sys.argv[2])))
    message = receiving.receive(one, cast.said(f"Words {n}", at=timezone.now()), by=system)
    print(message.pk, time.time(), flush=True)
    time.sleep(1)
"""


class Work:
    """What all agents did: milliseconds by kind of page, and what did not come."""

    def __init__(self, address: str, newest: int, until: float) -> None:
        self.address, self.newest, self.until = urlsplit(address), newest, until
        self.took: dict[str, list[float]] = defaultdict(list)

    def warm(self, cookie: str, *views: str) -> None:
        """Let the program load what its first pages need."""
        for seed in range(12):
            _kind, path = self.next(random.Random(seed), list(views))
            self.open(path, cookie)

    def agent(self, number: int, cookie: str, views: list[str]) -> None:
        """Open pages, think, and open the next, until the time is over."""
        dice = random.Random(number)
        time.sleep(dice.uniform(0, THINKING))
        while time.time() < self.until:
            kind, path = self.next(dice, views)
            began = time.perf_counter()
            self.open(path, cookie)
            self.took[kind].append((time.perf_counter() - began) * 1e3)
            time.sleep(dice.expovariate(1 / THINKING))

    def open(self, path: str, cookie: str) -> None:
        """Read a page to its end, over a connection of its own."""
        browser = http.client.HTTPConnection(str(self.address.hostname), self.address.port)
        with contextlib.closing(browser):
            browser.request("GET", path, headers={"Cookie": cookie, "HX-Request": "true"})
            answer = browser.getresponse()
            assert answer.status == 200, (path, answer.status)
            assert answer.read()

    def next(self, dice: random.Random, views: list[str]) -> tuple[str, str]:
        """Return what an agent opens now, by kind and path."""
        return dice.choices(
            [
                ("list", f"/inboxes/{dice.randint(1, 3)}/"),
                ("view", f"/views/{dice.choice(views)}/"),
                ("conversation", f"/conversations/{dice.randint(1, self.newest)}/"),
                ("palette", f"/palette/?q={dice.choice(('invoice', 'be', 'courier', 'nora'))}"),
            ],
            weights=(3, 2, 4, 1),
        )[0]


def memory_mb(process: Process) -> float:
    """Return the memory of a process and its children in MB, what is shared in shares."""
    total, waiting = 0, [process.popen.pid]
    while waiting:
        pid = waiting.pop()
        with contextlib.suppress(OSError):  # it has just ended
            here = Path(f"/proc/{pid}")
            rollup = here.joinpath("smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
            for task in here.joinpath("task").iterdir():
                waiting += map(int, task.joinpath("children").read_text().split())
    return total / 1024


def measure(home: str, agents: int, seconds: int) -> dict[str, list[float]]:
    desk = DeskFolder(Path(home))
    try:
        lines = desk.run(STAFF, str(agents), str(VIEWS_EACH), "|".join(QUESTIONS)).split("\n")
        newest, staff = int(lines[0]), [line.split() for line in lines[1:] if line]
        up = desk.start("up", "--port", "0")
        return asyncio.run(at_work(desk, up, staff, newest, seconds))
    finally:
        for process in desk.processes:
            process.stop()


async def at_work(
    desk: DeskFolder, up: Process, staff: list[list[str]], newest: int, seconds: int
) -> dict[str, list[float]]:
    told, streams = Told(), []
    for cookie, *_views in staff:
        ready = asyncio.Event()
        streams.append(asyncio.create_task(told.listen(up.address, cookie, ready)))
        await asyncio.wait_for(ready.wait(), 60)
    await asyncio.to_thread(Work(up.address, newest, 0).warm, *staff[0])
    work = Work(up.address, newest, time.time() + seconds)
    threads = [
        threading.Thread(target=work.agent, args=(number, cookie, views))
        for number, (cookie, *views) in enumerate(staff)
    ]
    for thread in threads:
        thread.start()
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE, str(seconds - 5), str(newest),
        env=desk.environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    memory = []
    while time.time() < work.until:
        memory.append(memory_mb(up))
        await asyncio.sleep(1)
    out, _err = await writer.communicate()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    await asyncio.sleep(2)
    for stream in streams:
        stream.cancel()
    committed = dict(line.split() for line in out.decode().splitlines())
    waits = [(at - float(committed[str(pk)])) * 1e3 for pk, at in told.at if str(pk) in committed]
    assert len(waits) == len(committed) * len(staff), "somebody was not told"
    return {**work.took, "told": waits, "memory": memory}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("homes", nargs="+")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    found = [measure(home, asked.agents, asked.seconds) for home in asked.homes]
    print("| what | " + " | ".join(f"{home}: n, p50 / p95" for home in asked.homes) + " | aim |")
    print("|---" * (len(asked.homes) + 2) + "|")
    for name in ("list", "view", "conversation", "palette", "told"):
        aim = f"{AIM_TOLD_S:.0f} s" if name == "told" else f"p95 {AIM_MS} ms"
        print(f"| {name} | {' | '.join(spread(one[name]) for one in found)} | {aim} |")
    most = " | ".join(f"{max(one['memory']):.0f} MB" for one in found)
    print(f"| memory at most | {most} | {AIM_MB} MB |")


def spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"{len(times)}, {median(times):.0f} / {ordered[int(len(ordered) * 0.95)]:.0f} ms"


if __name__ == "__main__":
    main()
