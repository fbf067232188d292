"""Beside the old desk: every way in which two desks can differ is told, with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from tests import cast
from tests.channels.mail.letters import answer, conversation_of, mail, taken_in
from wingbeat.channels.moving import running
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.moving.shapes import OldConversation, OldMessage, OldPerson

pytestmark = pytest.mark.django_db
PAGE = "/setup/beside/"
NORA = OldPerson("10", "Nora Lind", "nora@customers.example")


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


def word(
    ref: str, *, hours: float, kind: str = "customer", automatic: str = "", mid: str = ""
) -> OldMessage:
    said = cast.said("Words", at=cast.after(hours=hours), message_id=mid, automatic=automatic)
    return OldMessage(ref, MessageKind(kind), said, OldPerson("2", "Ada", "ada@desk.example"))


def old(inbox: Inbox, ref: str, *words: OldMessage, subject: str = "Lamp") -> OldConversation:
    return OldConversation(
        ref=ref, inbox=inbox, customer=NORA, subject=subject, opened_at=words[0].said.at,
        load=lambda: words, mark=str(len(words)), number=f"22{ref}",
    )  # fmt: skip


def brought(rows: Sequence[OldConversation], *, days: int = 3) -> None:
    at = cast.after(days=days)
    running.move_in(running.old_desk("old", at=at), rows, at=at)


def read(client: Client, url: str = PAGE) -> str:
    client.force_login(cast.olga())
    return " ".join(strip_tags(client.get(url).content.decode()).split())


def test_before_there_is_anything_the_page_says_what_to_do(inbox: Inbox, client: Client) -> None:
    assert "Nothing can be compared yet" in read(client)


def test_what_both_took_alike_is_only_counted(inbox: Inbox, client: Client) -> None:
    taken_in(mail(message_id="a@x.example"))
    brought([old(inbox, "1", word("11", hours=0, mid="a@x.example"))])
    page = read(client)
    assert "1 of 1 mail the same" in page
    assert "The two desks did the same with everything." in page


def test_a_mail_that_came_to_one_only_is_told(inbox: Inbox, client: Client) -> None:
    taken_in(mail(message_id="a@x.example", subject="Only here"))
    brought([old(inbox, "1", word("11", hours=1, mid="b@x.example"), subject="Only there")])
    page = read(client)
    assert "0 of 2 mails the same" in page
    assert page.index("Came to the old desk only Only there") < page.index(
        "Came here only Only here"
    )
    assert "It never reached this desk." in page
    assert "No import has told of a mail with its Message-ID." in page


def test_a_mail_in_the_tray_here_is_told_where_it_is_somebodys_words_there(
    inbox: Inbox, client: Client
) -> None:
    taken_in(mail(message_id="first@x.example"))
    block("cheap.example", by=cast.olga(), at=cast.NOON)
    taken_in(mail(message_id="a@x.example", subject="Won", sender="eve@cheap.example"))
    brought([
        old(inbox, "0", word("10", hours=0, mid="first@x.example")),
        old(inbox, "1", word("11", hours=1, mid="a@x.example")),
    ])  # fmt: skip
    page = read(client)
    assert "Laid aside here, a conversation there Won" in page
    assert "from a blocked sender" in page
    assert "1 of 2 mails the same" in page


def test_threads_that_are_joined_otherwise_are_told(inbox: Inbox, client: Client) -> None:
    taken_in(mail(message_id="a@x.example", subject="One"))
    taken_in(mail(message_id="b@x.example", subject="Two"))
    taken_in(mail(message_id="c@x.example", subject="Three"))
    taken_in(answer("c@x.example", message_id="d@x.example", subject="Re: Three"))
    brought([
        old(inbox, "1", *(word(one, hours=0, mid=f"{one}@x.example") for one in "ab")),
        old(inbox, "2", word("21", hours=0, mid="c@x.example")),
        old(inbox, "3", word("31", hours=0, mid="d@x.example")),
    ])  # fmt: skip
    page = read(client)
    assert "Apart here, together there Two" in page
    assert "There it is part of 221." in page
    assert "Together here, apart there Three" in page
    assert "There these are 222, 223." in page
    assert "3 of 4 mails the same" in page


def test_a_mail_that_one_takes_for_automatic_is_told(inbox: Inbox, client: Client) -> None:
    taken_in(mail(message_id="a@x.example"))
    brought([old(inbox, "1", word("11", hours=0, mid="a@x.example", automatic="reply"))])
    page = read(client)
    assert "There an automatic mail; here somebody’s words, which wait for an answer." in page
    assert "0 of 1 mail the same" in page


def test_an_answer_there_is_told_with_how_long_it_took(inbox: Inbox, client: Client) -> None:
    taken_in(mail(message_id="a@x.example", subject="Lamp"))
    brought([
        old(
            inbox, "1", word("11", hours=0, mid="a@x.example"),
            word("12", hours=3, kind="agent"), word("13", hours=4, kind="agent"),
        )
    ])  # fmt: skip
    page = read(client)
    assert "1 of 1 mail the same" in page
    assert page.count("After ") == 1
    [line] = csv.DictReader(io.StringIO(client.get(PAGE + "?as=csv").content.decode()))
    assert (line["kind"], line["subject"]) == ("answered", "Lamp")
    assert int(line["answered after seconds"]) == 3 * 3600
    assert line["address"].startswith("http://testserver/conversations/")


def test_what_is_restricted_is_not_told(inbox: Inbox, client: Client) -> None:
    secret = conversation_of(taken_in(mail(message_id="a@x.example", subject="Secret")))
    secret.restrict(to=[], by=cast.max_(), at=cast.after(hours=1))
    brought([old(inbox, "1", word("11", hours=1, mid="b@x.example"), subject="Open")])
    page = read(client)
    assert "Secret" not in page
    assert "0 of 1 mail the same" in page


def test_only_who_administers_reads_it(inbox: Inbox, client: Client) -> None:
    client.force_login(cast.max_())
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("rows", [2, 12])
def test_more_mails_need_no_more_questions(inbox: Inbox, client: Client, rows: int) -> None:
    for number in range(rows):
        taken_in(mail(message_id=f"{number}@x.example", subject=f"Lamp {number}"))
    there = [word(str(n), hours=1, mid=f"{n}@y.example") for n in range(rows)]
    brought([old(inbox, f"c{n}", one) for n, one in enumerate(there)])
    read(client)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(PAGE)
    assert len(captured) <= 22
