"""A year of a real support desk, replayed as mails through intake: twice, and nothing may differ.

Every question of the public record becomes a mail of its asker to the desk, every answer a mail
that answers the one before it; times and people are the true ones. The record is a forum, where
anybody may answer: so the asker's mail names everyone who answers later in Cc, as somebody who
writes to a desk and to colleagues at once, and their answers go to the asker and the desk. Nobody
at the desk answers, so every conversation waits for us from its first mail on.

    WINGBEAT_CORPUS=... python -m bench.replay [--year 2024] [--threads N]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bench.desk import empty_desk

DESK = "support@desk.example"


@dataclass(slots=True)
class Post:
    """One question or answer, as a mail."""

    at: datetime
    thread: int
    message_id: str
    author: str
    raw: bytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, default=2024)
    parser.add_argument("--threads", type=int, default=0, help="the first so many only")
    asked = parser.parse_args()
    folder = Path(os.environ["WINGBEAT_CORPUS"], "conversations")
    questions = list(read(folder / f"sumo-thunderbird-{asked.year}.jsonl.gz"))
    questions = questions[: asked.threads] if asked.threads else questions
    posts = sorted((post for one in questions for post in mails(one)), key=lambda post: post.at)
    answers = len(posts) - len(questions)
    people = {post.author for post in posts}
    print(f"record: {len(questions)} questions, {answers} answers, {len(people)} people")
    with empty_desk():
        for turn in ("first", "second"):
            begun = time.perf_counter(), time.process_time()
            feed(posts)
            wall, processor = (
                now - then
                for now, then in zip((time.perf_counter(), time.process_time()), begun, strict=True)
            )
            print(f"{turn} time: {len(posts) / processor:.0f} mails/s a core ({wall:.0f} s)")
            compare(posts)


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def mails(question: dict[str, Any]) -> Iterator[Post]:
    """Yield a question and its answers; an answer stamped before its question comes with it."""
    asker, began = question["creator"], _time(question["created"])
    others = dict.fromkeys(a["creator"] for a in question["answers"] if a["creator"] != asker)
    first = f"q{question['id']}@forum.example"
    yield _post(
        question, began, question["id"], first, asker,
        To=DESK, Cc=", ".join(map(_address, others)), Subject=_line(question["title"]),
    )  # fmt: skip
    references, before = [first], first
    for answer in sorted(question["answers"], key=lambda one: (one["created"], one["id"])):
        number = f"a{answer['id']}@forum.example"
        by = answer["creator"]
        to = DESK if by == asker else f"{_address(asker)}, {DESK}"
        yield _post(
            answer, max(_time(answer["created"]), began), question["id"], number, by, To=to,
            Subject=f"Re: {_line(question['title'])}", **{"In-Reply-To": f"<{before}>"},
            References=" ".join(f"<{one}>" for one in references[-20:]),
        )  # fmt: skip
        references.append(number)
        before = number


def _post(
    row: dict[str, Any], at: datetime, thread: int, number: str, author: str, **headers: str
) -> Post:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = f"{author} <{_address(author)}>"
    letter["Message-ID"], letter["Date"] = f"<{number}>", format_datetime(at)
    for name, value in headers.items():
        if value:
            letter[name] = value
    letter.set_content(row["content_html"] or "<p></p>", subtype="html", cte="8bit")
    return Post(at, thread, number, _address(author), letter.as_bytes())


def feed(posts: list[Post]) -> None:
    from wingbeat.channels.mail import intake
    from wingbeat.channels.mail.door import Door
    from wingbeat.channels.mail.models import Source

    door = Door.open()
    for post in posts:
        intake.store(post.raw, source=Source.SMTP, at=post.at, envelope_to=DESK)
        intake.judge_stored(at=post.at, door=door)


def compare(posts: list[Post]) -> None:
    """Print what is here, and how much of it differs from the record."""
    from wingbeat.channels.mail.models import RawMail
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.message import Message
    from wingbeat.desk.customers.models import Customer

    print(
        f"desk: {Conversation.objects.count()} conversations, {Message.objects.count()} messages, "
        f"{Customer.objects.count()} people; mails judged "
        f"{dict(Counter(RawMail.objects.values_list('judgement', flat=True)))}"
    )
    rows = Message.objects.values_list("message_id", "conversation_id", "address__email", "at")
    here = {row[0]: row[1:] for row in rows}
    place = {post.thread: here[post.message_id][0] for post in posts if post.message_id in here
             and post.message_id.startswith("q")}  # fmt: skip
    found = [post for post in posts if post.message_id in here]
    print(
        f"lost {len(posts) - len(found)}, doubled {len(rows) - len(here)}, wrongly joined "
        f"{sum(here[p.message_id][0] != place.get(p.thread) for p in found)}, threads in one "
        f"{len(place) - len(set(place.values()))}, other author "
        f"{sum(here[p.message_id][1] != p.author for p in found)}, other time "
        f"{sum(here[p.message_id][2] != p.at for p in found)}"
    )


def _address(person: str) -> str:
    return f"{person}@people.example"


def _line(text: str) -> str:
    return " ".join(text.split())


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


if __name__ == "__main__":
    main()
