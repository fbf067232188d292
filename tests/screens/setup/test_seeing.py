"""The inspector says of everybody whether they see something, and for which reasons."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.people.models import Agent, Membership

pytestmark = pytest.mark.django_db


def told(owner: Client, asked: str) -> dict[str, tuple[bool, str]]:
    """What the page says of each: by name, whether they see it, and why."""
    page = owner.get(f"/setup/seeing/?{asked}").content.decode()
    rows = re.findall(
        r'roster-name">(.+?) <span class="mark is-(?:good|off)">(.+?)</span></span>'
        r'<span class="roster-address">(.*?)</span>', page,
    )  # fmt: skip
    return {name: (sees == "sees it", why.strip()) for name, sees, why in rows}


@pytest.fixture
def conversation(db: None) -> Conversation:
    cast.max_()
    cast.lena()
    return cast.opened(cast.support(cast.ada()))


def test_each_reason_is_named(owner: Client, conversation: Conversation) -> None:
    lena = Agent.objects.get(name="Lena Light")
    conversation.admit(lena, by=Agent.objects.get(name="Ada Fields"), at=cast.NOON)
    conversation.assign(agent=Agent.objects.get(name="Max Stone"), by=lena, at=cast.NOON)
    assert told(owner, f"conversation={conversation.pk}") == {
        "Ada Fields": (True, "Their team (Support) reads the inbox Support."),
        "Lena Light": (True, "Ada Fields let them in."),
        "Max Stone": (True, "It is assigned to them. Lena Light let them in."),
        "Olga Owner": (True, "Their role (Owner) reads the inbox Support."),
    }


def test_why_not_is_told_as_well(owner: Client, conversation: Conversation) -> None:
    olga, ada = Agent.objects.get(name="Olga Owner"), Agent.objects.get(name="Ada Fields")
    conversation.restrict(to=[], by=olga, at=cast.NOON)
    Agent.objects.filter(name="Max Stone").update(is_active=False)
    found = told(owner, f"conversation={conversation.pk}")
    assert found[ada.name] == (
        False, "It is restricted, and they were not let in; no role opens it.",
    )  # fmt: skip
    assert found["Max Stone"] == (False, "They cannot log in.")
    assert found["Lena Light"][1].startswith("Light agents see only")
    assert found["Olga Owner"][0]


def test_a_customer_and_an_inbox_are_asked_about_too(
    owner: Client, conversation: Conversation
) -> None:
    for asked in ("customer=nora@customers.example", f"inbox={conversation.inbox_id}"):
        found = told(owner, asked)
        assert [name for name, (sees, _why) in found.items() if sees] == [
            "Ada Fields", "Olga Owner",
        ], asked  # fmt: skip
    assert found["Max Stone"] == (False, "None of their teams reads that inbox.")


def test_what_is_closed_to_oneself_looks_like_what_is_not_there(
    owner: Client, conversation: Conversation
) -> None:
    ada = Agent.objects.get(name="Ada Fields")
    conversation.restrict(to=[ada], by=ada, at=cast.NOON)
    closed = owner.get(f"/setup/seeing/?conversation={conversation.pk}").content.decode()
    nothing = owner.get("/setup/seeing/?conversation=987654").content.decode()
    assert "There is nothing like that which you may see." in closed
    assert "roster-row" not in closed + nothing
    assert told(owner, "customer=nora@customers.example") == {}


def test_it_asks_the_same_of_the_database_whatever_the_team(
    owner: Client, conversation: Conversation
) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            agent = Agent.objects.invite(email=f"{turn}{number}@desk.example", name=f"N{number}")
            Membership.objects.create(agent=agent, team=cast.support_team())
            cast.opened(conversation.inbox)
        with CaptureQueriesContext(connection) as asked:
            owner.get("/setup/seeing/?customer=nora@customers.example")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_whoever_may_ask_finds_it_beside_a_conversation_and_a_customer() -> None:
    found = cast.opened(cast.support(cast.ada(), cast.olga()))
    page, person = f"/conversations/{found.pk}/", f"/customers/{found.customer_id}/"
    for agent, is_offered in ((cast.olga(), True), (cast.ada(), False)):
        browser = Client()
        browser.force_login(agent)
        for address in (page, person):
            assert ("/setup/seeing/?" in browser.get(address).content.decode()) is is_offered
        if is_offered:
            for asked in (f"?conversation={found.pk}", "?customer=nora%40customers.example"):
                assert "Ada Fields" in browser.get(f"/setup/seeing/{asked}").content.decode()
