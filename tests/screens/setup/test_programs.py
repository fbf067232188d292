"""Keys in the browser: shown once, listed without their secret, revoked."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.channels.api import Program
from wingbeat.channels.api.keys import make_key
from wingbeat.channels.api.models import ApiKey, Scope
from wingbeat.desk.people.models import Agent

SECRET = re.compile(r"wb_[\w-]{40,}")


def test_an_admin_lets_a_program_in_and_out_again(admin: Client, olga: Agent) -> None:
    support = cast.support()
    asked = {"name": "Shop", "scope": "write", "inboxes": [support.pk]}
    page = admin.post("/setup/programs/", asked)
    assert page["Cache-Control"].startswith("max-age=0")
    (secret,) = SECRET.findall(page.content.decode())
    assert Program(secret).get("/me")["name"] == "Shop"
    again = admin.get("/setup/programs/").content.decode()
    assert "Shop" in again
    assert "Support" in again
    assert not SECRET.search(again)
    admin.post(f"/setup/programs/{ApiKey.objects.get().pk}/revocation/")
    Program(secret).get("/me", 401)
    assert "Shop" not in admin.get("/setup/programs/").content.decode().replace("“Shop”", "")


def test_a_program_needs_a_name_and_an_inbox(admin: Client) -> None:
    page = admin.post("/setup/programs/", {"name": " ", "scope": "admin"})
    assert page.status_code == 422
    assert not ApiKey.objects.exists()


@pytest.mark.django_db
def test_an_agent_makes_a_key_for_themself_and_revokes_it() -> None:
    browser = Client()
    browser.force_login(cast.ada())
    page = browser.post("/settings/api-keys/", {"name": "my script", "scope": "read"})
    (secret,) = SECRET.findall(page.content.decode())
    assert Program(secret).get("/me")["name"] == "Ada Fields"
    assert not SECRET.search(browser.get("/settings/api-keys/").content.decode())
    wrong = browser.post("/settings/api-keys/", {"name": "mine", "scope": "admin"})
    assert wrong.status_code == 422
    other, _secret = make_key("hers", Scope.READ, by=cast.max_(), at=cast.NOON)
    assert browser.post(f"/settings/api-keys/{other.pk}/revocation/").status_code == 404
    own = ApiKey.objects.get(name="my script")
    browser.post(f"/settings/api-keys/{own.pk}/revocation/")
    Program(secret).get("/me", 401)


def test_a_longer_list_asks_no_more_questions(owner: Client, olga: Agent) -> None:
    def add(count: int) -> int:
        for number in range(count):
            make_key(f"k{number}", Scope.READ, by=olga, at=cast.NOON)
        with CaptureQueriesContext(connection) as asked:
            owner.get("/setup/programs/")
        return len(asked)

    owner.get("/setup/programs/")
    assert add(10) == add(10)
