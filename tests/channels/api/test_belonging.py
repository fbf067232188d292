"""Causes, links, following, fields and blocking through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.models import Scope
from wingbeat.desk.conversations import cause, custom_field, receiving
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.mentioning import Following
from wingbeat.desk.customers.models import Block
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada()))


@pytest.fixture
def other(found: Conversation) -> Conversation:
    return cast.opened(found.inbox, cast.said(sender=cast.OTTO))


@pytest.fixture
def ada(found: Conversation) -> Program:
    return Program.of(cast.ada())


@pytest.fixture
def olga(found: Conversation) -> Program:
    return Program.of(cast.olga(), Scope.ADMIN)


def test_a_cause_is_made_said_and_taken_back(
    ada: Program, olga: Program, found: Conversation
) -> None:
    ada.send("/causes", {"name": "Broken"}, 403)
    made = olga.send("/causes", {"name": "Broken"}, 201)
    below = olga.send("/causes", {"name": "In transit", "under": made["id"]}, 201)
    assert [one["under"] for one in ada.get("/causes")["items"]] == [None, made["id"]]
    path = f"/conversations/{found.pk}/cause"
    ada.send(path, {"cause": below["id"]}, method="PUT")
    assert cause.CauseMark.objects.get().cause_id == below["id"]
    assert ada.get("/conversations", query="cause:broken")["items"]
    ada.send(path, None, method="DELETE")
    assert not cause.CauseMark.objects.exists()
    told = ada.send(path, {"cause": 10**9}, 422, "PUT")
    assert told["error"]["fields"][0]["field"] == "body.cause"


def test_a_cause_no_longer_offered_is_not_said(
    ada: Program, olga: Program, found: Conversation
) -> None:
    made = olga.send("/causes", {"name": "Broken"}, 201)
    assert not olga.send(f"/causes/{made['id']}/offer", None, method="DELETE")["is_offered"]
    path = f"/conversations/{found.pk}/cause"
    told = ada.send(path, {"cause": made["id"]}, 422, "PUT")
    assert told["error"]["code"] == "wrong_cause"
    assert olga.send(f"/causes/{made['id']}/offer", None, method="PUT")["is_offered"]
    renamed = olga.send(f"/causes/{made['id']}", {"name": "Fault"}, method="PUT")
    assert renamed["name"] == "Fault"
    assert olga.send("/causes", {"name": "fault"}, 422)["error"]["fields"]


def test_two_are_linked_and_each_stays_what_it_is(
    ada: Program, found: Conversation, other: Conversation
) -> None:
    path = f"/conversations/{found.pk}/related"
    ada.send(f"{path}/{other.pk}", None, 204, "PUT")
    assert [one["number"] for one in ada.get(path)["items"]] == [other.pk]
    back = f"/conversations/{other.pk}/related"
    assert [one["number"] for one in ada.get(back)["items"]] == [found.pk]
    told = ada.send(f"{back}/{found.pk}", None, 409, "PUT")
    assert told["error"]["code"] == "cannot_link"
    ada.send(f"{back}/{found.pk}", None, 204, "DELETE")
    assert ada.get(path)["items"] == []


def test_nothing_is_told_of_a_linked_one_that_is_closed(
    ada: Program, found: Conversation, other: Conversation
) -> None:
    ada.send(f"/conversations/{found.pk}/related/{other.pk}", None, 204, "PUT")
    sales = Inbox.objects.create(name="Sales", address="sales@desk.example")
    Conversation.objects.filter(pk=other.pk).update(inbox=sales)
    assert ada.get(f"/conversations/{found.pk}/related")["items"] == []
    told = ada.send(f"/conversations/{found.pk}/related/{other.pk}", None, 422, "PUT")
    assert told["error"]["fields"][0]["field"] == "path.other"


def test_a_follow_up_owes_its_first_word(ada: Program, found: Conversation) -> None:
    ada.send(f"/conversations/{found.pk}/ending", {"reason": "answered"})
    new = ada.send(f"/conversations/{found.pk}/follow-ups", None, 201)
    assert new["number"] != found.pk
    assert new["state"] == "us"
    links = ada.get(f"/conversations/{new['number']}/related")["items"]
    assert [(one["number"], one["kind"]) for one in links] == [(found.pk, "follow_up")]


def test_following_is_oneselfs(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/following"
    ada.send(path, None, 204, "PUT")
    assert Following.objects.get().agent == cast.ada()
    ada.send(path, None, 204, "DELETE")
    assert not Following.objects.exists()


def test_only_mere_thanks_are_their_word(ada: Program, found: Conversation) -> None:
    path = f"/conversations/{found.pk}/word"
    assert ada.send(path, None, 409)["error"]["code"] == "not_their_word"
    ada.send(f"/conversations/{found.pk}/replies", {"text": "Here it is."}, 201)
    thanks = cast.said("Thank you!", at=found.messages.latest("at").at + timedelta(hours=1))
    receiving.receive(found, thanks, by=Agent.objects.system())
    assert ada.send(path)["state"] == "solved"


def test_blocking_ends_it_as_spam_and_closing_links_needs_no_words(
    ada: Program, found: Conversation
) -> None:
    ada.send(f"/conversations/{found.pk}/links", None, 204, "DELETE")
    assert ada.send(f"/conversations/{found.pk}/blocking")["is_spam"]
    assert Block.objects.get().pattern == cast.NORA["address"]


def test_fields_are_told_by_name_and_all_wrong_ones_at_once(
    ada: Program, found: Conversation
) -> None:
    for name, about, shape in (
        ("order", "conversation", "number"),
        ("tier", "customer", "text"),
    ):
        row = custom_field.CustomField(name=name, label=name, about=about, shape=shape)
        custom_field.keep(row, choices=(), by=cast.olga(), at=cast.NOON)
    assert [one["name"] for one in ada.get("/fields")["items"]] == ["order", "tier"]
    path = f"/conversations/{found.pk}/fields"
    wrong = ada.send(path, {"fields": {"order": "x", "colour": "y"}}, 422, "PUT")
    assert {one["field"] for one in wrong["error"]["fields"]} == {
        "body.fields.order", "body.fields.colour",
    }  # fmt: skip
    told = ada.send(path, {"fields": {"order": "12", "tier": "gold"}}, method="PUT")
    assert told == {"fields": {"order": "12", "tier": "gold"}}
    theirs = f"/customers/{found.customer_id}/fields"
    assert ada.get(theirs) == {"fields": {"tier": "gold"}}
    assert ada.send(theirs, {"fields": {"tier": ""}}, method="PUT") == {"fields": {"tier": ""}}
    assert ada.get(path) == {"fields": {"order": "12", "tier": ""}}
