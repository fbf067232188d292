"""Every address of the API, asked with everybody's key: nobody reads or changes what is closed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.channels.api import Program
from tests.screens.random_desk import SECRET, RandomDesk
from tests.screens.reader import Reader
from tests.screens.test_access import picture
from wingbeat.channels.api.models import ApiKey, Scope
from wingbeat.channels.api.urls import api
from wingbeat.channels.mail.models import RawMail
from wingbeat.desk.care.grant import Grant
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.batch import Batch
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.view import View
from wingbeat.desk.customers.models import Customer

pytestmark = pytest.mark.django_db
PATHS = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
OPERATIONS = [(path, method) for path, known in PATHS.items() for method in known]
LISTS = [path for path in PATHS if "get" in PATHS[path] and "{" not in path]
# What the placeholder of an address stands for, by what comes before it.
ABOUT: dict[str, tuple[str, Any]] = {
    "conversations": ("conversation", Conversation), "messages": ("words", Message),
    "customers": ("customer", Customer), "attachments": ("attachment", Attachment),
    "views": ("view", View), "tray": ("mail", RawMail), "promises": ("a promise", Promise),
    "grants": ("grant", Grant),
    "batches": ("batch", Batch),
}  # fmt: skip
# ... and what is of the whole desk, or of whoever may look after somebody: tests of their own.
ELSEWHERE = {
    "macros", "articles", "causes", "agents", "hand-overs", "webhooks", "blocks", "brands",
    "hours", "inboxes", "teams", "fields", "contracts", "rules", "filters",
}  # fmt: skip
# Lists for the scope admin, and what light agents do not read.
TURNED_AWAY = {
    "audit", "rules", "filters", "blocks", "webhooks", "keys", "written-articles",
    "brands", "hours", "contracts", "limit",
}  # fmt: skip


def place_of(path: str) -> str:
    return path.removeprefix("/api/v1/").partition("/")[0]


def rows(path: str) -> list[Any]:
    return list(ABOUT[place_of(path)][1].objects.order_by("pk"))


def filled(path: str, one: Any) -> str:
    values = {"number": one.pk, "id": one.pk, "token": getattr(one, "token", "")}
    return path.format(part=1, other=1, language="en", **values)


def test_every_address_names_what_it_is_about() -> None:
    named = {place_of(path) for path in PATHS if "{" in path}
    assert named == set(ABOUT) | ELSEWHERE


def test_every_address_needs_a_key() -> None:
    client, token = Client(), "00000000-0000-4000-8000-000000000000"
    for path, method in OPERATIONS:
        more = {"organization": 1, "day": 1, "language": "en", "token": token}
        asked = path.format(number=1, id=1, part=1, other=1, **more)
        answer = client.generic(method.upper(), asked, "{}", content_type="application/json")
        assert answer.status_code == 401, (method, path)


@pytest.mark.slow
def test_what_is_closed_looks_like_what_is_not_there() -> None:
    desk = RandomDesk.thrown(1)
    count = 0
    for agent in desk.agents:
        reader, program = Reader(agent), Program.of(agent)
        before = picture_without_keys()
        for path, method in OPERATIONS:
            if "{" not in path or place_of(path) not in ABOUT:
                continue
            about = ABOUT[place_of(path)][0]
            closed = [one for one in rows(path) if reader.may(about, one) is False]
            for one in desk.dice.sample(closed, min(2, len(closed))):
                answer = program.client.generic(
                    method.upper(), filled(path, one), json.dumps(a_body(path, method)),
                    content_type="application/json",
                )  # fmt: skip
                assert answer.status_code == 404, (method, path, answer.content, agent.role)
                count += 1
        assert picture_without_keys() == before
    assert count > 200


def a_body(path: str, method: str) -> Any:
    """A body that the address would take, so that nothing but the door refuses it."""
    known = PATHS[path][method].get("requestBody")
    if known is None:
        return None
    shape = known["content"].get("application/json", {}).get("schema", {})
    bodies = {
        "Letters": {"text": "x"}, "ReplySent": {"text": "x"}, "EndingSent": {"reason": "answered"},
        "SnoozeSent": {"until": "2100-01-01T00:00:00Z"}, "TagsSent": {"tags": ["x"]},
        "MoveSent": {"inbox": 1}, "MergeSent": {"into": 1}, "SplitSent": {"messages": [1]},
        "SeveritySent": {"level": "grave", "why": "x"}, "DescriptionSent": {"name": "x"},
        "CustomerMergeSent": {"customer": 1},
        "BusinessEventSent": {"kind": "order", "at": "2026-01-01T00:00:00Z", "external_id": "x"},
        "ViewSent": {"name": "x", "question": ""}, "FieldsSent": {"fields": {}},
        "ForwardSent": {"text": "x", "message": 1, "to": [{"address": "x@y.example"}]},
        "PromiseSent": {"words": "x", "due_at": "2100-01-01T00:00:00Z"},
        "CauseMarkSent": {"cause": 1},
        "GrantSent": {"kind": "refund", "cents": 1},
    }  # fmt: skip
    return bodies.get(shape.get("$ref", "").rpartition("/")[2], {})


def picture_without_keys() -> str:
    ApiKey.objects.update(used_at=None)
    return picture()


@pytest.mark.slow
def test_no_list_holds_a_word_that_its_reader_may_not_read() -> None:
    desk = RandomDesk.thrown(2)
    for agent in desk.agents:
        scope = Scope.ADMIN if agent.may_administer else Scope.READ
        reader, program = Reader(agent), Program.of(agent, scope)
        for path in LISTS:
            query = {"words": desk.word("words")} if path.endswith("/search") else {}
            answer = program.client.get(path, query)
            assert answer.status_code in {200, 403}, (path, answer.content)
            assert answer.status_code == 200 or place_of(path) in TURNED_AWAY
            closed = set(SECRET.findall(answer.content.decode())) - reader.words
            if path.endswith("/views"):  # whoever finds a view reads its question
                closed -= set(SECRET.findall(str(list(View.objects.values("question", "name")))))
            assert not closed, (path, agent.role, closed)
        for number in reader.wholes:
            for what in ("", "/messages", "/history", "/promises", "/related", "/fields"):
                page = program.client.get(f"/api/v1/conversations/{number}{what}")
                assert page.status_code == 200
                assert not set(SECRET.findall(page.content.decode())) - reader.words
