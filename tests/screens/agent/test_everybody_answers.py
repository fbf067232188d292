"""Everyone answers a customer now and then, leads too; and the desk asks nobody's private life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.care.asking import LEADS_ANSWER_WITHIN
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
LED = "You lead a team and have answered nobody for four weeks."
# What is asked about a colleague anywhere: who they are at work, and how they like their desk.
OF_WORK = {
    "name", "email", "role", "teams", "signature", "signature_picture", "language", "zone",
    "theme", "is_coached",
    "hears_manner", "old_password", "new_password1", "new_password2", "password", "leads", "lead",
    "is_lead", "notifies_in_browser", "notifies_by_mail", "notifies_at_hour", "reasons", "to",
}  # fmt: skip


def opened(inbox: Inbox, text: str = "My lamp does not light.") -> Conversation:
    return cast.opened(inbox, cast.said(text, at=timezone.now()))


def test_somebody_who_builds_the_lamps_answers_one_customer_and_sees_no_other(
    support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    hers, other = opened(support), opened(support, "Where is my invoice?")
    lena = cast.lena()
    browser = client_of(lena)
    assert browser.get(f"/conversations/{hers.pk}/").status_code == 404
    hers.assign(agent=lena, team=None, by=ada, at=timezone.now())
    assert "My lamp does not light." in browser.get(f"/conversations/{hers.pk}/").content.decode()
    form = {"to": "Nora Lind <nora@customers.example>", "text": "It is the fuse: turn it left."}
    browser.post(f"/conversations/{hers.pk}/replies/", form)
    hers.refresh_from_db()
    assert hers.waits_for_us_since is None, "a light agent's answer is an answer"
    assert "Lena Light" in browser.get(f"/conversations/{hers.pk}/").content.decode()
    assert browser.get(f"/conversations/{other.pk}/").status_code == 404


def test_a_lead_who_has_answered_nobody_for_four_weeks_finds_who_waits_longest(
    desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    first, second = opened(support), opened(support)
    assert LED not in desk.get("/today/").content.decode(), "she leads nobody"
    cast.support_team(lead=ada)
    assert LED not in desk.get("/today/").content.decode(), "she is new to the team"
    ada.memberships.update(since_at=timezone.now() - LEADS_ANSWER_WITHIN)
    page = desk.get("/today/").content.decode()
    assert page.count(LED) == 1
    assert f'href="/conversations/{first.pk}/"' in page
    assert LED not in client_of(cast.max_()).get("/today/").content.decode(), "it is hers alone"
    desk.post("/today/dismissals/", {"act": f"silence-{first.pk}", "reason": "later"})
    assert LED not in desk.get("/today/").content.decode(), "and no other takes its place"
    first.assign(agent=cast.max_(), team=None, by=ada, at=timezone.now())
    assert LED in desk.get("/today/").content.decode()
    second.reply(cast.letter(), by=ada, at=timezone.now(), seen=None)
    opened(support)
    assert LED not in desk.get("/today/").content.decode(), "she has answered somebody"


def test_who_helped_is_known_from_work_and_no_form_asks_of_anybodys_private_life(
    desk: Client, support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    mine = opened(support)
    mine.assign(agent=ada, team=None, by=ada, at=timezone.now())
    assert "Thank " not in desk.get("/today/").content.decode(), "a team-mate is no helper"
    hour_ago = timezone.now() - timedelta(hours=1)
    mine.note(cast.letter("Ask the maker.", to=()), by=cast.max_(), at=hour_ago)
    assert "Thank Max Stone" in desk.get("/today/").content.decode()
    owner = client_of(cast.olga())
    pages = [desk.get("/settings/")]
    pages += [owner.get(url) for url in ("/setup/people/", f"/setup/people/{ada.pk}/")]
    asked = set()
    for page in pages:
        assert page.status_code == 200
        main = LexborHTMLParser(page.content).css("main input[name], main select, main textarea")
        asked |= {str(one.attributes["name"]) for one in main}
    assert asked - OF_WORK - {"csrfmiddlewaretoken"} == set()
    assert {"name", "signature", "role"} <= asked
