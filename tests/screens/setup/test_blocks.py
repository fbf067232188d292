"""Blocked senders: an address or a domain, and taking it back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.customers.blocking import block, is_blocked
from wingbeat.desk.customers.models import Block
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def test_a_domain_is_blocked_and_may_write_again(owner: Client) -> None:
    owner.post("/setup/blocks/", {"pattern": "@Cheap.example"})
    assert is_blocked("anna@cheap.example")
    assert "by Olga Owner" in owner.get("/setup/blocks/").content.decode()
    owner.post(f"/setup/blocks/{Block.objects.get().pk}/lifting/")
    assert not is_blocked("anna@cheap.example")
    kinds = Entry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["sender.blocked", "sender.unblocked"]


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("not an address", "neither an address nor a domain"),
        ("com", "neither an address nor a domain"),
        ("support@desk.example", "That is this desk itself."),
        ("desk.example", "That is this desk itself."),
    ],
)
def test_what_is_no_sender_is_refused(owner: Client, pattern: str, says: str) -> None:
    cast.support()
    page = owner.post("/setup/blocks/", {"pattern": pattern})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Block.objects.exists()


def test_a_longer_list_asks_no_more_questions(owner: Client, olga: Agent) -> None:
    def add(numbers: range) -> None:
        for number in numbers:
            block(f"s{number}.example", by=olga, at=cast.NOON)

    add(range(10))
    owner.get("/setup/blocks/")
    with CaptureQueriesContext(connection) as ten:
        assert "s9.example" in owner.get("/setup/blocks/").content.decode()
    add(range(10, 20))
    with CaptureQueriesContext(connection) as twenty:
        assert "s19.example" in owner.get("/setup/blocks/").content.decode()
    assert len(ten) == len(twenty)
