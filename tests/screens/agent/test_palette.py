"""The palette: everything that can be done here and now, by name."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.test_lists import wait
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.view import View, keep
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent.palette_views import Option, ranked
from wingbeat.screens.keys import IN_CONVERSATION, KEYS

pytestmark = pytest.mark.django_db


def offered(client: Client, q: str = "", **more: str) -> list[str]:
    groups = client.get("/palette/", {"q": q, **more}).context["groups"]
    return [option.name for _name, options in groups for option in options]


def test_names_that_begin_so_come_first_and_the_near_before_the_far() -> None:
    names = ["Untag", "All tags", "Tags", "Stage", "Tagged"]
    found = ranked("tag", [Option(name, "") for name in names])
    assert [one.name for one in found] == ["Tags", "Tagged", "All tags", "Untag", "Stage"]


def test_every_page_of_the_desk_is_one_name_away(desk: Client, ada: Agent, support: Inbox) -> None:
    keep(View(name="Long waits", question="waits>3d", owner=ada), by=ada, at=timezone.now())
    for name in ("Tray", "Search", "Support", "Long waits", "Put aside", "New view", "Settings"):
        assert name in offered(desk, name.lower())
    assert offered(desk, "xyzzy") == []


def test_what_one_can_do_with_a_conversation_is_offered_beside_it(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    conversation = cast.opened(support)
    here = {"from": f"/conversations/{conversation.pk}/"}
    assert "Assign" not in offered(desk, "assign")
    assert "Assign" in offered(desk, "assign", **here)
    eve = Agent.objects.invite(email="eve@desk.example", name="Eve", password="x" * 12)
    assert "Assign" not in offered(client_of(eve), "assign", **here)
    lena = cast.lena()
    conversation.admit(lena, by=cast.ada(), at=timezone.now())
    assert "Note" in offered(client_of(lena), "note", **here)
    assert "Assign" not in offered(client_of(lena), "assign", **here)


def test_people_and_conversations_are_found_where_one_may_read(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    conversation = cast.opened(support)
    assert "Nora Lind" in offered(desk, "nor")
    assert "Nora Lind" in offered(desk, "lind")
    assert "Nora Lind · A broken lamp" in offered(desk, "lamps")
    assert offered(desk, f"#{conversation.pk}") == ["Nora Lind · A broken lamp"]
    eve = client_of(Agent.objects.invite(email="eve@desk.example", name="Eve", password="x" * 12))
    for asked in ("nor", "lamps", f"#{conversation.pk}"):
        assert offered(eve, asked) == []


def test_an_address_begins_a_mail(desk: Client, support: Inbox) -> None:
    page = desk.get("/palette/", {"q": "ann@example.org"})
    option = page.context["groups"][0][1][0]
    assert option.name == "Write to ann@example.org"
    assert "ann@example.org" in desk.get(option.url).content.decode()


def test_every_command_leads_somewhere(support: Inbox, client_of: ClientOf) -> None:
    olga, conversation = client_of(cast.olga()), cast.opened(support)
    for number, group in enumerate(KEYS):
        for key in group.entries:
            if key.at:
                args = [conversation.pk] if number == IN_CONVERSATION else []
                url = reverse(key.at, args=[*args, *([key.kind] if key.kind else [])])
                assert olga.get(url).status_code == 200, url


def test_it_costs_the_same_however_much_there_is(desk: Client, ada: Agent, support: Inbox) -> None:
    counts = []
    for number in range(2):
        wait(support, 10)
        keep(View(name=f"{number}", question="", owner=ada), by=ada, at=timezone.now())
        desk.get("/palette/", {"q": "customer"})
        with CaptureQueriesContext(connection) as captured:
            desk.get("/palette/", {"q": "customer"}, headers={"HX-Request": "true"})
        counts.append(len(captured))
    assert counts[1] <= counts[0]  # the first look at a desk may ask once more


def test_without_scripts_it_is_a_page(desk: Client, support: Inbox) -> None:
    page = desk.get("/palette/", {"q": "tray"}).content.decode()
    assert '<a href="/tray/">' in page
    part = desk.get("/palette/", {"q": "tray"}, headers={"HX-Request": "true"}).content.decode()
    assert 'role="option"' in part
    assert "<html" not in part


@pytest.mark.parametrize("typed", ["snooze", "close", "resolve", "archive", "ticket", "dark"])
def test_what_other_desks_call_it_finds_it_too(desk: Client, support: Inbox, typed: str) -> None:
    here = {"from": f"/conversations/{cast.opened(support).pk}/"}
    found = offered(desk, typed, **here)
    assert found
    assert not any(typed in name for name in found)
