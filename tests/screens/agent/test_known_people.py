"""To whom one writes: people one knows are proposed by the beginning of a name or an address."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def proposed(client: Client, q: str) -> str:
    return client.get("/addresses/", {"q": q}).content.decode()


def test_a_name_or_an_address_proposes_whom_it_begins(desk: Client, support: Inbox) -> None:
    cast.opened(support)
    for q in ("nor", "Lind", "nora@cust"):
        assert "Nora Lind &lt;nora@customers.example&gt;" in proposed(desk, q)
    assert "role" not in proposed(desk, "n")
    assert "role" not in proposed(desk, "xyzzy")


def test_the_address_is_the_one_that_was_asked_for(desk: Client, support: Inbox) -> None:
    customer = cast.opened(support).customer
    customer.addresses.create(email="lind@work.example")
    assert "lind@work.example" in proposed(desk, "lind@w")
    assert cast.NORA["address"] in proposed(desk, "Nora")


def test_nobody_is_proposed_whom_one_may_not_read(
    support: Inbox, client_of: ClientOf, desk: Client
) -> None:
    cast.opened(support)
    eve = Agent.objects.invite(email="eve@desk.example", name="Eve", password="x" * 12)
    assert "role" not in proposed(client_of(eve), "nor")
    norbert = Customer.objects.create(name="Norbert Nobody", since_at=cast.NOON)
    norbert.addresses.create(email="norbert@else.example")
    assert "norbert" not in proposed(desk, "nor").lower()


def test_many_people_cost_no_more_questions_than_one(desk: Client, support: Inbox) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            proposed(desk, "no")
        return len(asked)

    cast.opened(support)
    proposed(desk, "no")
    one = cost()
    for number in range(10):
        sender: Party = {"name": f"No {number}", "address": f"no{number}@else.example"}
        cast.opened(support, cast.said(sender=sender))
    assert cost() == one


def test_every_address_field_of_both_composers_asks_for_people(
    desk: Client, support: Inbox
) -> None:
    conversation = cast.opened(support)
    for page in ("/conversations/new/", f"/conversations/{conversation.pk}/composer/reply/"):
        words = desk.get(page).content.decode()
        assert words.count(f'data-people="{reverse("agent:addresses")}"') == 3
