"""What concerns an agent, on screen: new until they look, and only what they may read now."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.care.notification import SHOWN, Notification, Why, see
from wingbeat.desk.care.notifying import notify_of_events
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def given(inbox: Inbox, agent: Agent, name: str = "Nora Lind") -> Conversation:
    """A conversation that Max has given to an agent, and they have heard of it."""
    sender: Party = {"name": name, "address": f"{name.lower().replace(' ', '.')}@home.example"}
    made = cast.opened(inbox, cast.said(sender=sender, at=timezone.now(), subject=f"About {name}"))
    made.assign(agent=agent, team=None, by=cast.max_(), at=timezone.now())
    seal()
    notify_of_events(timezone.now())
    return made


def test_it_stands_there_until_one_looks_at_the_conversation(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    made = given(support, ada)
    page = desk.get("/notifications/").content.decode()
    assert "About Nora Lind" in page
    assert "Max Stone gave it to you." in page
    assert f'href="/conversations/{made.pk}/"' in page
    desk.get(f"/conversations/{made.pk}/")
    assert Notification.objects.get().seen_at is not None
    after = desk.get("/notifications/").content.decode()
    assert "Nothing new concerns you." in after
    assert "Seen lately" in after


def test_the_rail_counts_conversations_and_not_reasons(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    made = given(support, ada)
    made.note(cast.letter("@Ada look", to=()), by=cast.max_(), at=timezone.now())
    seal()
    notify_of_events(timezone.now())
    assert Notification.objects.unseen().count() == 2
    rail = desk.get("/rail/").content.decode()
    assert 'id="rail-told" hx-swap-oob="true">1<' in rail
    desk.post("/notifications/seeing/", {"conversation": str(made.pk)})
    assert 'id="rail-told" hx-swap-oob="true"></span>' in desk.get("/rail/").content.decode()


def test_all_is_seen_at_once_and_only_ones_own(desk: Client, support: Inbox, ada: Agent) -> None:
    given(support, ada)
    theirs = given(support, cast.olga())
    Notification.objects.filter(conversation=theirs).update(seen_at=None)
    Notification.objects.create(
        agent=cast.max_(), conversation=theirs, why=Why.WORDS, by=ada, at=timezone.now()
    )
    desk.post("/notifications/seeing/")
    unseen = Notification.objects.unseen().values_list("agent__name", flat=True)
    assert set(unseen) == {"Max Stone", "Olga Owner"}


def test_a_restricted_conversation_tells_only_that_there_is_one(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    made = given(support, ada)
    made.restrict(to=[], by=cast.max_(), at=timezone.now())
    page = desk.get("/notifications/").content.decode()
    assert "A restricted conversation" in page
    assert "Nora Lind" not in page


def test_it_names_the_customer_as_one_subject_says_little(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    given(support, ada)
    assert "<bdi>Nora Lind</bdi>" in desk.get("/notifications/").content.decode()


def test_what_one_may_no_longer_read_is_gone(desk: Client, support: Inbox, ada: Agent) -> None:
    made = given(support, ada)
    made.restrict(to=[], by=cast.max_(), at=timezone.now())
    made.assign(agent=None, team=None, by=cast.max_(), at=timezone.now())
    page = desk.get("/notifications/").content.decode()
    assert "Nothing new concerns you." in page
    assert "restricted" not in page


def test_a_browser_is_told_only_if_its_agent_wants_that(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    made = given(support, ada)
    asked = {"conversation": [str(made.pk), "nonsense"]}
    assert desk.get("/notifications/newest/", asked).json() == {}
    assert "data-notify" not in desk.get("/today/").content.decode()
    desk.post(
        "/settings/notifications/",
        {"notifies_in_browser": "on", "notifies_at_hour": "8", "reasons": ["assigned"]},
    )
    ada.refresh_from_db()
    assert ada.untold == [why for why in Why.values if why != "assigned"]
    assert 'data-notify="/notifications/newest/"' in desk.get("/today/").content.decode()
    told = desk.get("/notifications/newest/", asked).json()
    assert told == {
        "title": "About Nora Lind",
        "body": "Max Stone gave it to you.",
        "url": f"/conversations/{made.pk}/",
    }
    other = given(support, ada, "Otto Berg")
    told = desk.get("/notifications/newest/", {"conversation": [made.pk, other.pk]}).json()
    assert told["title"] == "2 conversations concern you"
    assert told["url"] == "/notifications/"


def test_in_quiet_mode_a_browser_is_told_to_wait_and_afterwards_of_all_together(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    Agent.objects.filter(pk=ada.pk).update(notifies_in_browser=True)
    asked = {"conversation": [given(support, ada, name).pk for name in ("Nora Lind", "Otto Berg")]}
    desk.post("/quiet/", {"quiet": "yes"})
    assert desk.get("/notifications/newest/", asked).json() == {"waits": True}
    desk.post("/quiet/", {"quiet": "no"})
    told = desk.get("/notifications/newest/", asked).json()
    assert told["title"] == "2 conversations concern you"


def test_of_more_than_a_browser_names_all_that_are_unseen_are_told(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    Agent.objects.filter(pk=ada.pk).update(notifies_in_browser=True)
    held = [cast.opened(support).pk for _one in range(SHOWN + 3)]
    Notification.objects.bulk_create(
        Notification(agent=ada, conversation_id=pk, why=why, by=cast.max_(), at=timezone.now())
        for pk in held
        for why in (Why.WORDS, Why.FOLLOWED)
    )
    see(ada, held[-1:], at=timezone.now())
    asked: dict[str, list[int] | int] = {"conversation": held[-SHOWN:], "held": len(held)}
    told = desk.get("/notifications/newest/", asked).json()
    assert told["title"] == f"{len(held) - 1} conversations concern you"
    see(ada, held[1:], at=timezone.now())
    told = desk.get("/notifications/newest/", asked).json()
    assert told["title"] == "1 conversation concerns you"
    see(ada, at=timezone.now())
    assert desk.get("/notifications/newest/", asked).json() == {}


def test_nobody_asks_for_what_concerns_a_colleague(
    support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    made = given(support, ada)
    olga = cast.olga()
    olga.notifies_in_browser = True
    olga.save()
    browser = client_of(olga)
    assert browser.get("/notifications/newest/", {"conversation": made.pk}).json() == {}
    assert "About Nora" not in browser.get("/notifications/").content.decode()


def test_it_costs_the_same_however_much_there_is(desk: Client, support: Inbox, ada: Agent) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            given(support, ada, f"P{turn}{number} Lind")
        desk.get("/notifications/")
        with CaptureQueriesContext(connection) as captured:
            page = desk.get("/notifications/").content.decode()
        counts.append(len(captured))
        assert page.count("About P") == 2 * 10 * (turn + 1)  # its title, and what a button is for
    assert counts[0] == counts[1]
