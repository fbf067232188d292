"""One mail costs at most 25 statements, transactions included, whatever it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.channels.mail.letters import (
    OTTO,
    answer,
    answered,
    conversation_of,
    mail,
    own_id,
    taken_in,
)
from tests.channels.mail.reports import bounce
from wingbeat.channels.mail import intake
from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.models import RawMail, Source
from wingbeat.desk.conversations.message import Message

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 25

MAILS: dict[str, Callable[[Message], bytes]] = {
    "a stranger's first mail": lambda _reply: mail(sender=OTTO, subject="Hello"),
    "a known customer's new mail": lambda _reply: mail(subject="Another thing", Cc=OTTO),
    "an answer to our reply": lambda reply: answer(own_id(reply)),
    "an answer to nothing we know": lambda _reply: answer("unknown@elsewhere.example"),
    "a stranger's answer": lambda reply: answer(own_id(reply), sender=OTTO),
    "an absence notice": lambda reply: answer(own_id(reply), Auto_Submitted="auto-replied"),
    "a newsletter": lambda _reply: mail(sender=OTTO, List_Id="<news.shop.example>"),
    "spam": lambda _reply: mail(sender=OTTO, X_Spam_Flag="YES"),
    "a bounce": lambda reply: bounce(of=reply),
    "a mail for nobody": lambda _reply: mail(to="nobody@desk.example"),
}


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_costs_at_most_25_statements(kind: str) -> None:
    cast.support(cast.ada())
    reply = answered(conversation_of(taken_in(mail())))
    raw = MAILS[kind](reply)
    door = Door.open()  # looked at once in five seconds, not once a mail
    with CaptureQueriesContext(connection) as captured:
        intake.store(raw, source=Source.SMTP, at=cast.after(hours=1))
        intake.judge_stored(at=cast.after(hours=1), door=door)
    assert not RawMail.objects.to_judge().exists()
    assert len(captured) <= MOST, "\n".join(query["sql"][:90] for query in captured)


@pytest.mark.parametrize("kind", MAILS)
def test_no_mail_makes_the_desk_read_a_whole_table(kind: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL scans small tables on purpose; its plans tell nothing here")
    cast.support(cast.ada())
    reply = answered(conversation_of(taken_in(mail())))
    raw, door = MAILS[kind](reply), Door.open()
    with CaptureQueriesContext(connection) as captured:
        intake.store(raw, source=Source.SMTP, at=cast.after(hours=1))
        intake.judge_stored(at=cast.after(hours=1), door=door)
    asked = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "UPDATE"))]
    assert asked
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall()]
        assert not any(step.startswith("SCAN") for step in plan), (sql, plan)
