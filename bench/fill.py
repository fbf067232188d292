"""Fill an empty desk with made-up conversations, for measuring growth.

    python -m bench.fill 500000            into $WINGBEAT_HOME or $WINGBEAT_DATABASE_URL

Three messages a conversation, 60 to 140 words each with word frequencies as in real language
(Zipf), 20 customers a hundred conversations, one in five waiting for us; "courier cracked" stand
side by side in one conversation of a thousand. The newest conversation has 20 messages. The same
seed gives the same rows.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2025, 1, 1, tzinfo=UTC)
COMMON = (
    "the and I my is it you for in of have not this was that with on be can please but are your me "
    "so order from when do we will if would as thank has an at account just get no after been "
    "help what all there out up one again working now how because invoice payment time day "
    "delivery any by only they which number email card week charged phone since need tried "
    "received update login address password customer yesterday problem sent today before know "
    "screen work page cancel bank month plan price error parcel box support question answer "
    "window button browser file license"
).split()
SYLLABLES = [
    c + v
    for c in "b d f g h k l m n p r s t v z br kl st tr".split()
    for v in "a e i o u ai".split()
]


class Words:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        made = ["".join(parts) for parts in itertools.product(SYLLABLES, SYLLABLES)]
        self.random.shuffle(made)
        self.words = COMMON + made[:12_000]
        self.weights = list(
            itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self.words)))
        )

    def text(self, count: int) -> str:
        words = self.random.choices(self.words, cum_weights=self.weights, k=count)
        return ". ".join(" ".join(words[i : i + 9]).capitalize() for i in range(0, count, 9)) + "."


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=NORMAL")
    began = time.perf_counter()
    fill(count)
    settle()
    print(f"{count} conversations in {time.perf_counter() - began:.0f} s")


def settle() -> None:
    """Tell the database what it holds, and where the next number is."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def fill(count: int) -> None:
    from django.db import transaction

    from wingbeat.desk.conversations.inbox import Inbox
    from wingbeat.desk.people.models import Agent, Membership, Role, Team

    team = Team.objects.create(name="Support")
    owner = Agent.objects.invite(
        email="olga@desk.example", name="Olga Owner", role=Role.OWNER, password="a quiet password"
    )
    ada = Agent.objects.invite(
        email="ada@desk.example", name="Ada Fields", password="a quiet password"
    )
    for agent in (owner, ada):
        Membership.objects.create(agent=agent, team=team)
    inboxes = [
        Inbox.objects.create(name=name, address=f"{name.lower()}@desk.example")
        for name in ("Support", "Orders", "Repairs")
    ]
    for inbox in inboxes:
        inbox.teams.add(team)
    people(max(20, count // 5))
    words = Words(seed=7)
    for first in range(0, count, 5_000):
        with transaction.atomic():
            conversations(words, first, min(5_000, count - first), count, inboxes, ada)


def people(count: int) -> None:
    from wingbeat.desk.customers.models import Address, Customer

    Customer.objects.bulk_create(
        [Customer(pk=i + 1, name=f"Person {i}", since_at=START) for i in range(count)],
        batch_size=5_000,
    )
    Address.objects.bulk_create(
        [
            Address(pk=i + 1, customer_id=i + 1, email=f"person.{i}@customers.example")
            for i in range(count)
        ],
        batch_size=5_000,
    )


def conversations(
    words: Words, first: int, many: int, count: int, inboxes: list[Any], ada: Any
) -> None:
    from django.db import connection

    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.message import Message, MessageText, Participant
    from wingbeat.desk.conversations.searching import SQL, stemmed

    people_count = max(20, count // 5)
    rows, messages, texts, stems = [], [], [], []
    number = first * 3
    for i in range(first, first + many):
        person = words.random.randrange(people_count) + 1
        opened = START + timedelta(minutes=i)
        is_open = i % 5 == 4 or i == count - 1
        subject = words.text(5)
        length = 20 if i == count - 1 else 3
        for k in range(length):
            number += 1
            text = words.text(words.random.randint(60, 140))
            if k == 0 and i % 1000 == 500:
                text += " The courier cracked it."
            at = opened + timedelta(minutes=30 * k)
            theirs = k % 2 == 0
            messages.append(
                Message(
                    pk=number,
                    conversation_id=i + 1,
                    kind="customer" if theirs else "agent",
                    at=at,
                    agent=None if theirs else ada,
                    address_id=person if theirs else None,
                    message_id=f"<{number}@customers.example>",
                )
            )
            texts.append(
                MessageText(
                    message_id=number,
                    subject=subject,
                    html=f"<p>{text}</p>",
                    text=text,
                    text_new=text,
                    recipients={"to": [], "cc": [], "bcc": []},
                )
            )
            stems.append((number, " ".join(stemmed(f"{subject} {text}"))))
        rows.append(
            Conversation(
                pk=i + 1,
                inbox=inboxes[i % 3],
                customer_id=person,
                subject=subject,
                opened_at=opened,
                latest_at=at,
                state="us" if is_open else "customer" if i % 2 else "ended",
                waits_for_us_since=at if is_open else None,
                excerpt=text[:180],
                assignee=ada if i % 7 == 0 else None,
            )
        )
    Conversation.objects.bulk_create(rows)
    Message.objects.bulk_create(messages)
    MessageText.objects.bulk_create(texts)
    Participant.objects.bulk_create(
        [
            Participant(
                conversation_id=row.pk, email=f"person.{row.customer_id - 1}@customers.example"
            )
            for row in rows
        ]
    )
    with connection.cursor() as cursor:
        cursor.executemany(SQL[connection.vendor]["index"], stems)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
