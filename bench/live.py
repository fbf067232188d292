"""How soon a committed message is told to an open stream, with many streams open.

    python bench/live.py [--streams 100] [--events 200] [--database-url URL]

Starts a desk in a folder of its own (and, with a PostgreSQL URL of an empty database, a second web
process), opens streams, commits messages from another process at 20 a second and measures, on one
clock, the time from each commit to its event at every stream. Bounded: about 30 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.config.processes import DeskFolder

WRITE = """
import sys, time
import django; django.setup()
from tests import cast
from wingbeat.desk.conversations import receiving
from wingbeat.desk.people.models import Agent
conversation, system = cast.opened(cast.support(cast.ada())), Agent.objects.system()
for n in range(int(sys.argv[1])):
    said = cast.said(f"Words {n}", at=cast.after(minutes=n))
    message = receiving.receive(conversation, said, by=system)
    print(message.pk, time.time(), flush=True)
    time.sleep(0.05)
"""


class Told:
    """When each message was told, over all streams."""

    def __init__(self) -> None:
        self.at: list[tuple[int, float]] = []

    async def listen(self, address: str, cookie: str, ready: asyncio.Event) -> None:
        where = urlsplit(address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            f"GET /live HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        try:
            while line := await reader.readline():
                if line == b"event: hello\n":
                    ready.set()
                if line.startswith(b"data: ") and b'"message.received"' in line:
                    self.at.append((json.loads(line[6:])["message"], time.time()))
        finally:
            writer.close()


async def measure(desk: DeskFolder, addresses: list[str], cookies: list[str], events: int) -> None:
    told, tasks = Told(), []
    for number, cookie in enumerate(cookies):
        ready = asyncio.Event()
        address = addresses[number % len(addresses)]
        tasks.append(asyncio.create_task(told.listen(address, cookie, ready)))
        await asyncio.wait_for(ready.wait(), 20)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE, str(events), env=desk.environment, stdout=subprocess.PIPE
    )
    out, _err = await writer.communicate()
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    committed = {
        int(pk): float(at) for pk, at in (line.split() for line in out.decode().splitlines())
    }
    waits = sorted((at - committed[pk]) * 1000 for pk, at in told.at if pk in committed)
    expected = len(committed) * len(cookies)
    print(f"{len(cookies)} streams, {len(committed)} events: {len(waits)} of {expected} told")
    late = waits[int(len(waits) * 0.95)]
    print(f"commit to stream, ms: p50 {median(waits):.1f}  p95 {late:.1f}  most {waits[-1]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--database-url", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = DeskFolder(Path(folder) / "home", asked.database_url)
        verbs = ["web", "web"] if asked.database_url else ["up"]
        try:
            addresses = [desk.start(verb, "--port", "0").address for verb in verbs]
            agents = [desk.log_in(f"Agent{n}") for n in range(-(-asked.streams // 25))]
            cookies = [agents[n // 25] for n in range(asked.streams)]
            asyncio.run(measure(desk, addresses, cookies, asked.events))
        finally:
            for process in desk.processes:
                process.stop()


if __name__ == "__main__":
    main()
