"""Reading and changing conversations through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import KEPT_FOR, KeptAnswer, forget_old
from wingbeat.desk.care.notification import Notification
from wingbeat.desk.care.notifying import notify_of_events
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal.sealing import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada()))


@pytest.fixture
def ada(found: Conversation) -> Program:
    return Program.of(cast.ada())


def test_a_list_goes_on_where_it_stopped(ada: Program, found: Conversation) -> None:
    for number in range(6):
        sender: Party = {"name": f"C{number}", "address": f"c{number}@customers.example"}
        cast.opened(found.inbox, cast.said(sender=sender, at=cast.after(hours=number // 2)))
    seen, cursor = [], ""
    while cursor is not None:
        page = ada.get("/conversations", limit=2, cursor=cursor)
        assert len(page["items"]) <= 2
        seen += [one["number"] for one in page["items"]]
        cursor = page["next"]
    newest = Conversation.objects.order_by("-latest_at", "-pk").values_list("pk", flat=True)
    assert seen == list(newest)


def test_a_list_asks_in_the_language_of_views(ada: Program, found: Conversation) -> None:
    ada.send(f"/conversations/{found.pk}/tags", {"tags": ["Refund"]}, method="PUT")
    assert len(ada.get("/conversations", query="state:us tag:refund")["items"]) == 1
    assert ada.get("/conversations", query="-tag:refund")["items"] == []
    told = ada.get("/conversations", 422, query="state:nowhere colour:red")
    assert len(told["error"]["fields"]) == 2, "every problem at once"


def test_a_cursor_of_another_list_is_refused(ada: Program, found: Conversation) -> None:
    for cursor in ("x", "W10=", "WzEsMiwzXQ==", "MQ=="):
        assert ada.get("/conversations", 422, cursor=cursor)["error"]["fields"]


def test_a_reply_answers_whoever_wrote_last(ada: Program, found: Conversation) -> None:
    said = ada.send(f"/conversations/{found.pk}/replies", {"text": "It is on its way."}, 201)
    assert [one["address"] for one in said["to"]] == [cast.NORA["address"]]
    assert (said["kind"], said["delivery"]) == ("agent", "waiting")
    assert ada.get(f"/conversations/{found.pk}")["state"] == "customer"


def test_html_is_cleaned_to_what_the_composer_writes(ada: Program, found: Conversation) -> None:
    html = "<p>Hello <b>you</b><script>alert(1)</script></p><img src=https://x.example/p.png>"
    said = ada.send(f"/conversations/{found.pk}/replies", {"html": html}, 201)
    assert "script" not in said["html"]
    assert "x.example" not in said["html"]
    assert "<b>you</b>" in said["html"]


def test_an_overtaken_reply_is_stopped(ada: Program, found: Conversation) -> None:
    first = Message.objects.get()
    found.note(cast.letter("Wait!"), by=cast.max_(), at=timezone.now())
    body = {"text": "It is on its way.", "seen": first.pk}
    told = ada.send(f"/conversations/{found.pk}/replies", body, 409)
    assert told["error"]["code"] == "thread_changed"


def test_a_reply_leaves_the_draft_of_its_person_alone(ada: Program, found: Conversation) -> None:
    Draft.objects.create(
        conversation=found, agent=cast.ada(), inbox=found.inbox, html="<p>I begin</p>",
        saved_at=cast.NOON,
    )  # fmt: skip
    ada.send(f"/conversations/{found.pk}/replies", {"text": "Sent by a script."}, 201)
    draft = Draft.objects.get()
    assert (draft.conversation_id, draft.html) == (found.pk, "<p>I begin</p>")


def test_a_file_goes_along_and_can_be_fetched(ada: Program, found: Conversation) -> None:
    file = SimpleUploadedFile("bill.txt", b"12 euros", "text/plain")
    sent = ada.client.post("/api/v1/attachments", {"file": file})
    assert sent.status_code == 201, sent.content
    body = {"text": "Here it is.", "files": [sent.json()["token"]]}
    said = ada.send(f"/conversations/{found.pk}/replies", body, 201)
    (attached,) = said["attachments"]
    answer = ada.client.get(f"/api/v1/attachments/{attached['token']}")
    assert answer.content == b"12 euros"
    assert answer["Content-Disposition"].startswith("attachment")
    other = Program.of(cast.max_())
    assert other.client.get(f"/api/v1/attachments/{attached['token']}").status_code == 404
    body["files"] = ["00000000-0000-4000-8000-000000000000"]
    assert ada.send(f"/conversations/{found.pk}/replies", body, 422)["error"]["fields"]


def test_everything_else_that_is_done_with_one(ada: Program, found: Conversation) -> None:
    one, at = f"/conversations/{found.pk}", timezone.now()
    max_ = cast.max_()
    cast.support(max_)
    assert ada.send(f"{one}/assignment", {"agent": max_.pk}, method="PUT")["assignee"]["name"]
    assert ada.send(f"{one}/assignment", {}, method="PUT")["assignee"] is None
    until = (at + timedelta(days=2)).isoformat()
    assert ada.send(f"{one}/snooze", {"until": until}, method="PUT")["snoozed_until"]
    assert ada.send(f"{one}/snooze", method="DELETE")["snoozed_until"] is None
    ada.send(f"{one}/snooze", {"until": "2001-01-01T00:00:00Z"}, 422, "PUT")
    grave = {"level": "grave", "why": "It burns."}
    assert ada.send(f"{one}/severity", grave, method="PUT")["severity"] == "grave"
    assert ada.send(f"{one}/ending", {"reason": "answered"})["state"] == "ended"
    assert ada.send(f"{one}/ending", {"reason": "answered"}, 409)["error"]["code"] == (
        "already_ended"
    )
    assert ada.send(f"{one}/reopening")["state"] == "us"
    assert ada.send(f"{one}/restriction", {"agents": []}, method="PUT")["is_restricted"]
    Program.of(max_).get(one, 404)
    assert not ada.send(f"{one}/restriction", method="DELETE")["is_restricted"]
    note = ada.send(f"{one}/notes", {"text": "Call them."}, 201)
    assert note["kind"] == "note"
    kinds = {entry["kind"] for entry in ada.get(f"{one}/history")["items"]}
    assert {"conversation.ended", "conversation.reopened", "severity.marked"} <= kinds


def test_the_history_tells_nobody_of_what_concerns_somebody_else(
    ada: Program, found: Conversation
) -> None:
    max_ = cast.max_()
    cast.support_team(max_)
    found.assign(agent=max_, team=None, by=cast.ada(), at=timezone.now())
    seal()
    notify_of_events(timezone.now())
    assert Notification.objects.get().agent == max_
    kinds = [one["kind"] for one in ada.get(f"/conversations/{found.pk}/history")["items"]]
    assert "conversation.assigned" in kinds
    assert "agent.notified" not in kinds


def test_merge_split_and_move(ada: Program, found: Conversation) -> None:
    other = cast.opened(found.inbox, cast.said(sender=cast.OTTO))
    into = ada.send(f"/conversations/{other.pk}/merge", {"into": found.pk})
    assert into["number"] == found.pk
    assert ada.get(f"/conversations/{other.pk}")["number"] == found.pk
    assert len(ada.get(f"/conversations/{found.pk}/messages")["items"]) == 2
    out = ada.send(f"/conversations/{found.pk}/merged/{other.pk}", method="DELETE")
    assert out["number"] == other.pk
    first = ada.get(f"/conversations/{found.pk}/messages")["items"][0]["id"]
    new = ada.send(f"/conversations/{found.pk}/split", {"messages": [first]})
    assert new["number"] not in {found.pk, other.pk}
    told = ada.send(f"/conversations/{found.pk}/inbox", {"inbox": 10**9}, 422, "PUT")
    assert told["error"]["fields"][0]["field"] == "body.inbox"


def test_a_conversation_is_begun_by_writing_first(ada: Program, found: Conversation) -> None:
    body = {
        "inbox": found.inbox_id, "to": [{"name": "Otto", "address": "OTTO@customers.example"}],
        "subject": "Your lamp\r\nBcc: all@x.example", "text": "It is here.",
    }  # fmt: skip
    said = ada.send("/conversations", body, 201)
    assert said["subject"] == "Your lamp Bcc: all@x.example", "a header stays on its line"
    assert ada.get(f"/conversations/{said['conversation']}")["customer"]["address"] == (
        "otto@customers.example"
    )


def test_the_same_request_again_gets_the_same_answer(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/replies"
    once: Any = {"idempotency-key": "order-7"}
    first = ada.send(path, {"text": "It is on its way."}, 201, **once)
    again = ada.send(path, {"text": "It is on its way."}, 201, **once)
    assert first == again
    assert Message.objects.filter(kind="agent").count() == 1
    told = ada.send(path, {"text": "Something else."}, 409, **once)
    assert told["error"]["code"] == "key_used_otherwise"
    other = Program.of(cast.ada())
    other.send(path, {"text": "Another key's own."}, 201, **once)


def test_a_refused_request_may_be_tried_again(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/reopening"
    once: Any = {"idempotency-key": "again"}
    ada.send(path, None, 409, **once)
    found.end(by=cast.ada(), at=timezone.now(), reason="answered")
    ada.send(path, None, 200, **once)
    assert KeptAnswer.objects.count() == 1
    assert forget_old(timezone.now()) == 0
    assert forget_old(timezone.now() + KEPT_FOR + timedelta(minutes=1)) == 1


def test_a_change_of_an_old_state_is_stopped(ada: Program, found: Conversation) -> None:
    read = ada.client.get(f"/api/v1/conversations/{found.pk}")
    found.tag("refund", by=cast.max_(), at=timezone.now())
    path = f"/conversations/{found.pk}/ending"
    old: Any = {"if-match": read["ETag"]}
    told = ada.send(path, {"reason": "answered"}, 412, **old)
    assert told["error"]["code"] == "stale"
    fresh = ada.client.get(f"/api/v1/conversations/{found.pk}")["ETag"]
    known = ada.client.get(f"/api/v1/conversations/{found.pk}", headers={"if-none-match": fresh})
    assert (known.status_code, known.content) == (304, b"")
    new: Any = {"if-match": fresh}
    ada.send(path, {"reason": "answered"}, **new)


def test_all_wrong_fields_are_told_at_once(ada: Program, found: Conversation) -> None:
    body = {"inbox": 0, "to": [{"address": "nobody"}], "subjekt": "x", "subject": "a\x00b"}
    told = ada.send("/conversations", body, 422)["error"]
    fields = {one["field"] for one in told["fields"]}
    assert fields == {"body.inbox", "body.to.0.address", "body.subject", "body.subjekt"}


def test_a_light_agent_answers_and_notes_and_nothing_else(found: Conversation) -> None:
    lena = cast.lena()
    found.assign(agent=lena, by=cast.ada(), at=cast.NOON)
    light = Program.of(lena)
    light.send(f"/conversations/{found.pk}/notes", {"text": "I look."}, 201)
    light.send(f"/conversations/{found.pk}/ending", {"reason": "answered"}, 403)


def test_customers_are_described_once_at_a_time(ada: Program, found: Conversation) -> None:
    one = f"/customers/{found.customer_id}"
    state: Any = {"if-match": ada.client.get(f"/api/v1{one}")["ETag"]}
    said = {"name": "Nora Lind", "organization": "Acme", "zone": "Europe/Budapest"}
    assert ada.send(one, said, method="PUT", **state)["organization"]["name"] == "Acme"
    ada.send(one, {"name": "Nobody"}, 412, "PUT", **state)
    told = ada.send(one, {"name": "Nora", "zone": "Nowhere"}, 422, "PUT")
    assert told["error"]["code"] == "unknown_zone"
    assert [row["name"] for row in ada.get("/organizations")["items"]] == ["Acme"]
    mail = ada.get("/customers", address="Nora@Customers.Example")["items"]
    assert [row["id"] for row in mail] == [found.customer_id]
    assert len(ada.get(f"{one}/conversations")["items"]) == 1


def test_views_are_kept_changed_and_let_go(ada: Program, found: Conversation) -> None:
    view = ada.send("/views", {"name": "Mine", "question": "state:us"}, 201)
    assert len(ada.get(f"/views/{view['id']}/conversations")["items"]) == 1
    ada.send(f"/views/{view['id']}", {"name": "M", "question": "state:ended"}, method="PUT")
    assert ada.get(f"/views/{view['id']}/conversations")["items"] == []
    Program.of(cast.max_()).send(f"/views/{view['id']}", None, 404, "DELETE")
    ada.send(f"/views/{view['id']}", None, 204, "DELETE")
    assert ada.get("/views")["items"] == []
    assert ada.send("/views", {"name": "X", "question": "colour:red"}, 422)["error"]["fields"]


def test_search_finds_words_and_goes_on(ada: Program, found: Conversation) -> None:
    hits = ada.get("/search", words="lamp")
    assert [hit["conversation"] for hit in hits["items"]] == [found.pk]
    assert Program.of(cast.max_()).get("/search", words="lamp")["items"] == []
