"""How fast mail comes in: processor time from bytes in memory to the committed conversation.

The baseline in the same run is what nobody can do without: the standard library's parser and one
row committed with synchronous=FULL.

    python -m bench.intake [--mails 1000] [--grow-to 50000] [--statements]
"""

from __future__ import annotations

import argparse
import email
import email.policy
import sqlite3
import statistics
import time
from pathlib import Path

from bench.desk import empty_desk
from bench.mails import Made, mails

ROUNDS = 5
AT_ONCE = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1000, help="mails a measurement")
    parser.add_argument("--grow-to", type=int, default=0, help="conversations to fill in between")
    parser.add_argument("--database", default="", help="postgresql:// of an empty database")
    parser.add_argument("--at-once", type=int, default=1, help="mails stored before one is judged")
    asked = parser.parse_args()
    globals()["AT_ONCE"] = asked.at_once
    with empty_desk(asked.database) as home:
        before = measure(home, asked.mails, seed=1)
        report("empty desk", before)
        if asked.grow_to:
            grow(asked.grow_to)
            after = measure(home, asked.mails, seed=2)
            report(f"{asked.grow_to} conversations", after)
            print(f"growth {after[0] / before[0]:.2f} (floor 1.10)")


def measure(home: Path, count: int, *, seed: int) -> tuple[float, float]:
    """Return processor seconds a mail, ours and the baseline's: medians of interleaved rounds."""
    made = list(mails(count, seed=seed))
    share = len(made) // ROUNDS
    ours, bare = [], []
    for round_ in range(ROUNDS):
        part = made[round_ * share : (round_ + 1) * share]
        bare.append(timed(lambda part=part: baseline(home, part)) / share)
        ours.append(timed(lambda part=part: take_in(part)) / share)
    return statistics.median(ours), statistics.median(bare)


def take_in(part: list[Made]) -> None:
    from wingbeat.channels.mail import intake
    from wingbeat.channels.mail.door import Door
    from wingbeat.channels.mail.models import Source

    door = Door.open()
    for start in range(0, len(part), AT_ONCE):
        some = part[start : start + AT_ONCE]
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


def grow(conversations: int) -> None:
    """Fill the desk through the same intake, several to a transaction to be quicker."""
    from django.db import connection

    from wingbeat.desk.conversations.conversation import Conversation

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
    for one in mails(conversations * 2, seed=3):
        take_in([one])
        if one.thread >= conversations and Conversation.objects.count() >= conversations:
            break
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=FULL")


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
