"""One promise, from the words that give it to who sees it kept, and to who may see nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.desk.insights.lives import caught_up
from tests.screens.agent.conftest import ClientOf
from tests.screens.customer.conftest import left, link_of
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Team

pytestmark = pytest.mark.django_db

PROMISED = "We will send you the new lamp tomorrow."


def written_with_a_click(desk: Client, conversation: Conversation) -> None:
    """Write a reply as the composer does, track what it promises, and send it."""
    form = {"to": "Nora Lind <nora@customers.example>", "text": PROMISED}
    url = f"/conversations/{conversation.pk}/"
    page = desk.post(f"{url}hints/reply/", form, headers={"hx-request": "true"}).content.decode()
    found = re.search(r'name="hint" value="(track:\w+)"', page)
    assert found
    marks = dict(re.findall(r'<input type="hidden" name="(hints_\w+)" value="([^"]*)"', page))
    desk.post(f"{url}hints/reply/", {**form, **marks, "hint": found[1]})
    desk.post(f"{url}replies/", form)
    left(conversation.messages.get(kind="agent"))


def days_pass(days: int) -> None:
    """Let what was promised be as old as if so many days had passed."""
    for row in Promise.objects.all():
        for name in ("at", "due_at", "warn_at"):
            setattr(row, name, getattr(row, name) - timedelta(days=days))
        row.save()


def page_of(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    return answer.content.decode() if answer.status_code == 200 else ""


def test_a_promise_goes_from_the_reply_to_today_and_is_seen_kept_by_the_customer(
    desk: Client, support: Inbox
) -> None:
    conversation = cast.opened(support, cast.said(at=timezone.now()))
    written_with_a_click(desk, conversation)
    promise = Promise.objects.get()
    assert PROMISED in promise.words
    assert PROMISED not in page_of(desk, "/today/"), "there is time for it yet"
    days_pass(2)
    assert PROMISED in page_of(desk, "/today/")
    desk.post(f"/promises/{promise.pk}/keeping/")
    assert PROMISED not in page_of(desk, "/today/")
    assert "Done on" in page_of(Client(), link_of(conversation))


def test_who_may_not_read_the_inbox_sees_neither_its_words_nor_its_numbers(
    client_of: ClientOf, desk: Client, support: Inbox, ada: Agent
) -> None:
    hr = Inbox.objects.create(name="HR", address="hr@desk.example")
    hr.teams.add(team := Team.objects.create(name="HR"))
    team.memberships.create(agent=cast.max_())
    private, plain = (cast.opened(inbox, cast.said(at=timezone.now())) for inbox in (hr, support))
    written_with_a_click(client_of(cast.max_()), private)
    days_pass(2)
    caught_up()
    pages = ("/today/", f"/customers/{plain.customer_id}/", f"/conversations/{plain.pk}/",
             "/laws/", "/laws/memory/", "/ends/")  # fmt: skip
    for url in pages:
        assert PROMISED not in page_of(desk, url), url
    evidence = f"/conversations/{private.pk}/"
    assert evidence not in page_of(desk, "/laws/memory/")
    assert PROMISED in page_of(client_of(cast.max_()), "/today/")
