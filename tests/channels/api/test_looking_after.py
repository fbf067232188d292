"""Webhooks, rules, filters and blocks through the API: for keys that look after the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.keys import make_key
from wingbeat.channels.api.models import KeptAnswer, Scope
from wingbeat.channels.api.urls import api
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.webhooks.models import Webhook, WebhookCall
from wingbeat.desk.automation.declaring import Step
from wingbeat.desk.automation.rules import Rule, When
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.models import Block
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.sealing import seal

pytestmark = pytest.mark.django_db
HOOK = "https://shop.example.org/wingbeat"


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada(), cast.olga()))


@pytest.fixture
def olga(found: Conversation) -> Program:
    return Program.of(cast.olga(), Scope.ADMIN)


def test_whoever_does_not_look_after_the_desk_is_turned_away(found: Conversation) -> None:
    spec = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    places = ("webhooks", "blocks", "keys")
    count = 0
    for program in (Program.of(cast.ada()), Program.of(cast.olga()), Program.named(found.inbox)):
        for path, methods in spec.items():
            if path.split("/")[3] not in places:
                continue
            for method in methods:
                body = {
                    "POST /webhooks": {"address": HOOK, "key": 1},
                    "POST /blocks": {"pattern": "spam.example"},
                    "PUT /webhooks/{id}/stop": {},
                    "POST /webhooks/{id}/calls": {"first": 1, "last": 2},
                }.get(f"{method.upper()} {path.removeprefix('/api/v1')}")
                asked = path.removeprefix("/api/v1").format(id=1)
                program.send(asked, body, 403, method.upper())
                count += 1
    assert count == 3 * 12
    assert not Webhook.objects.exists()


def test_a_webhook_is_made_stopped_and_let_go(olga: Program, found: Conversation) -> None:
    key, _secret = make_key("eyes", Scope.READ, by=cast.olga(), at=cast.NOON)
    assert key.pk in [one["id"] for one in olga.get("/keys")["items"]]
    body = {"address": HOOK, "key": key.pk, "kinds": ["conversation.ended"]}
    same = {"Idempotency-Key": "once"}
    made = olga.send("/webhooks", body, 201, **same)
    assert made["secret"].startswith("whsec_")
    assert olga.send("/webhooks", body, 201, **same) == made
    assert made["secret"].removeprefix("whsec_") not in str(KeptAnswer.objects.values_list())
    path = f"/webhooks/{made['id']}"
    assert "secret" not in olga.get(path)
    assert [one["id"] for one in olga.get("/webhooks")["items"]] == [made["id"]]
    stopped = olga.send(f"{path}/stop", {"why": "Maintenance."}, method="PUT")
    assert stopped["stopped_why"] == "Maintenance."
    assert olga.send(f"{path}/stop", {}, method="PUT")["stopped_why"] == "Maintenance."
    assert olga.send(f"{path}/stop", None, method="DELETE")["stopped_at"] is None
    olga.send(path, None, 204, "DELETE")
    changes = Entry.objects.filter(kind="webhook.changed").order_by("pk")
    assert [one.facts["change"] for one in changes] == ["made", "stopped", "went_on", "removed"]


def test_a_webhook_is_called_again_for_a_range(olga: Program, found: Conversation) -> None:
    key, _secret = make_key("eyes", Scope.READ, by=cast.olga(), at=cast.NOON)
    made = olga.send("/webhooks", {"address": HOOK, "key": key.pk}, 201)
    found.note(cast.letter("x"), by=cast.ada(), at=timezone.now())
    seal()
    last = Entry.objects.latest("position").position
    path = f"/webhooks/{made['id']}/calls"
    owed = olga.send(path, {"first": 1, "last": last}, 202)["calls"]
    assert owed == WebhookCall.objects.count() > 0
    assert {one["state"] for one in olga.get(path)["items"]} == {"waiting"}


def test_everything_wrong_with_a_webhook_is_told_at_once(olga: Program) -> None:
    body = {"address": "ftp://x", "key": 10**9, "kinds": ["lamp.broken"]}
    told = olga.send("/webhooks", body, 422)
    fields = {one["field"] for one in told["error"]["fields"]}
    assert fields == {"body.key", "body.kinds", "body.address"}


def test_no_webhook_sees_through_somebody_elses_eyes(olga: Program) -> None:
    key, _secret = make_key("hers", Scope.READ, by=cast.ada(), at=cast.NOON)
    told = olga.send("/webhooks", {"address": HOOK, "key": key.pk}, 422)
    assert told["error"]["fields"][0]["field"] == "body.key"


def test_rules_and_filters_are_read_as_they_stand(olga: Program) -> None:
    who: dict[str, Any] = {"by": cast.olga(), "at": cast.NOON}
    step = Step(do="tag", value="x")
    rule, sieve = Rule(name="Greet"), MailFilter(name="Shop")
    for asks in ("state:us", "state:us tag:new"):
        rule.write(when=When.OPENED, asks=asks, steps=[step], why="", **who)
    sieve.write(asks="subject:order", steps=[step], why="So many.", **who)
    (told,) = olga.get("/rules")["items"]
    assert (told["when"], told["asks"], told["is_on"]) == ("opened", "state:us tag:new", False)
    (told,) = olga.get("/filters")["items"]
    assert told["steps"] == [{"do": "tag", "value": "x"}]
    assert told["why"] == "So many."


def test_whoever_is_blocked_may_be_let_write_again(olga: Program) -> None:
    row = olga.send("/blocks", {"pattern": "@Spam.example"}, 201)
    assert row["pattern"] == "spam.example"
    assert olga.get("/blocks")["items"] == [row]
    olga.send(f"/blocks/{row['id']}", None, 204, "DELETE")
    assert not Block.objects.exists()
    told = olga.send("/blocks", {"pattern": "desk.example"}, 422)
    assert told["error"]["fields"][0]["field"] == "body.pattern"


def test_who_would_shut_out_several_says_how_many(olga: Program, found: Conversation) -> None:
    cast.opened(found.inbox, cast.said(sender=cast.OTTO))
    told = olga.send("/blocks", {"pattern": "customers.example"}, 422)
    assert told["error"]["fields"][0]["field"] == "body.shuts_out"
    assert "2 people" in told["error"]["message"]
    olga.send("/blocks", {"pattern": "customers.example", "shuts_out": 2}, 201)
