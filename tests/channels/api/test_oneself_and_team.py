"""What concerns oneself, the team now, and many at once, through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import Scope
from wingbeat.desk.automation.availability import Availability
from wingbeat.desk.care.notification import Notification, Why
from wingbeat.desk.conversations.batch import Batch
from wingbeat.desk.conversations.conversation import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada(), cast.max_()))


@pytest.fixture
def ada(found: Conversation) -> Program:
    return Program.of(cast.ada())


def test_notifications_are_oneselfs_and_seen_once(ada: Program, found: Conversation) -> None:
    for agent in (cast.ada(), cast.max_()):
        Notification.objects.create(
            agent=agent, conversation=found, why=Why.WORDS, by=agent, at=cast.NOON
        )
    (told,) = ada.get("/notifications", unseen="true")["items"]
    assert (told["conversation"], told["why"]) == (found.pk, "words")
    ada.send("/notifications/seeing", {"conversation": found.pk}, 204)
    assert ada.get("/notifications", unseen="true")["items"] == []
    assert len(ada.get("/notifications")["items"]) == 1
    assert Program.of(cast.max_()).get("/notifications", unseen="true")["items"]


def test_what_may_no_longer_be_read_is_no_longer_told(ada: Program, found: Conversation) -> None:
    agent = cast.ada()
    Notification.objects.create(
        agent=agent, conversation=found, why=Why.WORDS, by=agent, at=cast.NOON
    )
    found.restrict(to=[cast.max_()], by=cast.max_(), at=cast.NOON)
    assert ada.get("/notifications")["items"] == []


def test_today_empties(ada: Program, found: Conversation) -> None:
    (act,) = ada.get("/today")["items"]
    assert (act["kind"], act["conversation"]) == ("silence", found.pk)
    left = ada.send("/today/dismissals", {"act": act["act"], "reason": "later"})
    assert left["items"] == []


def test_settings_are_read_and_chosen_as_a_whole(ada: Program) -> None:
    mine = ada.get("/me/settings")
    chosen = {**mine, "zone": "Europe/Budapest", "notifies_of": ["mentioned"], "theme": "dark"}
    chosen["hears_manner"] = True
    assert ada.send("/me/settings", chosen, method="PUT") == chosen
    assert ada.get("/me/settings") == chosen
    assert "words" in cast.ada().untold
    for name in mine:  # what is left out would be set back without a word
        told = ada.send("/me/settings", {k: v for k, v in mine.items() if k != name}, 422, "PUT")
        assert told["error"]["fields"][0]["field"] == f"body.{name}"
    wrong = {**mine, "zone": "Mars/Olympus", "language": "xx"}
    told = ada.send("/me/settings", wrong, 422, "PUT")
    assert {one["field"] for one in told["error"]["fields"]} == {"body.zone", "body.language"}


def test_one_is_away_until_a_time_to_come(ada: Program) -> None:
    me = cast.ada().pk
    back = (timezone.now() + timedelta(hours=2)).isoformat()
    ada.send(f"/agents/{me}/presence", {"presence": "away", "until": back}, 204, "PUT")
    assert Availability.objects.get().presence == "away"
    told = ada.send(f"/agents/{me}/presence", {"presence": "protected"}, 422, "PUT")
    assert told["error"]["fields"][0]["field"] == "body.until"


def test_nobody_sends_a_colleague_away_but_their_lead(
    ada: Program, found: Conversation, settings: Settings
) -> None:
    path = f"/agents/{cast.max_().pk}/presence"
    ada.send(path, {"presence": "away"}, 404, "PUT")
    cast.support_team(lead=cast.ada())
    ada.send(path, {"presence": "away"}, 204, "PUT")
    settings.WINGBEAT = {**settings.WINGBEAT, "staff_views": False}
    ada.send(path, {"presence": "here"}, 404, "PUT")


def test_a_day_goes_to_colleagues_and_comes_back(ada: Program, found: Conversation) -> None:
    me, other = cast.ada(), cast.max_()
    found.assign(agent=me, by=me, at=cast.NOON)
    plan = ada.get(f"/agents/{me.pk}/day")["items"]
    assert plan == [{"conversation": found.pk, "taker": other.pk}]
    done = ada.send(f"/agents/{me.pk}/hand-overs", {"items": plan, "words": "See you."}, 201)
    assert done["items"] == plan
    assert found.messages.filter(kind="note", words__text="See you.").exists()
    assert ada.get(f"/conversations/{found.pk}")["assignee"]["id"] == other.pk
    Program.of(other).send(f"/hand-overs/{done['id']}/undoing", None, 404)
    assert ada.send(f"/hand-overs/{done['id']}/undoing")["undone_at"]
    assert ada.get(f"/conversations/{found.pk}")["assignee"]["id"] == me.pk
    told = ada.send(f"/hand-overs/{done['id']}/undoing", None, 409)
    assert told["error"]["code"] == "undone_already"


def test_many_are_done_with_at_once(ada: Program, found: Conversation) -> None:
    body = {"act": "tag", "conversations": [found.pk], "tag": "Storm"}
    made = ada.send("/batches", body, 202)
    assert sum(made["outcomes"].values()) == 1
    assert Batch.objects.get().what == {"tag": "storm"}
    assert [one["id"] for one in ada.get("/batches")["items"]] == [made["id"]]
    Program.of(cast.max_()).get(f"/batches/{made['id']}", 404)
    assert ada.send(f"/batches/{made['id']}/undoing", None, 202)["undone_at"]
    assert ada.send(f"/batches/{made['id']}/undoing", None, 409)["error"]["code"] == "cannot_undo"


def test_a_batch_says_what_its_act_is_missing(ada: Program, found: Conversation) -> None:
    for body, field in (
        ({"act": "snooze"}, "body.until"),
        ({"act": "end"}, "body.reason"),
        ({"act": "move", "inbox": 10**9}, "body.inbox"),
        ({"act": "assign", "agent": 10**9}, "body.agent"),
        ({"act": "tag", "tag": "#"}, "body.tags"),
        ({"act": "tag", "tag": "x", "conversations": [10**9]}, "body.conversations"),
    ):
        told = ada.send("/batches", {"conversations": [found.pk], **body}, 422)
        assert [one["field"] for one in told["error"]["fields"]] == [field], body
    assert not Batch.objects.exists()


def test_a_light_agent_does_nothing_with_many(found: Conversation) -> None:
    lena = cast.lena()
    found.assign(agent=lena, by=cast.ada(), at=cast.NOON)
    program = Program.of(lena, Scope.WRITE)
    program.send("/batches", {"act": "tag", "conversations": [found.pk], "tag": "x"}, 403)
    program.send(f"/agents/{lena.pk}/presence", {"presence": "away"}, 404, "PUT")
