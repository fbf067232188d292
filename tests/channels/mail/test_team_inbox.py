"""The team inbox: agents are its customers, and no role opens what a colleague asks there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests import cast
from tests.channels.mail.letters import became, checked, conversation_of, mail, taken_in, well_known
from tests.channels.mail.test_agents_mail import FORWARDED
from tests.screens.customer.conftest import link_of
from wingbeat.channels.mail.identity import plus_address
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent, Membership, Team

pytestmark = pytest.mark.django_db
ADA: Party = {"name": "Ada Fields", "address": "ada@desk.example"}
PEOPLE = "people@desk.example"
SENDER = "Ada Fields <ada@desk.example>"


@pytest.fixture
def inbox() -> Inbox:
    """Max answers what colleagues ask; Ada and the owner do not."""
    team = Team.objects.create(name="People")
    Membership.objects.create(team=team, agent=cast.max_())
    inbox = Inbox.objects.create(name="For us", address=PEOPLE, is_for_team=True)
    inbox.teams.add(team)
    assert {cast.ada().role, cast.olga().role} == {"agent", "owner"}
    return well_known(inbox)


def asked(text: str = "May I take Friday off?", **more: str) -> Conversation:
    raw = mail(text, sender=SENDER, to=PEOPLE, subject="Friday", **more)
    return conversation_of(taken_in(checked(raw)))


def test_an_agent_who_asks_is_a_customer_with_the_same_clock(inbox: Inbox) -> None:
    found = asked()
    assert found.customer.first_address == "ada@desk.example"
    assert found.state == "us"
    assert found.waits_for_us_since
    assert found.due_at == found.waits_for_us_since + timedelta(hours=24)


def test_it_is_private_between_who_asks_and_those_who_answer(inbox: Inbox) -> None:
    found = asked()
    readers = {
        agent.name
        for agent in Agent.objects.at_work()
        if Conversation.objects.visible_to(agent).filter(pk=found.pk).exists()
    }
    assert readers == {"Max Stone"}
    assert {agent.name for agent in Agent.objects.who_may_read(inbox.pk)} == {"Max Stone"}
    owner = Client()
    owner.force_login(cast.olga())
    assert owner.get(f"/conversations/{found.pk}/").status_code == 404
    assert "For us" not in owner.get("/").content.decode()


def test_what_an_agent_forwards_there_is_their_own(inbox: Inbox) -> None:
    found = asked(FORWARDED)
    assert found.customer.first_address == "ada@desk.example"


def test_whoever_asked_goes_on_as_a_customer_even_if_they_also_answer(inbox: Inbox) -> None:
    found = asked()
    Membership.objects.create(team=Team.objects.get(name="People"), agent=cast.ada())
    found.reply(cast.letter("Yes.", to=(ADA,)), by=cast.max_(), at=cast.after(hours=1), seen=None)
    raw = mail("Thank you!", sender=SENDER, to=plus_address(PEOPLE, found.pk), subject="Re: Friday")
    raw_mail = taken_in(checked(raw), hours=2)
    message = became(raw_mail)
    assert (raw_mail.judgement, message.kind) == (Judgement.JOINED, "customer")
    answer = mail(
        "Enjoy it.", sender="Max Stone <max@desk.example>", to=plus_address(PEOPLE, found.pk)
    )
    assert became(taken_in(checked(answer), hours=3)).agent == cast.max_()


def test_their_page_serves_them_while_they_are_logged_in(inbox: Inbox) -> None:
    found = asked()
    ada, path = Client(), link_of(found, ADA)
    ada.force_login(cast.ada())
    assert "May I take Friday off?" in ada.get(path).content.decode()
    assert ada.post(f"{path}solution/").status_code == 303
    found.refresh_from_db()
    assert found.state == "solved"
    other = Client()
    other.force_login(cast.olga())
    assert other.post(f"{path}answers/", {"text": "x"}).status_code == 403
