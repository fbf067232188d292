"""Putting something right on screen: one key away, within a limit alone, above it by two."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.care.grant import Grant, Standing, give
from wingbeat.desk.conversations.cause import Cause, Offers, keep, mark
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import solve
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
UPWARD = "I want to speak to your manager."


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(at=timezone.now()))


def broken(conversation: Conversation, **offers: object) -> Cause:
    found = Offers(**offers)  # type: ignore[arg-type]  # amounts and kinds, by name
    cause = keep(
        None, name="Broken <lamp>", under=None, by=cast.olga(), at=cast.NOON, offers=found
    )  # fmt: skip
    mark(conversation, cause, by=cast.ada(), at=cast.NOON)
    return cause


def test_one_key_leads_to_it_and_one_press_gives_what_the_cause_is_offered(
    desk: Client, conversation: Conversation
) -> None:
    broken(conversation, offer_kind="refund", offer_cents=1250)
    one = f"/conversations/{conversation.pk}/"
    assert 'data-key="o"' in desk.get(one).content.decode()
    page = desk.get(f"{one}grants/").content.decode()
    assert "You may decide this yourself, up to 20.00 EUR." in page
    assert "Whoever has “Broken &lt;lamp&gt;” is offered" in page
    assert "Refund, 12.50 EUR" in page
    said = {"kind": "refund", "cents": "12.50"}
    page = desk.post(f"{one}grants/", said, follow=True).content.decode()
    row = Grant.objects.get()
    assert (row.kind, row.cents, row.standing, row.by.name) == (
        "refund", 1250, Standing.GIVEN, "Ada Fields",
    )  # fmt: skip
    assert "Given: refund, 12.50 EUR. They know it when you tell them." in page
    assert "Ada Fields put something right" in page


def test_what_costs_little_is_sent_again_with_one_press(
    desk: Client, conversation: Conversation
) -> None:
    broken(conversation, item_cents=900, offer_kind="refund", offer_cents=9900)
    assert (
        "Send another one, 9.00 EUR"
        in desk.get(f"/conversations/{conversation.pk}/grants/").content.decode()
    )


def test_a_light_agent_gives_too(
    client_of: ClientOf, conversation: Conversation, support: Inbox
) -> None:
    lena = cast.lena()
    conversation.assign(agent=lena, by=cast.ada(), at=timezone.now())
    browser = client_of(lena)
    assert "/grants/" in browser.get(f"/conversations/{conversation.pk}/").content.decode()
    browser.post(f"/conversations/{conversation.pk}/grants/", {"kind": "gesture", "cents": "5"})
    assert Grant.objects.get().standing == Standing.GIVEN


def test_above_the_limit_it_stands_in_a_colleagues_day_until_they_say_a_word(
    desk: Client, client_of: ClientOf, conversation: Conversation
) -> None:
    url = f"/conversations/{conversation.pk}/grants/"
    said = {"kind": "credit", "cents": "20,01", "words": "for the <glass>"}
    page = desk.post(url, said, follow=True).content.decode()
    assert "A second person decides, because it is above the limit." in page
    assert "whether Nora Lind is given this" not in desk.get("/today/").content.decode()
    max_ = client_of(cast.max_())
    today = max_.get("/today/").content.decode()
    assert "Say whether Nora Lind is given this" in today
    assert "for the &lt;glass&gt;" in today
    row = Grant.objects.get()
    own = desk.post(f"/grants/{row.pk}/agreement/", follow=True).content.decode()
    assert "somebody else has to agree" in own
    max_.post(f"/grants/{row.pk}/agreement/")
    row.refresh_from_db()
    assert (row.standing, row.second) == (Standing.GIVEN, cast.max_())
    assert "given this" not in max_.get("/today/").content.decode()
    shown = desk.get(url).content.decode()
    assert "Max Stone" in shown
    assert "It was not given" in shown


def test_what_is_wrong_is_told_and_nothing_is_given(
    desk: Client, conversation: Conversation
) -> None:
    url = f"/conversations/{conversation.pk}/grants/"
    for cents in ("", "0", "much", "1.234"):
        answer = desk.post(url, {"kind": "refund", "cents": cents})
        assert answer.status_code == 422, cents
    assert not Grant.objects.exists()


def test_who_asks_for_a_manager_is_answered_by_whoever_reads_it(
    desk: Client, conversation: Conversation
) -> None:
    one = f"/conversations/{conversation.pk}/"
    line = "asks for somebody who may decide. You may decide this yourself."
    assert line not in desk.get(one).content.decode()
    receive(conversation, cast.said(UPWARD, at=timezone.now()), by=Agent.objects.system())
    assert line in desk.get(one).content.decode()
    desk.post(f"{one}grants/", {"kind": "refund", "cents": "5"})
    assert line not in desk.get(one).content.decode()


def test_who_had_to_ask_for_a_manager_points_to_a_rule_worth_changing_by_its_cause(
    desk: Client, conversation: Conversation, client_of: ClientOf
) -> None:
    one, press = f"/conversations/{conversation.pk}/", "A rule is in the way"
    cause = broken(conversation, offer_kind="refund", offer_cents=100)
    conversation.tag("lamp", by=cast.ada(), at=cast.NOON)
    assert press not in desk.get(one).content.decode(), "nobody asked for a manager"
    receive(conversation, cast.said(UPWARD, at=timezone.now()), by=Agent.objects.system())
    page = desk.get(one).content.decode()
    assert press in page
    tags = re.search(r'name="tags" value="([^"]*)">' + press, page)
    assert tags is not None
    page = desk.post(f"{one}tags/", {"tags": tags[1]}, follow=True).content.decode()
    assert press not in page, "it is said once"
    assert {"lamp", "rule-in-the-way"} == set(
        conversation.taggings.values_list("tag__name", flat=True)
    )
    causes = desk.get("/causes/").content.decode()
    counted = 'a rule in the way: <span data-number="causes.rule">1</span>'
    assert counted in causes
    question = re.search(r'class="mark" href="[^"]*\?q=([^"]*)"', causes)
    assert question is not None
    asked = unquote(question[1]).replace("&quot;", '"')
    assert "tag:rule-in-the-way" in asked
    assert cause.name in asked.replace("&lt;", "<").replace("&gt;", ">")
    stranger = Agent.objects.invite(email="eve@desk.example", name="Eve")
    assert counted not in client_of(stranger).get("/causes/").content.decode()


def test_what_helped_stands_first_even_where_it_costs_us_more(
    desk: Client, conversation: Conversation, support: Inbox
) -> None:
    cause = broken(conversation)
    for number, (kind, cents) in enumerate([("credit", 100), ("refund", 2000), ("refund", 2000)]):
        sender: Party = {"name": f"C {number}", "address": f"c{number}@home.example"}
        other = cast.opened(support, cast.said(sender=sender, at=timezone.now()))
        mark(other, cause, by=cast.ada(), at=timezone.now())
        give(other, kind, cents, by=cast.ada(), at=timezone.now())
        solve(other, by=Agent.objects.system(), at=timezone.now())
    page = desk.get(f"/conversations/{conversation.pk}/grants/").content.decode()
    assert 0 < page.index("Refund, 20.00 EUR") < page.index("Credit, 1.00 EUR")


def test_a_page_costs_the_same_whatever_was_given(desk: Client, conversation: Conversation) -> None:
    broken(conversation, offer_kind="refund", offer_cents=100)
    counts = []
    for _turn in range(3):
        desk.post(f"/conversations/{conversation.pk}/grants/", {"kind": "refund", "cents": "1"})
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/conversations/{conversation.pk}/grants/")
        counts.append(len(captured))
    assert len(set(counts)) == 1
