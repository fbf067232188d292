"""Rules and filters by a key: written, tried, switched and ordered by the screens' own checks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.channels.api import Program
from tests.channels.api.conftest import wrong
from tests.channels.api.test_setting_up import FILTER, RULE, told_of
from tests.channels.mail.letters import OTTO, conversation_of, mail, taken_in
from wingbeat.channels.mail import rule_answers
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.mail.models import Account, Judgement
from wingbeat.desk.automation import acting
from wingbeat.desk.automation.rules import Rule
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.sealing import seal

pytestmark = pytest.mark.django_db
POLITE = "Hello, we have your mail. Reply to this one if anything changes. Lamps & Co"
ANSWERS = [{"do": "answer", "value": POLITE}]
QUESTIONS = ("for_customer", "outcome", "our_name")
KINDS = pytest.mark.parametrize(("kind", "body"), [("rules", RULE), ("filters", FILTER)])


@KINDS
def test_one_is_written_tried_switched_on_and_paused(
    olga: Program, kind: str, body: dict[str, Any]
) -> None:
    made = olga.send(f"/{kind}", body, 201, **{"Idempotency-Key": "lamps"})
    assert olga.send(f"/{kind}", body, 201, **{"Idempotency-Key": "lamps"}) == made
    path = f"/{kind}/{made['id']}"
    assert body.items() <= made.items()
    assert (made["is_on"], made["tried_at"], made["by"]) == (False, None, cast.olga().pk)
    refused = olga.send(f"{path}/switch", None, 409, "PUT")
    assert refused["error"]["code"] == "not_tried"
    assert "first: then you know what it" in refused["error"]["message"]
    olga.send(f"{path}/trial")
    assert olga.send(f"{path}/switch", None, method="PUT")["is_on"]
    assert olga.get(path)["tried_at"]
    assert olga.send(path, {**body, "name": "Bulbs"}, method="PUT")["tried_at"] is None
    assert not olga.get(path)["is_on"], "what is written anew is tried anew"
    olga.send(f"{path}/trial")
    olga.send(f"{path}/switch", None, method="PUT")
    assert not olga.send(f"{path}/switch", None, method="DELETE")["is_on"]
    facts = [one.facts["change"] for one in Entry.objects.filter(kind=f"{kind[:-1]}.changed")]
    tried = ["tried", "switched_on"]
    assert facts == ["written", *tried, "written", *tried, "paused"]
    assert set(Entry.objects.values_list("agent_id", flat=True)) == {cast.olga().pk}
    model = "automation.Rule" if kind == "rules" else "mail.MailFilter"
    assert told_of(model) == [("on", "yes", "no")]


@KINDS
def test_they_have_an_order_that_a_key_changes(
    olga: Program, kind: str, body: dict[str, Any]
) -> None:
    first, second = (olga.send(f"/{kind}", {**body, "name": name}, 201)["id"] for name in "AB")
    for _again in range(2):
        olga.send(f"/{kind}/{second}/place")
        assert [one["id"] for one in olga.get(f"/{kind}")["items"]] == [second, first]
    page = olga.get(f"/{kind}?limit=1")
    following = olga.get(f"/{kind}?limit=1&cursor={page['next']}")
    assert [one["id"] for one in following["items"]] == [first]


@KINDS
def test_everything_that_is_wrong_is_named_at_its_field(
    olga: Program, kind: str, body: dict[str, Any]
) -> None:
    olga.send(f"/{kind}", body, 201)
    steps = [{"do": "tag"}, {"do": "dance"}, {"do": "move", "value": "Nowhere"}]
    told = wrong(olga.send(f"/{kind}", {**body, "asks": "colour:red", "steps": steps}, 422))
    assert set(told) == {"body.asks", "body.steps.0.value", "body.steps.1.do", "body.steps.2.value"}
    assert "none of these: Support" in told["body.steps.2.value"]
    assert set(wrong(olga.send(f"/{kind}", body, 422))) == {"body.name"}
    assert set(wrong(olga.send(f"/{kind}", {**body, "steps": []}, 422))) == {"body.steps"}
    long = {**body, "name": " ", "why": "y" * 201, "steps": [steps[0]] * 5, "at": 1}
    told = wrong(olga.send(f"/{kind}", long, 422))
    assert {"body.why", "body.steps", "body.at"} <= set(told)
    olga.send(f"/{kind}/999999", body, 404, "PUT")
    assert Rule.objects.count() + MailFilter.objects.count() == 1


def test_conditions_that_are_too_long_with_their_numbers_are_refused(
    olga: Program, inbox: Inbox
) -> None:
    asks = f"inbox:Support tag:{'x' * 982}"
    assert len(asks) == 1_000
    assert set(wrong(olga.send("/rules", {**RULE, "asks": asks}, 422))) == {"body.asks"}


def test_a_filter_for_everything_and_more_than_the_tray_are_refused(olga: Program) -> None:
    assert set(wrong(olga.send("/filters", {**FILTER, "asks": ""}, 422))) == {"body.asks"}
    steps = [{"do": "tray"}, {"do": "tag", "value": "lamp"}]
    assert set(wrong(olga.send("/filters", {**FILTER, "steps": steps}, 422))) == {"body.steps"}
    assert set(wrong(olga.send("/filters", {**RULE}, 422))) == {"body.when"}


def test_what_answers_by_itself_keeps_the_floor_and_its_questions(
    olga: Program, inbox: Inbox
) -> None:
    Account.objects.create(inbox=inbox, smtp_host="mail.desk.example")
    shouted = [{"do": "answer", "value": "WE CLOSED YOUR REQUEST"}]
    told = wrong(olga.send("/rules", {**RULE, "steps": shouted}, 422))
    assert "It shouts" in told["body.steps.0.value"]
    body = {**RULE, "steps": ANSWERS}
    path = f"/rules/{olga.send('/rules', body, 201)['id']}"
    olga.send(f"{path}/trial")
    refused = olga.send(f"{path}/switch", None, 409, "PUT")
    assert "three questions" in refused["error"]["message"]
    told = wrong(olga.send(path, {**body, "outcome": "w" * 1_001}, 422, "PUT"))
    assert set(told) == {"body.outcome"}
    weighed = olga.send(path, {**body, **dict.fromkeys(QUESTIONS, "It helps.")}, method="PUT")
    assert weighed["our_name"] == "It helps."
    olga.send(f"{path}/trial")
    assert olga.send(f"{path}/switch", None, method="PUT")["is_on"]
    arrived = _arrived("A lamp")
    for _again in range(2):
        seal()
        acting.act_on_events(cast.after(hours=1), rule_answers.answer)
    assert Message.objects.automatic_of_ours([arrived.pk]) == 1
    acted = Entry.objects.get(kind="rule.acted")
    assert acted.agent_id != cast.olga().pk, "the desk acts, not whose key wrote it"


def test_a_trial_tells_what_would_have_been_touched_of_what_the_key_reads(olga: Program) -> None:
    began, elsewhere, chair = (_arrived(subject) for subject in ("A lamp", "A lamp", "A chair"))
    us = Inbox.objects.create(name="Us", address="us@desk.example", is_for_team=True)
    elsewhere.move(to=us, by=cast.ada(), at=timezone.now())
    told = olga.send(f"/rules/{olga.send('/rules', RULE, 201)['id']}/trial")
    assert told["sentence"].startswith("When a customer writes for the first time, and Subject")
    assert (told["looked_at"], told["touched"], told["mails"]) == (2, 1, [])
    assert told["conversations"] == [began.pk]
    assert chair.pk != began.pk


def test_a_filters_trial_tells_conversations_and_mails_in_the_tray(olga: Program) -> None:
    began = _arrived("A lamp")
    path = f"/filters/{olga.send('/filters', {**FILTER, 'steps': [{'do': 'tray'}]}, 201)['id']}"
    told = olga.send(f"{path}/trial")
    assert (told["touched"], told["conversations"], told["mails"]) == (1, [began.pk], [])
    olga.send(f"{path}/switch", None, method="PUT")
    filed = taken_in(mail(subject="A lamp"), seconds=_now())
    assert filed.judgement == Judgement.FILED
    told = olga.send(f"{path}/trial")
    assert (told["touched"], told["conversations"]) == (2, [began.pk])
    assert told["mails"] == [filed.pk]
    assert told["sentence"].endswith("put it into the tray, silently.")


@KINDS
def test_their_lists_ask_as_much_for_many_as_for_few(
    olga: Program, kind: str, body: dict[str, Any]
) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            olga.send(f"/{kind}", {**body, "name": f"{turn} {number}"}, 201)
        with CaptureQueriesContext(connection) as captured:
            assert len(olga.get(f"/{kind}")["items"]) == 10 * (turn + 1)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def _now() -> float:
    """Seconds since noon of the cast's day."""
    return (timezone.now() - cast.NOON).total_seconds()


def _arrived(subject: str) -> Conversation:
    return conversation_of(taken_in(mail(sender=OTTO, subject=subject), seconds=_now()))
