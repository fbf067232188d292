"""One message through the API: the margin, and what becomes of a reply."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import Scope
from wingbeat.desk.conversations import receiving
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.people.models import Agent, Membership, Team

pytestmark = pytest.mark.django_db
NEW = {"name": "Rita", "address": "rita@elsewhere.example"}


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada()))


@pytest.fixture
def ada(found: Conversation) -> Program:
    return Program.of(cast.ada())


def a_stranger_in(found: Conversation) -> Message:
    words = cast.said("Me too.", sender=cast.OTTO, at=cast.after(hours=1))
    system = Agent.objects.system()
    return receiving.receive(found, words, by=system, doubt=Doubt.UNKNOWN_SENDER)


def failed(program: Program, found: Conversation) -> int:
    reply = program.send(f"/conversations/{found.pk}/replies", {"text": "Here it is."}, 201)
    Outgoing.objects.update(state="failed", refused={cast.NORA["address"]: "unknown"})
    return int(reply["id"])


def test_a_stranger_is_let_in_once(ada: Program, found: Conversation) -> None:
    stranger = a_stranger_in(found)
    assert ada.get(f"/conversations/{found.pk}")["has_stranger"]
    assert not ada.send(f"/messages/{stranger.pk}/letting-in")["has_stranger"]
    stranger.refresh_from_db()
    assert not stranger.in_margin
    told = ada.send(f"/messages/{stranger.pk}/keeping-out", None, 409)
    assert told["error"]["code"] == "already_decided"


def test_a_stranger_is_kept_out_and_stays_readable(ada: Program, found: Conversation) -> None:
    stranger = a_stranger_in(found)
    assert not ada.send(f"/messages/{stranger.pk}/keeping-out")["has_stranger"]
    assert ada.get(f"/messages/{stranger.pk}")["in_margin"]


def test_what_failed_goes_to_another_address(ada: Program, found: Conversation) -> None:
    number = failed(ada, found)
    said = ada.send(f"/messages/{number}/resending", {"to": [NEW]})
    assert [one["address"] for one in said["to"]] == [NEW["address"]]
    assert said["delivery"] == "waiting"
    told = ada.send(f"/messages/{number}/resending", {}, 409)
    assert told["error"]["code"] == "nothing_to_settle"


def test_what_is_in_doubt_is_settled_or_given_up(ada: Program, found: Conversation) -> None:
    number = failed(ada, found)
    assert ada.send(f"/messages/{number}/giving-up")["delivery"] == "given_up"
    Outgoing.objects.update(state="in_doubt", refused={})
    assert ada.send(f"/messages/{number}/settling")["delivery"] == "sent"
    ada.send(f"/messages/{found.messages.earliest('pk').pk}/settling", None, 404)


def test_what_was_put_off_leaves_now(ada: Program, found: Conversation) -> None:
    later = (timezone.now() + timedelta(days=1)).isoformat()
    body = {"text": "Tomorrow.", "leaves_at": later}
    reply = ada.send(f"/conversations/{found.pk}/replies", body, 201)
    assert reply["delivery"] == "later"
    assert ada.send(f"/messages/{reply['id']}/leaving")["delivery"] == "waiting"
    told = ada.send(f"/messages/{reply['id']}/leaving", None, 409)
    assert told["error"]["code"] == "not_waiting_to_leave"


def test_too_late_to_take_back_is_told(ada: Program, found: Conversation) -> None:
    reply = ada.send(f"/conversations/{found.pk}/replies", {"text": "Here it is."}, 201)
    Outgoing.objects.update(state="sent")
    told = ada.send(f"/messages/{reply['id']}/undoing", None, 409)
    assert told["error"]["code"] == "too_late_to_undo"


def test_a_message_is_sent_on_with_its_words(ada: Program, found: Conversation) -> None:
    first = found.messages.get().pk
    body = {"message": first, "to": [NEW], "text": "Have you seen this?"}
    sent = ada.send(f"/conversations/{found.pk}/forwards", body, 201)
    assert "My lamp does not light." in sent["html"]
    assert sent["subject"] == "Fwd: A broken lamp"
    assert ada.get(f"/conversations/{found.pk}")["state"] == "us", "the customer waits on"
    told = ada.send(f"/conversations/{found.pk}/forwards", {**body, "message": 10**9}, 422)
    assert told["error"]["fields"][0]["field"] == "body.message"


def test_a_light_agent_decides_about_their_own_replies_only(found: Conversation) -> None:
    lena = cast.lena()
    found.assign(agent=lena, by=cast.ada(), at=cast.NOON)
    program = Program.of(lena, Scope.WRITE)
    number = failed(program, found)
    assert program.send(f"/messages/{number}/giving-up")["delivery"] == "given_up"
    stranger = a_stranger_in(found)
    program.send(f"/messages/{stranger.pk}/letting-in", None, 403)


def test_the_same_deed_with_one_key_is_done_once(ada: Program, found: Conversation) -> None:
    stranger = a_stranger_in(found)
    path = f"/messages/{stranger.pk}/letting-in"
    same: dict[str, Any] = {"Idempotency-Key": "once"}
    assert ada.send(path, **same) == ada.send(path, **same)


def test_who_reads_only_what_was_split_off_takes_nothing_back(
    ada: Program, found: Conversation
) -> None:
    later = (timezone.now() + timedelta(days=1)).isoformat()
    body = {"text": "Tomorrow.", "leaves_at": later}
    number = ada.send(f"/conversations/{found.pk}/replies", body, 201)["id"]
    new = found.split(list(found.messages.order_by("pk")), by=cast.ada(), at=timezone.now())
    parts = Inbox.objects.create(name="Parts", address="parts@desk.example")
    parts.teams.add(Team.objects.create(name="Parts"))
    Membership.objects.create(agent=cast.max_(), team=parts.teams.get())
    new.move(to=parts, by=cast.ada(), at=timezone.now())
    reader = Program.of(cast.max_())
    assert reader.get(f"/messages/{number}")["conversation"] == new.pk
    reader.send(f"/messages/{number}/undoing", None, 404)
    assert Message.objects.filter(pk=number).exists()
    assert ada.send(f"/messages/{number}/undoing")["number"] == found.pk
    assert not Message.objects.filter(pk=number).exists()
