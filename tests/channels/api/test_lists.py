"""Lists of the API: a page costs the same whatever its length."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.keys import make_key
from wingbeat.channels.api.models import Scope
from wingbeat.channels.api.urls import api
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.webhooks.subscribing import subscribe
from wingbeat.desk.automation.declaring import Step
from wingbeat.desk.automation.rules import Rule, When
from wingbeat.desk.care.notification import Notification, Why
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations import cause, custom_field, linking
from wingbeat.desk.conversations.batch import Act, begin
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.view import View
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.knowledge.writing import Place, Words, publish, write
from wingbeat.desk.macros.preparing import Prepared, keep
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
PATHS = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
LISTS = [path for path in PATHS if "get" in PATHS[path] and "{" not in path]


@pytest.mark.slow
def test_lists_ask_as_much_for_twenty_rows_as_for_ten(settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "api_per_minute": 100_000}
    ada = cast.ada()
    Agent.objects.filter(pk=ada.pk).update(role="owner")
    ada = Agent.objects.get(pk=ada.pk)
    support = cast.support(ada)
    program = Program.of(ada, Scope.ADMIN)
    program.get("/me")
    _another(support, 0, ada)
    first = Conversation.objects.get()
    more = [
        f"/api/v1/conversations/{first.pk}/{what}"
        for what in ("messages", "history", "promises", "related")
    ]

    def grown(to: int) -> dict[str, int]:
        for number in range(Conversation.objects.count(), to):
            new = _another(support, number, ada)
            linking.link(first, to=new, by=ada, at=cast.NOON)
            promise(first, "x", due_at=cast.after(days=1), by=ada, at=cast.NOON)
        counts = {}
        for path in [*LISTS, *more]:
            with CaptureQueriesContext(connection) as asked:
                answer = program.client.get(path, {"words": "lamp", "limit": "50"})
            assert answer.status_code == 200, (path, answer.content)
            counts[path] = len(asked.captured_queries)
        return counts

    assert grown(10) == grown(20)


def _another(inbox: Inbox, number: int, by: Agent) -> Conversation:
    """One more of everything that a list shows."""
    who: dict[str, Any] = {"by": by, "at": cast.NOON}
    sender: Party = {"name": "", "address": f"c{number}@customers.example"}
    found = cast.opened(inbox, cast.said(sender=sender))
    found.tag(f"tag {number}", **who)
    found.note(cast.letter("x"), **who)
    promise(found, "x", due_at=cast.after(days=1), **who)
    View.objects.create(name=f"v{number}", owner=by, at=cast.NOON)
    keep(None, Prepared(f"m{number}", "en", "<p>x</p>", "x", owner=by), **who)
    article = write(None, Words("en", f"a{number}", "<p>x</p>", "x"), Place(), **who)
    publish(article, "en", **who)
    cause.keep(None, name=f"c{number}", under=None, **who)
    row = custom_field.CustomField(name=f"f{number}", label="x", about="customer", shape="text")
    custom_field.keep(row, choices=(), **who)
    begin(Act.TAG, [found.pk], what={"tag": "x"}, **who)
    block(f"b{number}.example", **who)
    key, _secret = make_key(f"k{number}", Scope.READ, **who)
    subscribe(f"https://h{number}.example/", key, (), **who)
    step = Step(do="tag", value="x")
    Rule(name=f"r{number}").write(when=When.OPENED, asks="", steps=[step], why="", **who)
    MailFilter(name=f"f{number}").write(asks="subject:x", steps=[step], why="", **who)
    Notification.objects.create(agent=by, conversation=found, why=Why.WORDS, **who)
    return found
