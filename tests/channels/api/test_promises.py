"""Promises through the API: given, kept, taken back; and calls written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from tests.channels.api import Program
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada()))


@pytest.fixture
def ada(found: Conversation) -> Program:
    return Program.of(cast.ada())


def soon(**much: float) -> str:
    return (timezone.now() + timedelta(**much)).isoformat()


def test_a_promise_is_given_and_kept_once(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/promises"
    row = ada.send(path, {"words": "We call you.", "due_at": soon(days=1)}, 201)
    assert [one["id"] for one in ada.get(path)["items"]] == [row["id"]]
    assert [one["id"] for one in ada.get("/promises")["items"]] == [row["id"]]
    assert ada.send(f"/promises/{row['id']}/keeping")["outcome"] == "kept"
    assert ada.get("/promises")["items"] == []
    told = ada.send(f"/promises/{row['id']}/withdrawal", None, 409)
    assert told["error"]["code"] == "settled_already"
    kinds = set(Entry.objects.filter(kind__startswith="promise").values_list("kind", flat=True))
    assert kinds == {"promise.made", "promise.kept"}


def test_a_promise_of_yesterday_names_its_field(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/promises"
    told = ada.send(path, {"words": "We call you.", "due_at": soon(days=-1)}, 422)
    assert [one["field"] for one in told["error"]["fields"]] == ["body.due_at"]
    told = ada.send(path, {"words": " ", "due_at": soon(days=1)}, 422)
    assert [one["field"] for one in told["error"]["fields"]] == ["body.words"]


def test_a_promise_names_the_reply_that_gave_it(ada: Program, found: Conversation) -> None:
    reply = ada.send(f"/conversations/{found.pk}/replies", {"text": "By Friday."}, 201)
    path = f"/conversations/{found.pk}/promises"
    body = {"words": "By Friday.", "due_at": soon(days=3), "message": reply["id"]}
    assert ada.send(path, body, 201)["message"] == reply["id"]
    told = ada.send(path, {**body, "message": found.messages.earliest("pk").pk}, 422)
    assert told["error"]["fields"][0]["field"] == "body.message"


def test_a_stranger_keeps_no_promise_of_others(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/promises"
    row = ada.send(path, {"words": "We call you.", "due_at": soon(days=1)}, 201)
    other = Program.of(cast.max_())
    other.send(f"/promises/{row['id']}/keeping", None, 404)
    assert other.get("/promises")["items"] == []


def test_a_call_stands_in_the_same_history(ada: Program, found: Conversation) -> None:
    body = {"inbox": found.inbox_id, "who": "Nora Lind", "said": "Where is it?", "then": "us"}
    said = ada.send("/calls", body, 201)
    assert said["came_by"] == "phone"
    assert said["customer"]["id"] == found.customer_id
    told = ada.send("/calls", {**body, "inbox": 10**9}, 422)
    assert told["error"]["fields"][0]["field"] == "body.inbox"
    assert ada.send("/calls", {**body, "said": " "}, 422)["error"]["code"] == "nothing_told"
