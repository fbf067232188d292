"""Webhooks in the browser: made, stopped, called again, removed."""

from __future__ import annotations

import re

from django.test import Client

from tests import cast
from wingbeat.channels.api.keys import make_key, make_programs_key
from wingbeat.channels.api.models import Scope
from wingbeat.channels.webhooks import calling
from wingbeat.channels.webhooks.models import Webhook, WebhookCall
from wingbeat.desk.journal import sealing
from wingbeat.desk.people.models import Agent

SECRET = re.compile(r"whsec_[\w+/=]{40,}")


def test_an_admin_makes_one_stops_it_and_lets_it_go_on(admin: Client, olga: Agent) -> None:
    support = cast.support()
    key, _secret = make_programs_key("Shop", Scope.READ, [support], by=olga, at=cast.NOON)
    asked = {"address": "https://shop.example.org/x", "key": key.pk, "kinds": ["note.added"]}
    page = admin.post("/setup/webhooks/", asked).content.decode()
    assert SECRET.search(page)
    again = admin.get("/setup/webhooks/").content.decode()
    assert "shop.example.org" in again
    assert not SECRET.search(again)
    one = f"/setup/webhooks/{Webhook.objects.get().pk}/"
    admin.post(f"{one}stop/")
    assert "Adam Admin stopped it." in admin.get(one).content.decode()
    admin.post(f"{one}stop/")
    assert Webhook.objects.get().stopped_at is None
    admin.post(f"{one}removal/")
    assert not Webhook.objects.exists()


def test_what_was_done_is_called_for_again(admin: Client, olga: Agent) -> None:
    support = cast.support()
    key, _secret = make_programs_key("Shop", Scope.READ, [support], by=olga, at=cast.NOON)
    admin.post("/setup/webhooks/", {"address": "https://shop.example.org/x", "key": key.pk})
    cast.opened(support)
    sealing.seal()
    one = f"/setup/webhooks/{Webhook.objects.get().pk}/"
    admin.post(f"{one}calls/", {"first": 1, "last": 1000})
    assert WebhookCall.objects.count() == 1
    assert "Call again" in admin.get(one).content.decode()
    assert admin.post(f"{one}calls/", {"first": "x", "last": 10**40}).status_code == 422


def test_no_admin_looks_through_somebody_elses_eyes(admin: Client, olga: Agent) -> None:
    key, _secret = make_key("hers", Scope.READ, by=olga, at=cast.NOON)
    page = admin.post("/setup/webhooks/", {"address": "https://shop.example.org/x", "key": key.pk})
    assert page.status_code == 422
    assert not Webhook.objects.exists()


def test_an_address_with_a_password_is_refused(admin: Client, adam: Agent) -> None:
    key, _secret = make_key("mine", Scope.READ, by=adam, at=cast.NOON)
    asked = {"address": "https://a:b@shop.example.org/x", "key": key.pk}
    assert admin.post("/setup/webhooks/", asked).status_code == 422
    assert calling.make_calls(cast.NOON) == 0


def test_without_a_key_it_leads_to_where_one_is_made(admin: Client, olga: Agent) -> None:
    page = admin.get("/setup/webhooks/").content.decode()
    assert "there is no key yet" in page
    assert 'name="address"' not in page
    make_programs_key("Shop", Scope.READ, [cast.support()], by=olga, at=cast.NOON)
    page = admin.get("/setup/webhooks/").content.decode()
    assert "there is no key yet" not in page
    assert 'name="address"' in page
