"""Today on screen: acts with reasons, waved away by a form, and an empty page that is good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.desk.knowledge.articles import published
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.care.dismissing import Dismissal
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import LATE_ATTEMPTS, Delivery, Outgoing
from wingbeat.desk.conversations.rating import rate
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.knowledge.models import Article
from wingbeat.desk.knowledge.writing import withdraw
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def waiting(inbox: Inbox, name: str = "Nora Lind", **ago: float) -> Conversation:
    sender: Party = {"name": name, "address": f"{name.lower().partition(' ')[0]}@home.example"}
    return cast.opened(inbox, cast.said(sender=sender, at=timezone.now() - timedelta(**ago)))


def test_acts_stand_there_with_reasons_and_go_when_waved_away(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    conversation = waiting(support, hours=30)
    page = desk.get("/today/").content.decode()
    assert "Answer Nora Lind" in page
    assert "They write for the first time and have waited since" in page
    assert f'href="/conversations/{conversation.pk}/"' in page
    assert page.count("data-act-key") == 2
    form = {"act": f"silence-{conversation.pk}", "reason": "later"}
    assert desk.post("/today/dismissals/", form).status_code == 302
    empty = desk.get("/today/").content.decode()
    assert "Nobody is forgotten." in empty
    assert "data-act" not in empty
    assert Dismissal.objects.get().agent == ada


def test_a_link_that_broke_is_told_without_a_time_that_is_another(
    desk: Client, support: Inbox
) -> None:
    fuse = published("Changing a fuse", "Turn it left.").article
    link = f'See <a href="/help/en/{fuse.pk}-changing-a-fuse/">the fuse</a>.'
    published("When a lamp stays dark", link)
    withdraw(fuse, "en", by=cast.ada(), at=cast.after(days=2))
    Article.objects.filter(pk=fuse.pk).update(due_at=timezone.now() + timedelta(days=9))
    page = desk.get("/today/").content.decode()
    assert "A link in it leads to an article that readers no longer see." in page


def test_only_an_act_that_stands_there_can_be_waved_away(desk: Client, support: Inbox) -> None:
    hidden = Inbox.objects.create(name="HR", address="hr@desk.example")
    conversation = waiting(hidden, days=3)
    assert "Nora" not in desk.get("/today/").content.decode()
    form = {"act": f"silence-{conversation.pk}", "reason": "wrong"}
    desk.post("/today/dismissals/", form)
    assert not Dismissal.objects.exists()
    assert desk.post("/today/dismissals/", {**form, "reason": "never"}).status_code == 400


def test_a_light_agent_sees_what_is_theirs(support: Inbox, ada: Agent, client_of: ClientOf) -> None:
    lena = cast.lena()
    one, _other = waiting(support, days=3), waiting(support, "Otto Berg", days=3)
    one.assign(agent=lena, team=None, by=ada, at=timezone.now())
    page = client_of(lena).get("/today/").content.decode()
    assert "Answer Nora Lind" in page
    assert "Otto" not in page


def test_it_costs_the_same_however_much_there_is(desk: Client, support: Inbox, ada: Agent) -> None:
    counts = []
    for turn in range(2):
        for number in range(10):
            name = f"P{turn}{number} Lind"
            waiting(support, name, days=3)
            done = waiting(support, f"Q{turn}{number} Lind", days=3)
            due_at = timezone.now() - timedelta(hours=1)
            promise(done, "A lamp", due_at=due_at, by=ada, at=due_at - timedelta(days=1))
            at = timezone.now() - timedelta(days=2)
            sent = done.reply(cast.letter(), by=ada, at=at, seen=None)
            Outgoing.objects.filter(message=sent).update(state=Delivery.BOUNCED)
            rate(done, done.customer, 1, "Slow", by=Agent.objects.system(), at=timezone.now())
            done.end(by=ada, at=timezone.now(), reason="answered")
        desk.get("/today/")
        with CaptureQueriesContext(connection) as captured:
            page = desk.get("/today/")
        counts.append(len(captured))
    assert page.content.decode().count("data-act-key") == 2 * 80
    assert counts[0] == counts[1]


def test_a_reply_that_cannot_leave_is_not_called_arrived(desk: Client, support: Inbox) -> None:
    assert "Nobody is forgotten." in desk.get("/today/").content.decode()
    conversation = cast.opened(support, cast.said(text="Thanks.", at=timezone.now()))
    conversation.reply(cast.letter("Yes."), by=cast.ada(), at=timezone.now(), seen=None)
    Outgoing.objects.update(state=Delivery.WAITING, attempts=LATE_ATTEMPTS)
    page = desk.get("/today/").content.decode()
    assert "A reply has not left yet." in page
    assert "Nobody is forgotten." not in page
