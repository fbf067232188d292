"""Saying why somebody writes, and reading it by the week."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.cause import Cause, CauseMark, keep, mark
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.merging import merge
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support, cast.said(at=timezone.now()))


def named(name: str, under: Cause | None = None) -> Cause:
    return keep(None, name=name, under=under, by=cast.olga(), at=cast.NOON)


def test_it_is_one_key_and_one_click_and_stands_in_head_and_thread(
    desk: Client, conversation: Conversation
) -> None:
    one = f"/conversations/{conversation.pk}/"
    assert "is-cause" not in desk.get(one).content.decode()  # nothing to choose, nothing shown
    late = named("Late <parcel>", named("Delivery"))
    assert 'data-key="w"' in desk.get(one).content.decode()
    page = desk.post(f"{one}cause/", {"cause": late.pk}, follow=True).content.decode()
    assert page.count("Late &lt;parcel&gt;") == 2  # chip, line of the thread
    menu = desk.get(f"{one}cause/choices/", headers={"HX-Request": "true"}).content.decode()
    assert re.search(r'aria-pressed="true"><span dir="auto">Late &lt;parcel&gt;', menu)
    assert "is-below" in menu
    assert "<html" not in menu
    assert "Ada Fields named the cause" in page
    page = desk.post(f"{one}cause/", {"cause": ""}, follow=True).content.decode()
    assert "Ada Fields took the cause off" in page
    assert not CauseMark.objects.exists()


def test_what_cannot_be_chosen_changes_nothing(desk: Client, conversation: Conversation) -> None:
    one = f"/conversations/{conversation.pk}/cause/"
    assert desk.post(one, {"cause": "99"}).status_code == 404
    page = desk.post(one, {"cause": "late"}, follow=True).content.decode()
    assert "“cause” must be a number" in page
    assert not CauseMark.objects.exists()


def test_the_weeks_show_counts_what_they_are_out_of_and_a_way_to_the_conversations(
    desk: Client, conversation: Conversation
) -> None:
    assert "no causes to choose yet" in desk.get("/causes/").content.decode()
    parcel = named("Late parcel")
    desk.post(f"/conversations/{conversation.pk}/cause/", {"cause": parcel.pk})
    cast.opened(conversation.inbox, cast.said(at=timezone.now()))
    page = desk.get("/causes/").content.decode()
    assert 'data-number="causes.n">1<' in page
    assert 'data-number="causes.without">1<' in page
    assert 'data-number="causes.all">2<' in page
    assert "/views/new/?q=cause%3A%22Late%20parcel%22" in page
    asked = desk.get("/views/new/?q=cause%3A%22Late%20parcel%22").context["asked"]
    assert not asked.problems


def test_light_agents_read_the_cause_and_choose_none(
    conversation: Conversation, ada: Agent, client_of: ClientOf, desk: Client
) -> None:
    parcel = named("Late parcel")
    desk.post(f"/conversations/{conversation.pk}/cause/", {"cause": parcel.pk})
    lena = cast.lena()
    conversation.admit(lena, by=ada, at=cast.NOON)
    light = client_of(lena)
    page = light.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "Late parcel" in page
    assert "cause/" not in page
    assert light.get("/causes/").status_code == 403


def test_more_causes_ask_no_more_questions(desk: Client, conversation: Conversation) -> None:
    counts = []
    for most in (10, 20):
        for number in range(most - 10, most):
            named(f"Cause {number}")
        for place in (f"/conversations/{conversation.pk}/", "/causes/"):
            desk.get(place)
            with CaptureQueriesContext(connection) as captured:
                desk.get(place)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_who_comes_again_with_the_same_trouble_is_told_apart_from_who_comes_again(
    desk: Client, conversation: Conversation, client_of: ClientOf
) -> None:
    support, told = conversation.inbox, "people who wrote more than once"
    parcel, invoice = named("Late parcel"), named("Wrong invoice")

    def writes(person: str, *causes: Cause) -> None:
        for cause in causes:
            sender: Party = {"name": person, "address": f"{person.lower()}@home.example"}
            one = cast.opened(support, cast.said(sender=sender, at=timezone.now()))
            mark(one, cause, by=cast.ada(), at=timezone.now())

    writes("Ann", parcel, parcel)
    writes("Bo", parcel, invoice)
    writes("Cy", parcel, invoice, invoice)
    writes("Once", parcel)
    writes("Again", parcel)
    writes("Di", invoice, parcel)
    assert told not in desk.get("/causes/").content.decode(), "of four it says nothing"
    writes("Ed", invoice, parcel)
    page = desk.get("/causes/").content.decode()
    assert f"Of 5 {told}, 2 came with the same cause again" in page
    assert re.search(r"anything from (\d+) to (\d+) % may be true", page)
    once, again = (Customer.objects.get(name=name) for name in ("Once", "Again"))
    merge(again, into=once, by=cast.ada(), at=timezone.now())
    page = desk.get("/causes/").content.decode()
    assert f"Of 6 {told}, 3 came with the same cause again" in page, "two records, one person"
    stranger = Agent.objects.invite(email="eve@desk.example", name="Eve")
    assert told not in client_of(stranger).get("/causes/").content.decode()
