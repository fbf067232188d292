"""List, conversation, search and reply on a small and a large desk, in interleaved rounds.

    python -m bench.fill 1000      with WINGBEAT_HOME=/tmp/small   (or a WINGBEAT_DATABASE_URL)
    python -m bench.fill 500000    with WINGBEAT_HOME=/tmp/large
    python -m bench.pages /tmp/small /tmp/large
    python -m bench.pages postgresql://.../small postgresql://.../large

Each round asks every page on both desks in turn, through Django's whole request path and without
the network. Growth is the ratio of the medians of processor time (this process; on PostgreSQL the
server's share shows in the wall time only). Every answer is checked for what it must hold. A reply
is the POST alone, with its commits. Work is what the database did for one request: its questions,
on SQLite also the steps of its virtual machine, which grow with every row read, and whether the
plans of both desks are the same.
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
PAGES = ("list", "conversation", "panes", "search", "common search", "reply")


def main(places: list[str]) -> None:
    desks = [start(place) for place in places]
    results: list[dict[str, list[Any]]] = [{page: [] for page in PAGES} for _ in places]
    for desk in desks:
        ask(desk, "warm")
    works = [{page: ask(desk, f"work {page}") for page in PAGES} for desk in desks]
    for _ in range(ROUNDS):
        for page in PAGES:
            for desk, result in zip(desks, results, strict=True):
                result[page] += ask(desk, page)
    for desk in desks:
        desk.stdin.close()  # type: ignore[union-attr]
        desk.wait()
    table(places, results, works)


def start(place: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WINGBEAT_")}
    if place.startswith("postgresql:"):
        environment |= {"WINGBEAT_DATABASE_URL": place, "WINGBEAT_HOME": tempfile.mkdtemp()}
    else:
        environment |= {"WINGBEAT_HOME": place}
    return subprocess.Popen(
        [sys.executable, "-m", "bench.pages", "--desk"],
        env={**environment, "DJANGO_SETTINGS_MODULE": "wingbeat.config.settings"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def ask(desk: subprocess.Popen[str], page: str) -> Any:
    assert desk.stdin
    assert desk.stdout
    desk.stdin.write(page + "\n")
    desk.stdin.flush()
    return json.loads(desk.stdout.readline())


def table(
    places: list[str], results: list[dict[str, list[Any]]], works: list[dict[str, Any]]
) -> None:
    heads = [f"{place}: p50 / p95 ms (cpu p50 / p95)" for place in places]
    print(f"| page | {' | '.join(heads)} | growth | questions | steps | same plans |")
    print("|---" * (len(places) + 5) + "|")
    for page in PAGES:
        cells, cpus = [], []
        for result in results:
            wall = sorted(pair[0] * 1e3 for pair in result[page])
            cpu = sorted(pair[1] * 1e3 for pair in result[page])
            cpus.append(statistics.median(cpu))
            took = f"{statistics.median(wall):.1f} / {late(wall):.1f}"
            cells.append(f"{took} ({cpus[-1]:.1f} / {late(cpu):.1f})")
        work = [each[page] for each in works]
        steps = " -> ".join(f"{each['steps']:,}" for each in work)
        questions = " -> ".join(dict.fromkeys(str(len(each["plans"])) for each in work))
        same = "yes" if all(each["plans"] == work[0]["plans"] for each in work) else "no"
        print(
            f"| {page} | {' | '.join(cells)} | {cpus[-1] / cpus[0]:.2f} "
            f"| {questions} | {steps} | {same} |"
        )


def late(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def desk() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS.append("testserver")
    pages = acts()
    for line in sys.stdin:
        order, _space, page = line.strip().partition(" ")
        if order == "warm":
            answer: Any = [pages[each]() for each in PAGES]
        elif order == "work":
            answer = work(pages[page])
        else:
            answer = [timed(pages[line.strip()]) for _ in range(TIMES)]
        print(json.dumps(answer), flush=True)


def acts() -> dict[str, Any]:
    """Return what can be asked of a desk, by the name of the page."""
    from django.test import Client

    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.people.models import Agent

    client = Client()
    client.force_login(Agent.objects.get(name="Ada Fields"))
    newest = Conversation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    # not the one that is read, and none twice
    waiting = Conversation.objects.waiting_for_us().exclude(pk=newest)
    unanswered = iter(waiting.values_list("pk", "customer__addresses__email")[:2_000])
    fragment = {"HX-Request": "true"}
    return {
        "list": lambda: expect(client.get("/"), "Person "),
        "conversation": lambda: expect(client.get(f"/conversations/{newest}/"), "Reply"),
        "panes": lambda: expect(client.get(f"/conversations/{newest}/", headers=fragment), "Reply"),
        "search": lambda: expect(client.get("/search/?q=courier+cracked"), "cracked"),
        "common search": lambda: expect(client.get("/search/?q=please"), "Older ones"),
        "reply": lambda: reply(client, *next(unanswered)),
    }


def reply(client: Any, pk: int, address: str) -> None:
    body = {
        "kind": "reply",
        "to": address,
        "text": "Thank you, a new one is on its way.",
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


def work(act: Any) -> dict[str, Any]:
    """Return how each question of a request is answered, and how many steps SQLite takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    steps = [0]

    def count() -> int:
        steps[0] += 10
        return 0

    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        connection.connection.set_progress_handler(count, 10)
    with CaptureQueriesContext(connection) as captured:
        act()
        asked = [query["sql"] for query in captured.captured_queries]
    if is_sqlite:
        connection.connection.set_progress_handler(None, 0)
    return {"steps": steps[0], "plans": [plan(sql) if is_sqlite else "" for sql in asked]}


def plan(sql: str) -> str:
    from django.db import connection

    if not sql.lstrip().startswith("SELECT"):
        return sql.split(maxsplit=1)[0]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        return "; ".join(row[3] for row in cursor.fetchall())


if __name__ == "__main__":
    if sys.argv[1:] == ["--desk"]:
        desk()
    else:
        main(sys.argv[1:])
