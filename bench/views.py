"""Views on a small and a large desk: their lists, the palette, and the job that counts them.

    python -m bench.fill 1000      with WINGBEAT_HOME=/tmp/small   (or a WINGBEAT_DATABASE_URL)
    python -m bench.fill 500000    with WINGBEAT_HOME=/tmp/large
    python -m bench.views /tmp/small /tmp/large

200 views of every kind of question are kept for one agent who looks at all of them. Processor time
is this process's, in five interleaved rounds through Django's whole request path; growth is the
ratio of the medians. The job counts all 200 from nothing.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

ROUNDS, TIMES, VIEWS = 5, 12, 200
QUESTIONS = (
    "state:us", "state:us waits>3d", "state:customer", "state:quiet", "assignee:me",
    "assignee:nobody state:open", "-tag:none", "tag:refund", "latest<2d", "opened<1w",
    "has:attachment", "has:note", "has:trouble", "is:restricted", "ended:answered",
    "customer:nora", "courier cracked", '"courier cracked"', "subject:invoice", "sort:oldest",
)  # fmt: skip
PAGES = {"palette": "/palette/?q=invoice", "palette, a name": "/palette/?q=be"}


def main(places: list[str]) -> None:
    desks = [start(place) for place in places]
    asked = [*QUESTIONS, *PAGES]
    took: list[dict[str, list[float]]] = [{name: [] for name in asked} for _ in places]
    for _round in range(ROUNDS):
        for name in asked:
            for desk, times in zip(desks, took, strict=True):
                times[name] += ask(desk, name)
    print("| what | " + " | ".join(f"{place}: p50 / p95 ms" for place in places) + " | growth |")
    print("|---" * (len(places) + 2) + "|")
    for name in asked:
        middle = [statistics.median(times[name]) for times in took]
        cells = [
            f"{m:.1f} / {late(times[name]):.1f}" for m, times in zip(middle, took, strict=True)
        ]
        print(f"| `{name}` | {' | '.join(cells)} | {middle[-1] / middle[0]:.2f} |")
    for place, desk in zip(places, desks, strict=True):
        wall, cpu = ask(desk, "count")
        print(f"{place}: counting {VIEWS} views took {wall:.0f} ms, {cpu:.0f} ms of processor time")
        assert desk.stdin
        desk.stdin.close()
        desk.wait()


def late(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def start(place: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WINGBEAT_")}
    name = "WINGBEAT_DATABASE_URL" if place.startswith("postgresql:") else "WINGBEAT_HOME"
    return subprocess.Popen(
        [sys.executable, "-m", "bench.views", "--desk"],
        env={**environment, name: place, "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def ask(desk: subprocess.Popen[str], what: str) -> Any:
    assert desk.stdin
    assert desk.stdout
    desk.stdin.write(what + "\n")
    desk.stdin.flush()
    return json.loads(desk.stdout.readline())


def desk() -> None:
    """Answer on standard output, line by line, how long each thing asked for took."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from wingbeat.desk.people.models import Agent

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    agent = Agent.objects.at_work().filter(role="agent").first() or Agent.objects.at_work()[0]
    kept = views_of(agent)
    client = Client()
    client.force_login(agent)
    for line in sys.stdin:
        name = line.strip()
        if name == "count":
            answer = counted(kept, agent)
        else:
            url = PAGES.get(name) or f"/views/{kept[QUESTIONS.index(name)].pk}/"
            answer = timed(client, url)
        print(json.dumps(answer), flush=True)


def views_of(agent: Any) -> list[Any]:
    """Keep as many views for an agent as are looked at, of every kind of question."""
    from django.utils import timezone

    from wingbeat.desk.conversations.view import View, keep

    View.objects.all().delete()
    rows = [
        View(name=f"{number}", question=QUESTIONS[number % len(QUESTIONS)], owner=agent)
        for number in range(VIEWS)
    ]
    return [keep(row, by=agent, at=timezone.now()) for row in rows]


def counted(kept: list[Any], agent: Any) -> list[float]:
    """Count all views from nothing; return wall and processor time in milliseconds."""
    from django.utils import timezone

    from wingbeat.desk.conversations import view_counts
    from wingbeat.desk.conversations.view import ViewCount

    ViewCount.objects.all().delete()
    view_counts.want(kept, agent=agent, at=timezone.now())
    began, cpu = time.perf_counter(), time.process_time()
    assert view_counts.count_views(timezone.now()) == VIEWS, "not all within one round"
    return [(time.perf_counter() - began) * 1e3, (time.process_time() - cpu) * 1e3]


def timed(client: Any, url: str) -> list[float]:
    """Fetch a page some times; return the processor time of each in milliseconds."""
    took = []
    for _time in range(TIMES):
        cpu = time.process_time()
        assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
        took.append((time.process_time() - cpu) * 1e3)
    return took


if __name__ == "__main__":
    if sys.argv[1:] == ["--desk"]:
        desk()
    else:
        main(sys.argv[1:])
