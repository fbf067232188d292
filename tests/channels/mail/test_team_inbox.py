"""The team inbox: agents are its customers, and no role opens what a colleague asks there."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client

from tests import cast
from tests.channels.mail.letters import became, checked, conversation_of, mail, taken_in, well_known
from tests.channels.mail.test_agents_mail import FORWARDED
from tests.desk.automation.test_rules import acted, running
from tests.screens.customer.conftest import link_of
from wingbeat.channels.mail.identity import plus_address
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.care.promise import promise
from wingbeat.desk.care.today import today_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Outgoing
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


def today(agent: Agent, **when: float) -> list[tuple[str, str]]:
    """What comes up for somebody then: its kind, and its words or else its subject."""
    acts = today_of(Agent.objects.get(pk=agent.pk), now=cast.after(**when))
    return [
        (str(act.kind), act.words or (act.conversation.subject if act.conversation else ""))
        for act in acts
    ]


def test_what_staff_were_promised_comes_up_before_its_day_is_over(inbox: Inbox) -> None:
    found = asked("My second screen is still missing.")
    found.reply(cast.letter("By ten.", to=(ADA,)), by=cast.max_(), at=cast.NOON, seen=None)
    promise(found, "A second screen", due_at=cast.after(hours=10), by=cast.max_(), at=cast.NOON)
    assert today(cast.max_(), hours=7.9) == []
    assert today(cast.max_(), hours=8.1) == [("promise", "A second screen")]
    assert today(cast.olga(), hours=99) == [], "it has an owner, and is nobody else's to read"
    page = Client().get(link_of(found, ADA)).content.decode()
    assert "A second screen" in page, "whoever was promised it reads it on their own page"


def test_who_says_how_the_desk_could_help_more_hears_what_became_of_it(inbox: Inbox) -> None:
    found = asked("We could answer in the evening, too.")
    assert today(cast.max_(), hours=23) == []
    assert today(cast.max_(), hours=25) == [("silence", "Friday")]
    assert today(cast.olga(), hours=25) == []
    answer = cast.letter("From May on we do. Thank you!", to=(ADA,))
    found.reply(answer, by=cast.max_(), at=cast.after(hours=26), seen=None)
    assert today(cast.max_(), hours=27) == []
    Outgoing.objects.update(state="sent", sent_at=cast.after(hours=26))
    assert "From May on we do." in Client().get(link_of(found, ADA)).content.decode()


def test_a_colleague_comments_on_a_rule_where_it_acted_and_it_waits_for_an_answer(
    inbox: Inbox,
) -> None:
    support, agent = cast.support(cast.ada()), Client()
    agent.force_login(cast.ada())
    rule = running(("tag", "lamp"), name="Lamps & more")
    touched = cast.opened(support)
    assert acted() == 1
    page = agent.get(f"/conversations/{touched.pk}/").content.decode()
    found = re.search(r'href="mailto:([^"?]+)\?subject=([^"]+)"', page)
    assert found is not None
    to, subject = found[1], unquote(found[2])
    assert (to, rule.name in subject) == (PEOPLE, True)
    raw = mail("It tags bulbs, too.", sender=SENDER, to=to, subject=subject)
    about = conversation_of(taken_in(checked(raw)))
    assert (about.inbox, about.subject, about.state) == (inbox, subject, "us")
    assert today(cast.max_(), hours=25) == [("silence", subject)]
    Inbox.objects.filter(pk=inbox.pk).update(is_for_team=False)
    assert "mailto:" not in agent.get(f"/conversations/{touched.pk}/").content.decode()
