"""The Team page: what waits with whom now, presence, and a day handed over and taken back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.automation.availability import Availability
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Membership

pytestmark = pytest.mark.django_db


def test_what_waits_is_counted_from_what_the_viewer_may_read(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    max_ = cast.max_()
    cast.support_team(ada, max_)
    other = Inbox.objects.create(name="Secret", address="secret@desk.example")
    for inbox in (support, other):
        cast.opened(inbox).assign(agent=max_, team=None, by=ada, at=cast.NOON)
    page = desk.get("/team/").content.decode()
    assert "1 waits, of at most 20" in page
    assert "2 wait" not in page


def test_the_page_costs_the_same_whatever_the_team(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            name = f"p{turn}{number}"
            agent = Agent.objects.invite(email=f"{name}@desk.example", name=name)
            Membership.objects.create(agent=agent, team=cast.support_team())
            sender = {"name": "", "address": f"{name}@home.example"}
            conversation = cast.opened(support, cast.said(sender=sender))  # type: ignore[arg-type]  # a party
            conversation.assign(agent=agent, team=None, by=ada, at=cast.NOON)
        desk.get("/team/")
        with CaptureQueriesContext(connection) as captured:
            desk.get("/team/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_one_is_away_until_a_time_and_here_again(desk: Client, support: Inbox, ada: Agent) -> None:
    url = f"/team/{ada.pk}/presence/"
    desk.post(url, {"presence": "away", "until": "2100-01-01T09:00"})
    assert "away until 1 Jan 2100, 09:00" in desk.get("/team/").content.decode()
    told = desk.post(url, {"presence": "protected"}, follow=True).content.decode()
    assert "Say until when the time is protected." in told
    assert desk.post(url, {"presence": "asleep"}).status_code == 400
    desk.post(url, {"presence": "here"})
    assert Availability.objects.get().presence == "here"


def test_a_day_goes_over_as_it_was_previewed_and_comes_back(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    max_ = cast.max_()
    cast.support_team(ada, max_)
    conversation = cast.opened(support)
    conversation.assign(agent=ada, team=None, by=ada, at=cast.NOON)
    page = desk.get(f"/team/{ada.pk}/day/").content.decode()
    assert f'name="take-{conversation.pk}" value="{max_.pk}"' in page
    said = {f"take-{conversation.pk}": max_.pk, "words": "The workshop calls at four."}
    told = desk.post(f"/team/{ada.pk}/day/", said, follow=True)
    assert "1 conversation went to colleagues." in told.content.decode()
    conversation.refresh_from_db()
    assert conversation.assignee == max_
    assert (
        "The workshop calls at four."
        in desk.get(f"/conversations/{conversation.pk}/").content.decode()
    )
    undo = told.content.decode().split('action="/hand-overs/')[1].split('"')[0]
    assert (
        "1 conversation came back."
        in desk.post(f"/hand-overs/{undo}", follow=True).content.decode()
    )
    conversation.refresh_from_db()
    assert conversation.assignee == ada


def test_a_colleagues_day_is_not_theirs_to_see(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    max_ = cast.max_()
    cast.support_team(max_)
    assert desk.get(f"/team/{max_.pk}/day/").status_code == 404
    assert desk.post(f"/team/{max_.pk}/presence/", {"presence": "away"}).status_code == 404
    cast.support_team(lead=cast.ada())
    assert desk.get(f"/team/{max_.pk}/day/").status_code == 200
    assert client_of(cast.lena()).get("/team/").status_code == 403


def test_one_switch_leaves_everybody_alone_with_themself(
    desk: Client, support: Inbox, ada: Agent, settings: Settings
) -> None:
    colleague = cast.max_()
    cast.support_team(colleague, lead=ada)
    assert "Max Stone" in desk.get("/team/").content.decode()
    settings.WINGBEAT = {**settings.WINGBEAT, "staff_views": False}
    page = desk.get("/team/").content.decode()
    assert "Max Stone" not in page
    assert "Ada Fields" in page
    assert desk.get(f"/team/{colleague.pk}/day/").status_code == 404
    assert desk.post(f"/team/{ada.pk}/presence/", {"presence": "away"}).status_code == 302
