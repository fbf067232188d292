"""The context panel in the browser of an owner: set up, tried, given another secret, taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from tests.channels.listener import Listener, listening
from wingbeat.channels.context.models import ContextPanel

SECRET = re.compile(r"whsec_[\w+/=]{40,}")


@pytest.fixture
def far(settings: Settings) -> Iterator[Listener]:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}
    with listening() as listener:
        yield listener


def asked(address: str, labels: str = "") -> dict[str, str]:
    return {"title": "Orders", "address": address, "labels": labels, "fresh_for_minutes": "15"}


def test_an_owner_sets_it_up_and_tries_it(owner: Client, far: Listener) -> None:
    page = owner.post(
        "/setup/context/", asked(far.url, labels="Plan\nOrder\nPlan")
    ).content.decode()
    assert SECRET.search(page)
    assert not SECRET.search(owner.get("/setup/context/").content.decode())
    assert ContextPanel.objects.get().labels == ["Plan", "Order"]
    rows = [
        {"label": "Plan", "value": "<b>Gold", "badge": "&paid"},
        {"label": "Income", "value": 1},
    ]
    far.body = json.dumps({"sections": [{"rows": rows}]}).encode()
    page = owner.post("/setup/context/trial/", {"email": "nora@customers.example"}).content.decode()
    assert "It answers, in" in page
    assert "&lt;b&gt;Gold" in page.replace("&lt;b>", "&lt;b&gt;")
    assert "&amp;paid" in page
    assert "<b>Gold" not in page
    assert "Income" not in page
    assert json.loads(far.heard[0][2])["customer"]["addresses"] == ["nora@customers.example"]


def test_a_failed_trial_says_what_to_do(owner: Client, far: Listener) -> None:
    owner.post("/setup/context/", asked(far.url))
    far.status = 404
    page = owner.post("/setup/context/trial/", {"email": "nora@customers.example"}).content.decode()
    assert "HTTP 404" in page
    assert "Compare the address with what your system serves." in page
    assert owner.post("/setup/context/trial/", {"email": "nobody"}).status_code == 422
    assert len(far.heard) == 1


def test_a_changed_address_keeps_its_secret_and_a_new_one_is_shown_once(
    owner: Client, far: Listener
) -> None:
    (first,) = SECRET.findall(owner.post("/setup/context/", asked(far.url)).content.decode())
    sealed = ContextPanel.objects.get().secret
    assert owner.post("/setup/context/", asked(f"{far.url}/2")).status_code == 302
    assert ContextPanel.objects.get().secret == sealed
    (new,) = SECRET.findall(owner.post("/setup/context/secret/").content.decode())
    assert new != first
    owner.post("/setup/context/removal/")
    assert not ContextPanel.objects.exists()
    for one in ("trial", "secret", "removal"):
        assert owner.post(f"/setup/context/{one}/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "https://a:b@shop.example.org/"}, {"address": "http://shop.example.org/"},
        {"address": "ftp://shop.example.org/"}, {"fresh_for_minutes": "0"}, {"title": ""},
        {"labels": "\n".join(map(str, range(30)))},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(owner: Client, wrong: dict[str, str]) -> None:
    answer = owner.post("/setup/context/", asked("https://shop.example.org/") | wrong)
    assert answer.status_code == 422
    assert not ContextPanel.objects.exists()


def test_admins_find_no_way_to_it(admin: Client, owner: Client) -> None:
    assert "/setup/context/" not in admin.get("/setup/programs/").content.decode()
    assert "/setup/context/" in owner.get("/setup/programs/").content.decode()
    assert admin.get("/setup/context/").status_code == 403
    assert admin.post("/setup/context/", asked("https://evil.example.org/")).status_code == 403
    assert not ContextPanel.objects.exists()
