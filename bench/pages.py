"""List, conversation, search and reply on a small and a large desk, in interleaved rounds.

    python bench/fill.py 1000      with WINGBEAT_HOME=/tmp/small   (or a WINGBEAT_DATABASE_URL)
    python bench/fill.py 500000    with WINGBEAT_HOME=/tmp/large
    python bench/pages.py /tmp/small /tmp/large
    python bench/pages.py postgresql://.../small postgresql://.../large

Each round asks every page on both desks in turn, through Django's whole request path and without
the network. Growth is the ratio of the medians of processor time (this process; on PostgreSQL the
server's share shows in the wall time only). Every answer is checked for what it must hold.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

ROUNDS, TIMES = 5, 30
PAGES = ("list", "conversation", "search")


def main(places: list[str]) -> None:
    desks = [start(place) for place in places]
    results: list[dict[str, list[tuple[float, float]]]] = [
        {page: [] for page in PAGES} for _ in places
    ]
    for desk in desks:
        ask(desk, "warm")
    for _ in range(ROUNDS):
        for page in PAGES:
            for desk, result in zip(desks, results, strict=True):
                result[page] += ask(desk, page)
    for desk in desks:
        desk.stdin.close()  # type: ignore[union-attr]
        desk.wait()
    table(places, results)


def start(place: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WINGBEAT_")}
    if place.startswith("postgresql:"):
        environment |= {"WINGBEAT_DATABASE_URL": place, "WINGBEAT_HOME": tempfile.mkdtemp()}
    else:
        environment |= {"WINGBEAT_HOME": place}
    return subprocess.Popen(
        [sys.executable, __file__, "--desk"],
        env={**environment, "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def ask(desk: subprocess.Popen[str], page: str) -> list[tuple[float, float]]:
    assert desk.stdin
    assert desk.stdout
    desk.stdin.write(page + "\n")
    desk.stdin.flush()
    return [tuple(pair) for pair in json.loads(desk.stdout.readline())]


def table(places: list[str], results: list[dict[str, list[tuple[float, float]]]]) -> None:
    print(f"| page | {' | '.join(f'{place}: p50 / p95 ms (cpu)' for place in places)} | growth |")
    for page in PAGES:
        cells, cpus = [], []
        for result in results:
            wall = sorted(pair[0] * 1e3 for pair in result[page])
            cpu = statistics.median(pair[1] * 1e3 for pair in result[page])
            cpus.append(cpu)
            cells.append(
                f"{statistics.median(wall):.1f} / {wall[int(len(wall) * 0.95)]:.1f} ({cpu:.1f})"
            )
        growth = f"{cpus[-1] / cpus[0]:.2f}"
        print(f"| {page} | {' | '.join(cells)} | {growth} |")


def desk() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS.append("testserver")
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.people.models import Agent

    client = Client()
    client.force_login(Agent.objects.get(name="Ada Fields"))
    newest = Conversation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    waiting = iter(Conversation.objects.waiting_for_us().values_list("pk", flat=True)[:5_000])
    pages: dict[str, Any] = {
        "list": lambda: expect(client.get("/"), "Person "),
        "conversation": lambda: expect(client.get(f"/conversations/{newest}/"), "Reply"),
        "search": lambda: expect(client.get("/search/?q=courier+cracked"), "cracked"),
        "reply": lambda: reply(client, next(waiting)),
    }
    for line in sys.stdin:
        page = line.strip()
        if page == "warm":
            for act in (pages[p] for p in PAGES):
                act()
            print("[]", flush=True)
            continue
        print(json.dumps([timed(pages[page]) for _ in range(TIMES)]), flush=True)


def reply(client: Any, pk: int) -> None:
    body = {
        "kind": "reply",
        "to": f"person.{pk}@customers.example",
        "html": "Thank you, a new one is on its way.",
        "format": "plain",
    }
    response = client.post(f"/conversations/{pk}/replies/", body)
    if response.status_code != 303:
        raise SystemExit(
            f"The reply was answered {response.status_code}: {response.content[:2000]!r}"
        )


def expect(response: Any, words: str) -> None:
    if response.status_code != 200 or words not in response.content.decode():
        raise SystemExit(f"{response.status_code}, without {words!r}: {response.content[:500]!r}")


def timed(act: Any) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    if sys.argv[1:] == ["--desk"]:
        desk()
    else:
        main(sys.argv[1:])
