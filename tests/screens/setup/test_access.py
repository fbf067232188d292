"""The administration is open to owners and admins, page by page and POST by POST."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests import cast
from wingbeat.desk.journal.models import Entry
from wingbeat.screens.setup.urls import urlpatterns

pytestmark = pytest.mark.django_db

OPEN = {"start", "owner"}  # an empty desk has nobody yet: these ask for the one-time token


def address_of(page: URLPattern) -> str:
    return reverse(f"setup:{page.name}", kwargs=dict.fromkeys(page.pattern.converters, 1))


PAGES = [page for page in urlpatterns if page.name not in OPEN]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_agents_and_light_agents_are_turned_away(page: URLPattern, method: str) -> None:
    cast.olga()
    for agent in (cast.ada(), cast.lena()):
        client = Client()
        client.force_login(agent)
        assert getattr(client, method)(address_of(page)).status_code == 403
    assert not Entry.objects.exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_logged_in_logs_in_first(
    page: URLPattern, method: str, client: Client
) -> None:
    answer = getattr(client, method)(address_of(page))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_whoever_is_no_admin_any_more_is_turned_away_at_once(admin: Client, adam: object) -> None:
    assert admin.get("/setup/people/").status_code == 200
    adam.role = "agent"  # type: ignore[attr-defined]
    adam.save()  # type: ignore[attr-defined]
    assert admin.get("/setup/people/").status_code == 403


def test_admins_find_the_way_in_their_settings_and_others_do_not(admin: Client) -> None:
    assert b"/setup/desk/" in admin.get("/settings/").content
    client = Client()
    client.force_login(cast.ada())
    assert b"/setup/desk/" not in client.get("/settings/").content


def test_what_is_not_there_is_not_found(owner: Client) -> None:
    for address in ("people/9999/", "teams/9999/", "inboxes/9999/", "inbox/9999/account/"):
        assert owner.get(f"/setup/{address}").status_code == 404
    assert owner.post("/setup/blocks/9999/lifting/").status_code == 404
