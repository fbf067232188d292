"""Business events: kept once, shown in the person's history, and deciding no order."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from tests.channels.api import Program
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.customers.models import BusinessEvent
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db
ORDER = {
    "kind": "order", "at": "2026-03-02T12:00:00Z", "external_id": "order-4711", "cents": 4990,
    "currency": "EUR",
}  # fmt: skip


@pytest.fixture
def found() -> Conversation:
    return cast.opened(cast.support(cast.ada()))


@pytest.fixture
def shop(found: Conversation) -> Program:
    return Program.named(found.inbox)


def test_what_is_told_twice_is_kept_once(shop: Program, found: Conversation) -> None:
    path = f"/customers/{found.customer_id}/events"
    first = shop.send(path, ORDER, 201)
    assert shop.send(path, ORDER, 200) == first
    assert [one["external_id"] for one in shop.get(path)["items"]] == ["order-4711"]
    (entry,) = Entry.objects.filter(kind="customer.business_told")
    assert "4990" not in str(entry.facts), "the journal holds no amount"


def test_what_happened_keeps_its_words(shop: Program, found: Conversation) -> None:
    path = f"/customers/{found.customer_id}/events"
    shop.send(path, ORDER, 201)
    told = shop.send(path, {**ORDER, "cents": 1}, 409)
    assert told["error"]["code"] == "told_otherwise"
    assert BusinessEvent.objects.get().cents == 4990


def test_an_amount_is_whole_cents_and_a_currency(shop: Program, found: Conversation) -> None:
    path = f"/customers/{found.customer_id}/events"
    for wrong in ({"cents": 49.9}, {"currency": ""}, {"cents": None}, {"currency": "eur"},
                  {"at": "2026-03-02T12:00:00"}, {"kind": "gift"}):  # fmt: skip
        assert shop.send(path, {**ORDER, **wrong}, 422)["error"]["fields"], wrong
    assert not BusinessEvent.objects.exists()


def test_whoever_does_not_know_a_customer_tells_nothing_of_them(found: Conversation) -> None:
    stranger = Program.of(cast.max_())
    stranger.send(f"/customers/{found.customer_id}/events", ORDER, 404)
    stranger.get(f"/customers/{found.customer_id}/events", 404)


def test_it_stands_on_the_persons_page_and_moves_nobody_in_line(
    shop: Program, found: Conversation
) -> None:
    other = cast.opened(found.inbox, cast.said(sender=cast.OTTO, at=cast.after(hours=1)))
    before = list(Conversation.objects.waiting_for_us().values_list("pk", "due_at"))
    shop.send(f"/customers/{other.customer_id}/events", {**ORDER, "cents": 10**9}, 201)
    assert list(Conversation.objects.waiting_for_us().values_list("pk", "due_at")) == before
    browser = Client()
    browser.force_login(cast.ada())
    page = browser.get(f"/customers/{other.customer_id}/").content.decode()
    assert "order-4711" in page
    assert "10000000.00 EUR" in page
