"""The nightly run over a whole year of a real desk: how long it takes, and how much memory.

    WINGBEAT_CORPUS=... python -m bench.night [--weeks N]

A year of Thunderbird's support forum (Mozilla, CC BY-SA) becomes the tables that the desk writes at
night: messages, and the moments that the laws derive of them, words heard as the desk hears them.
Then the program of the night runs over it as a desk starts it, in a process of its own. Told are
processor time, time by the clock and the most memory that process held. `--weeks` is how many weeks
it looks back, as in a desk's first night (13); other nights look at one day.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from wingbeat.laws import hearing, memory
from wingbeat.laws.facts import SHAPES, Message, columns
from wingbeat.laws.moments import Rows, derive

os.environ.setdefault("WINGBEAT_HOME", tempfile.mkdtemp(prefix="wingbeat-night-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
django.setup()

from wingbeat.desk.insights.measuring import (  # noqa: E402  Django is set up first
    LAWS,
    MEGABYTES,
    MODULE,
    SPAN_DAYS,
)

YEAR = "conversations/sumo-thunderbird-2024.jsonl.gz"
INBOX = "1"


def asked(corpus: Path) -> list[dict[str, Any]]:
    with gzip.open(corpus / YEAR, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def messages(questions: Iterable[dict[str, Any]]) -> Iterator[Message]:
    for question in questions:
        told = [(question, True), *((one, one["by_asker"]) for one in question["answers"])]
        told.sort(key=lambda pair: pair[0]["created"])
        for seq, (post, is_theirs) in enumerate(told):
            words = html.unescape(re.sub(r"<[^>]+>", " ", post["content_html"]))
            acts = (hearing.their_acts if is_theirs else hearing.our_acts)(words)
            yield Message(
                id=str(post["id"]), conversation=str(question["id"]), customer=question["creator"],
                at=when(post["created"]), seq=seq, side="customer" if is_theirs else "us",
                automatic=False, due_at=None, acts=" ".join(sorted(acts)) or None,
            )  # fmt: skip


def write(folder: Path, name: str, rows: Iterable[Iterable[Any]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns(SHAPES[name])])
        for row in rows:
            writer.writerow([int(v.timestamp()) if isinstance(v, datetime) else v for v in row])


def fill(folder: Path, corpus: Path, weeks: int) -> str:
    questions = asked(corpus)
    begun = time.process_time()
    said = list(messages(questions))
    heard = time.process_time() - begun
    end = max(one.at for one in said)
    lived = derive(Rows(messages=said), memory.shipped_policy().moments, end)
    for name, rows in (("messages", said), ("moments", lived)):
        names = [column.name for column in columns(SHAPES[name])]
        write(folder, name, ([getattr(row, one) for one in names] for row in rows))
    write(folder, "conversations", (
        [q["id"], q["creator"], when(q["created"]), None, INBOX, "", "", "", ""] for q in questions
    ))  # fmt: skip
    as_of = [int((end - timedelta(weeks=week)).timestamp()) for week in range(weeks)]
    plan = {
        "scopes": {"desk": None}, "laws": LAWS, "as_of": as_of[::-1], "days": SPAN_DAYS,
        "megabytes": MEGABYTES,
    }  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return (
        f"{len(questions):,} conversations, {len(said):,} messages, {len(lived):,} moments; words "
        f"heard in {heard:.1f} s of processor time ({heard / len(said) * 1000:.2f} ms a message)"
    )


def main() -> None:
    if "WINGBEAT_CORPUS" not in os.environ:
        raise SystemExit("WINGBEAT_CORPUS is not set: it names the folder of the real desks.")
    asks = argparse.ArgumentParser()
    asks.add_argument("--weeks", type=int, default=1)
    weeks = asks.parse_args().weeks
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(fill(folder, Path(os.environ["WINGBEAT_CORPUS"]), weeks), flush=True)
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", MODULE, name], check=True, capture_output=True, text=True
        )
        took, used = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    failed = sorted({one["law"] for one in told if one.get("state") == "failed"})
    readings = sum("key" in one for one in told)
    print(
        f"{readings} readings of {weeks} days, failed: {', '.join(failed) or 'none'}; "
        f"{used.ru_utime + used.ru_stime:.1f} s of processor time, {took:.1f} s by the clock, "
        f"{used.ru_maxrss / 1024:.0f} MB at most"
    )


if __name__ == "__main__":
    main()
