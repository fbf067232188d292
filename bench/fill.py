"""Fill an empty desk with made-up conversations, for measuring growth.

    python -m bench.fill 500000            into $WINGBEAT_HOME or $WINGBEAT_DATABASE_URL
    python -m bench.fill 500000 5          PostgreSQL: a fifth is made up, and the server copies it

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


def main(count: int, copies: int = 1) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wingbeat.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=NORMAL")
    began = time.perf_counter()
    fill(count, copies)
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


def fill(count: int, copies: int) -> None:
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
    made = count // copies
    for first in range(0, made, 5_000):
        with transaction.atomic():
            conversations(words, first, min(5_000, made - first), count, inboxes, ada)
    if copies > 1:
        copy(made, count)
        conversations(words, count - 1, 1, count, inboxes, ada)


def copy(made: int, count: int) -> None:
    """Let the server repeat the first conversations under later numbers and times, all but one.

    That takes minutes where making up every word takes an hour; the full-text index is made last.
    """
    from django.db import connection, transaction

    tables = {
        "conversations_conversation": {
            "id": 1, "opened_at": 0, "latest_at": 0, "waits_for_us_since": 0,
        },
        "conversations_message": {"id": 3, "conversation_id": 1, "at": 0},
        "conversations_messagetext": {"message_id": 3},
        "search_words": {"message_id": 3},
        "conversations_participant": {"conversation_id": 1},
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no keys are looked up
        cursor.execute("DROP INDEX search_words_gin")
        for shift in range(made, count, made):
            for table, shifts in tables.items():
                copy_table(cursor, table, shifts, shift, min(made, count - 1 - shift))
        cursor.execute("CREATE INDEX search_words_gin ON search_words USING gin (words)")


def copy_table(cursor: Any, table: str, shifts: dict[str, int], shift: int, many: int) -> None:
    """Copy rows: numbers shifted as often as a conversation has them, times by as many minutes."""
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    names = [column[0] for column in cursor.description]
    if "id" in names and "id" not in shifts:
        names.remove("id")  # the server gives one
    chosen = [
        name if name not in shifts
        else f"{name} + {shifts[name]} * {shift}" if shifts[name]
        else f"{name} + interval '{shift} minutes'"
        for name in names
    ]  # fmt: skip
    key, each = next((name, by) for name, by in shifts.items() if by)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(chosen)} FROM {table} "
        f"WHERE {key} <= {each} * %s",
        [many],
    )


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
    """Make up some conversations of a desk that will have `count`."""
    rows, said = [], []
    for i in range(first, first + many):
        person = words.random.randrange(max(20, count // 5)) + 1
        subject = words.text(5)
        length = 20 if i == count - 1 else 3
        thread = [message(words, i, k, person, ada) for k in range(length)]
        is_open = i % 5 == 4 or i == count - 1
        rows.append(
            conversation(i, inboxes[i % 3], person, subject, thread[-1], ada, is_open=is_open)
        )
        said += [(one, subject, text) for one, text in thread]
    keep(rows, said)


def message(words: Words, i: int, k: int, person: int, ada: Any) -> tuple[Any, str]:
    """Make up the k-th message of a conversation: theirs and ours by turns."""
    from wingbeat.desk.conversations.message import Message

    text = words.text(words.random.randint(60, 140))
    if k == 0 and i % 1000 == 500:
        text += " The courier cracked it."
    is_theirs, number = k % 2 == 0, 3 * i + k + 1
    return Message(
        pk=number,
        conversation_id=i + 1,
        kind="customer" if is_theirs else "agent",
        at=START + timedelta(minutes=i + 30 * k),
        agent=None if is_theirs else ada,
        address_id=person if is_theirs else None,
        message_id=f"<{number}@customers.example>",
    ), text


def conversation(
    i: int,
    inbox: Any,
    person: int,
    subject: str,
    latest: tuple[Any, str],
    ada: Any,
    *,
    is_open: bool,
) -> Any:
    from wingbeat.desk.conversations.conversation import Conversation

    at = latest[0].at
    return Conversation(
        pk=i + 1,
        inbox=inbox,
        customer_id=person,
        subject=subject,
        opened_at=START + timedelta(minutes=i),
        latest_at=at,
        state="us" if is_open else "customer" if i % 2 else "ended",
        waits_for_us_since=at if is_open else None,
        due_at=at + timedelta(days=1) if is_open else None,
        excerpt=latest[1][:180],
        assignee=ada if i % 7 == 0 else None,
    )


def keep(rows: list[Any], said: list[tuple[Any, str, str]]) -> None:
    """Keep conversations and their messages, each with its subject and text, in few statements."""
    from django.db import connection

    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.message import Message, MessageText, Participant
    from wingbeat.desk.conversations.searching import SQL, stemmed

    Conversation.objects.bulk_create(rows)
    Message.objects.bulk_create(one for one, _subject, _text in said)
    MessageText.objects.bulk_create(
        MessageText(
            message_id=one.pk, subject=subject, html=f"<p>{text}</p>", text=text, text_new=text,
            recipients={"to": [], "cc": [], "bcc": []},
        )
        for one, subject, text in said
    )  # fmt: skip
    Participant.objects.bulk_create(
        Participant(conversation_id=row.pk, email=f"person.{row.customer_id - 1}@customers.example")
        for row in rows
    )
    stems = [(one.pk, " ".join(stemmed(f"{subject} {text}"))) for one, subject, text in said]
    with connection.cursor() as cursor:
        cursor.executemany(SQL[connection.vendor]["index"], stems)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] or ["1000"]))
