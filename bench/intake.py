"""How fast mail comes in: processor time from bytes in memory to the committed conversation.

The baseline in the same run is what nobody can do without: the standard library's parser and one
row committed with synchronous=FULL.

    python -m bench.intake [--mails 1000] [--grow-to 50000] [--at-once 20]
"""

from __future__ import annotations

import argparse
import email
import email.policy
import sqlite3
import statistics
import time
from itertools import islice
from pathlib import Path

from bench.desk import empty_desk
from bench.mails import Made, mails

ROUNDS = 5
SMALL = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1000, help="mails a measurement")
    parser.add_argument("--grow-to", type=int, default=0, help="conversations to fill in between")
    parser.add_argument("--database", default="", help="postgresql:// of an empty database")
    parser.add_argument("--at-once", type=int, default=1, help="mails stored before one is judged")
    asked = parser.parse_args()
    with empty_desk(asked.database) as home:
        fill(SMALL)
        small = measure(home, asked.mails, at_once=asked.at_once, seed=1)
        report(f"{SMALL} conversations", small)
        if asked.grow_to:
            fill(asked.grow_to)
            large = measure(home, asked.mails, at_once=asked.at_once, seed=2)
            report(f"{asked.grow_to} conversations", large)
            # in multiples of the baseline beside it, as the machine may be busier now than then
            growth = (large[0] / large[1]) / (small[0] / small[1])
            print(f"growth {growth:.2f} (at most 1.10)")


def measure(home: Path, count: int, *, at_once: int, seed: int) -> tuple[float, float]:
    """Return processor seconds a mail, ours and the baseline's: medians of interleaved rounds."""
    made = list(mails(count, seed=seed))
    share = len(made) // ROUNDS
    ours, bare = [], []
    for round_ in range(ROUNDS):
        part = made[round_ * share : (round_ + 1) * share]
        bare.append(timed(lambda part=part: baseline(home, part)) / share)
        ours.append(timed(lambda part=part: take_in(part, at_once)) / share)
    return statistics.median(ours), statistics.median(bare)


def take_in(part: list[Made], at_once: int = 20) -> None:
    from wingbeat.channels.mail import intake
    from wingbeat.channels.mail.door import Door
    from wingbeat.channels.mail.models import Source

    door = Door.open()
    for start in range(0, len(part), at_once):
        some = part[start : start + at_once]
        for one in some:
            intake.store(one.raw, source=Source.SMTP, at=one.at, envelope_to="support@desk.example")
        intake.judge_stored(at=some[-1].at, door=door)


def baseline(home: Path, part: list[Made]) -> None:
    database = sqlite3.connect(home / "baseline.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS mail (id INTEGER PRIMARY KEY, subject, words)")
    for one in part:
        letter = email.message_from_bytes(one.raw, policy=email.policy.default)
        body = letter.get_body(("plain", "html"))
        row = (letter["Subject"], body.get_content() if body else "")
        database.execute("INSERT INTO mail (subject, words) VALUES (?, ?)", row)
    database.close()


def fill(conversations: int) -> None:
    """Let mails come in through the same intake until there are so many conversations."""
    from django.db import connection

    from wingbeat.desk.conversations.conversation import Conversation

    sync = "PRAGMA synchronous={}" if connection.vendor == "sqlite" else "SELECT {!r}"
    with connection.cursor() as cursor:
        cursor.execute(sync.format("OFF"))
    coming = mails(conversations * 2, seed=3 + conversations)
    while Conversation.objects.count() < conversations:
        take_in(list(islice(coming, 200)))
    with connection.cursor() as cursor:
        cursor.execute(sync.format("FULL"))


def timed(run: object) -> float:
    begun = time.process_time()
    run()  # type: ignore[operator]
    return time.process_time() - begun


def report(where: str, measured: tuple[float, float]) -> None:
    ours, bare = measured
    print(
        f"{where}: {1 / ours:.0f} mails/s a core, {ours * 1000:.2f} ms a mail, "
        f"{ours / bare:.1f} times the baseline (at most 12); baseline {1 / bare:.0f}/s"
    )


if __name__ == "__main__":
    main()
