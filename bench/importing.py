"""Bring in a Zammad of 100,000 tickets: how fast, and whether `kill -9` loses or doubles anything.

    nice .venv/bin/python bench/importing.py [tickets]

Its tables are made first, in the shape that Zammad's database has. The import is killed three times
at a random moment and started again, then run once more over everything. A run that ends in any
other way than it was told to, or leaves anything out, stops the bench. At the end replies to a
sample of old mails are judged, as they would come from customers, and as strangers would fake them.
"""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WINGBEAT = Path(sys.executable).with_name("wingbeat")
PEOPLE, AGENTS, SAMPLE, KILLS = 20_000, 20, 500, 3
WORDS = Path(__file__).read_text().split()
HEADERS = {
    "organizations": "id name", "groups": "id name",
    "ticket_states": "id name state_type_id", "ticket_state_types": "id name",
    "ticket_article_types": "id name", "ticket_article_senders": "id name",
    "users": "id firstname lastname email organization_id",
    "tickets": "id group_id state_id number title owner_id customer_id close_at pending_time"
    " created_at updated_at",
    "ticket_articles": "id ticket_id type_id sender_id from to cc subject message_id content_type"
    " body internal created_by_id origin_by_id created_at",
    "link_types": "id name",
    "links": "id link_type_id link_object_source_value link_object_target_value",
}  # fmt: skip


def write_names(out: dict[str, Any]) -> None:
    """Write what tickets and articles refer to."""
    out["groups"].writerow([1, "Support"])
    out["organizations"].writerows([n, f"Company {n}"] for n in range(1, 501))
    for n, (state, kind) in enumerate([("open", "open"), ("closed", "closed"), ("merged",) * 2], 1):
        out["ticket_states"].writerow([n, state, n])
        out["ticket_state_types"].writerow([n, kind])
    out["ticket_article_types"].writerows([[1, "email"], [2, "note"]])
    out["ticket_article_senders"].writerows([[1, "Agent"], [2, "Customer"]])
    out["link_types"].writerow([1, "parent"])
    for n in range(2, AGENTS + PEOPLE + 2):
        house = "desk" if n < AGENTS + 2 else "customers"
        company = n % 500 + 1 if n >= AGENTS + 2 else ""
        out["users"].writerow([n, f"Name{n}", f"Last{n}", f"p{n}@{house}.example", company])


def make(folder: Path, tickets: int) -> tuple[int, int, list[tuple[str, str, str]]]:
    """Write the tables; return conversations, messages, and mails: their id, writer and subject."""
    chance = random.Random(17)
    files = {name: (folder / f"{name}.csv").open("w", newline="") for name in HEADERS}
    out = {name: csv.writer(file) for name, file in files.items()}
    for name, header in HEADERS.items():
        out[name].writerow(header.split())
    write_names(out)
    article = conversations = 0
    asked: list[tuple[str, str, str]] = []
    for pk in range(1, tickets + 1):
        owner, customer = chance.randrange(2, AGENTS + 2), chance.randrange(AGENTS + 2, PEOPLE)
        merged = pk > 1 and chance.random() < 0.02
        state = 3 if merged else 1 if chance.random() < 0.05 else 2
        title = " ".join(chance.choices(WORDS, k=5))
        day = f"2025-{pk % 12 + 1:02}-{pk % 28 + 1:02}T"
        row = [pk, 1, state, 10_000_000 + pk, title, owner, customer, f"{day}18:00:00Z", ""]
        out["tickets"].writerow([*row, f"{day}08:00:00Z", f"{day}18:00:00Z"])
        if merged:
            out["links"].writerow([pk, 1, pk - 1, pk])
            continue
        conversations += 1
        for turn in range(chance.choice([1, 2, 2, 3, 4])):
            article += 1
            by = owner if turn % 2 else customer
            here, there = f"p{customer}@customers.example", "support@desk.example"
            sender, to = (there, here) if turn % 2 else (here, there)
            body = " ".join(chance.choices(WORDS, k=60))
            note = turn == 3
            out["ticket_articles"].writerow([
                article, pk, 2 if note else 1, 1 if turn % 2 else 2, sender, to, "", title,
                "" if note else f"<{article}@zammad.example>", "text/plain", body,
                "t" if note else "f", by, "", f"{day}{8 + turn:02}:00:00Z",
            ])  # fmt: skip
            if not note:
                asked.append((f"{article}@zammad.example", here, title))
    for file in files.values():
        file.close()
    return conversations, article, chance.sample(asked, min(SAMPLE, len(asked)))


def start(folder: Path, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [WINGBEAT, "import", "zammad", folder, "--inbox", "support@desk.example"],
        env=os.environ | {"WINGBEAT_HOME": str(home)}, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip


def killed(process: subprocess.Popen[str]) -> None:
    """Kill an import that is at work; one that ended by itself was no test of anything."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if process.returncode != -signal.SIGKILL:
        sys.exit(f"The import had ended with {process.returncode} before it was killed.")


def finished(process: subprocess.Popen[str]) -> None:
    """Wait for an import to end well, with nothing left out."""
    told, _ = process.communicate()
    print(told)
    if process.returncode != 0 or "skipped" in told:
        sys.exit(f"The import ended with {process.returncode}, or left something out.")


def counts() -> tuple[int, int, int]:
    from wingbeat.desk.conversations.models import Conversation, Message
    from wingbeat.desk.moving.models import OldNumber

    return Conversation.objects.count(), Message.objects.count(), OldNumber.objects.count()


def replies(asked: list[tuple[str, str, str]]) -> tuple[int, int, int]:
    """Judge replies by reference, replies by number alone, and the same from strangers."""
    from django.utils import timezone

    from tests.channels.mail.letters import answer, mail
    from wingbeat.channels.mail import intake
    from wingbeat.channels.mail.models import Judgement, Source
    from wingbeat.desk.moving.models import OldNumber

    def joined(raw: bytes) -> bool:
        at = timezone.now()
        row = intake.judge(intake.store(raw, source=Source.SMTP, at=at), at=at)
        return row.judgement == Judgement.JOINED

    found = [joined(answer(one, sender=who, subject=f"Re: {title}")) for one, who, title in asked]
    numbers = OldNumber.objects.exclude(leads_to="").order_by("pk")[:SAMPLE]
    hooked = [
        joined(mail(sender=row.conversation.customer.first_address,
                    subject=f"AW: [Ticket#{row.number}] thanks"))
        for row in numbers.select_related("conversation__customer") if row.conversation
    ]  # fmt: skip
    eve = [joined(answer(one, sender="eve@evil.example")) for one, _who, _title in asked]
    print(f"replies to old mail that joined     {sum(found)} of {len(found)}")
    print(f"by a merged ticket's number alone   {sum(hooked)} of {len(hooked)}")
    print(f"strangers who joined                {sum(eve)} of {len(eve)}")
    return len(found) - sum(found), len(hooked) - sum(hooked), sum(eve)


def main(tickets: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name) / "dump", Path(name) / "home"
        folder.mkdir()
        conversations, messages, asked = make(folder, tickets)
        os.environ |= {"WINGBEAT_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[1])}
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from wingbeat.config.commands.starting import start_django

        start_django()
        from wingbeat.config.running import preparing
        from wingbeat.desk.conversations.models import Inbox

        preparing.prepare()
        Inbox.objects.create(name="Support", address="support@desk.example")
        spent, chance = 0.0, random.Random(23)
        for _turn in range(KILLS):
            began, process = time.monotonic(), start(folder, home)
            time.sleep(5 + chance.random() * tickets / 1_000)
            killed(process)
            spent += time.monotonic() - began
            print(f"killed with {counts()[0]:,} conversations here", flush=True)
        began, process = time.monotonic(), start(folder, home)
        finished(process)
        spent += time.monotonic() - began
        here = counts()
        print(f"made {conversations:,} conversations, {messages:,} messages, {tickets:,} numbers")
        print(f"here {here[0]:,} conversations, {here[1]:,} messages, {here[2]:,} numbers")
        print(f"{spent:.0f} s with {KILLS} kills: {tickets / spent:.0f} tickets a second")
        began, process = time.monotonic(), start(folder, home)
        finished(process)
        again = counts()
        print(f"once more in {time.monotonic() - began:.0f} s: {again == here and 'no change'}")
        wrong = replies(asked)
        return int(here != (conversations, messages, tickets) or again != here or any(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 100_000))
