"""Setting what anybody may give: a person's amount, with the sum of the business's own figures."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from wingbeat.channels.mail.models import Account
from wingbeat.desk.care.limit import GrantLimit
from wingbeat.desk.conversations.cause import Cause

pytestmark = pytest.mark.django_db
FIGURES = {"margin_cents": "60", "stay_percent": "80", "asking_minutes": "25", "wage_cents": "0.60"}


def test_the_sum_is_shown_before_anything_is_set(owner: Client) -> None:
    said = {"cents": "37.50", "currency": "chf", **FIGURES}
    page = owner.post("/setup/limit/", {**said, "try": "yes"}).content.decode()
    for line in ("150.00 CHF", "22.50 CHF", "15.00 CHF", "37.50 CHF", "2.50 years"):
        assert line in page
    assert not GrantLimit.objects.exists()
    assert owner.post("/setup/limit/", said).status_code == 302
    row = GrantLimit.objects.get()
    assert (row.cents, row.currency, row.margin_cents) == (3750, "CHF", 6000)
    assert 'value="37.50"' in owner.get("/setup/limit/").content.decode()


def test_what_lies_beyond_the_bounds_is_told(owner: Client) -> None:
    answer = owner.post("/setup/limit/", {"cents": "100.01", "currency": "EUR"})
    assert answer.status_code == 422
    assert "an amount from 20.00 EUR to 100.00 EUR" in answer.content.decode()
    for wrong in ({"currency": "E"}, {"stay_percent": "101"}, {"wage_cents": "x"}):
        said = {"cents": "50", "currency": "EUR", **FIGURES, **wrong}
        assert owner.post("/setup/limit/", said).status_code == 422, wrong
    assert not GrantLimit.objects.exists()


def test_the_record_of_changes_tells_what_the_limit_was(owner: Client) -> None:
    for cents in ("30", "45"):
        owner.post("/setup/limit/", {"cents": cents, "currency": "EUR"})
    page = owner.get("/setup/changes/").content.decode()
    assert "limit, in cents" in page
    assert "4500 EUR" in page


def test_a_cause_says_what_it_is_offered(owner: Client) -> None:
    owner.post("/setup/causes/", {"name": "Broken"})
    cause = Cause.objects.get()
    said = {"name": "Broken", "offer_kind": "refund", "offer_cents": "", "item_cents": "4.90"}
    assert owner.post(f"/setup/causes/{cause.pk}/", said).status_code == 422
    owner.post(f"/setup/causes/{cause.pk}/", {**said, "offer_cents": "12"})
    cause.refresh_from_db()
    assert (cause.offer_kind, cause.offer_cents, cause.item_cents) == ("refund", 1200, 490)
    assert 'value="12.00"' in owner.get(f"/setup/causes/{cause.pk}/").content.decode()


def test_the_limit_and_the_server_that_checks_senders_are_named_in_plain_words(
    owner: Client,
) -> None:
    inbox = cast.support(cast.ada())
    Account.objects.create(inbox=inbox, imap_host="mail.desk.example")
    assert "Limit for making it right" in owner.get("/setup/desk/").content.decode()
    assert (
        '<h1 tabindex="-1">Limit for making it right' in owner.get("/setup/limit/").content.decode()
    )
    page = owner.get(f"/setup/inbox/{inbox.pk}/account/").content.decode()
    assert "Name of the server that checks senders" in page
