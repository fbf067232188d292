"""The context panel beside a conversation: after the page, for its readers, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.channels.listener import Listener, listening
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.context import asking, setting
from wingbeat.channels.context.models import ContextPanel
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def far(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    with listening() as listener:
        listener.body = answer("A-1042")
        asked = setting.Asked("Orders", listener.url, (), 15)
        setting.keep(asked, by=cast.olga(), at=cast.NOON)
        yield listener


def answer(value: str, **more: str) -> bytes:
    rows = [{"label": "Latest", "value": value, **more}]
    return json.dumps({"sections": [{"rows": rows}]}).encode()


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    return cast.opened(support)


@pytest.fixture
def url(conversation: Conversation) -> str:
    return f"/conversations/{conversation.pk}/context/"


def test_the_page_does_not_wait_for_it(
    desk: Client, far: Listener, conversation: Conversation, url: str
) -> None:
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert far.heard == []
    assert f'hx-get="{url}"' in page
    assert f'href="{url}"' in page  # for whoever has no scripts
    part = desk.get(url, headers=HTMX).content.decode()
    assert "A-1042" in part
    assert "<html" not in part
    assert "<html" in desk.get(url).content.decode()
    assert len(far.heard) == 1


def test_a_page_asks_the_database_no_more_for_having_it(
    desk: Client, conversation: Conversation, far: Listener, url: str
) -> None:
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            desk.get(f"/conversations/{conversation.pk}/")
        counts.append(len(captured))
        ContextPanel.objects.all().delete()
    assert counts[0] == counts[1]


def test_what_is_old_is_shown_with_its_age_and_asked_for_once_more(
    desk: Client, far: Listener, url: str
) -> None:
    desk.get(url, headers=HTMX)
    panel = ContextPanel.objects.get()
    ContextPanel.objects.update(fresh_for_minutes=0)
    old = desk.get(url, headers=HTMX).content.decode()
    assert "A-1042" in old
    assert "context-age" in old
    assert f'hx-get="{url}?ask=yes"' in old
    assert len(far.heard) == 1
    far.status = 500
    failed = desk.get(f"{url}?ask=yes", headers=HTMX).content.decode()
    assert "A-1042" in failed
    assert "HTTP 500" in failed
    assert "hx-get" not in failed, "it does not go round and round"
    far.status, far.body = 200, answer("A-2000")
    assert "A-2000" in desk.get(f"{url}?ask=yes", headers=HTMX).content.decode()
    panel.refresh_from_db()
    assert panel.failures == 0


def test_it_is_quiet_after_failures(desk: Client, far: Listener, url: str) -> None:
    far.status = 500
    for _turn in range(5):
        page = desk.get(url, headers=HTMX)
        assert page.status_code == 200
    assert "left alone for a while" in page.content.decode()
    assert len(far.heard) == 3


def test_only_readers_of_the_conversation_see_it(
    far: Listener, conversation: Conversation, url: str, ada: Agent, client_of: ClientOf
) -> None:
    stranger = client_of(Agent.objects.invite(email="s@desk.example", name="S"))
    lena = cast.lena()
    for client in (stranger, client_of(lena)):
        assert client.get(url, headers=HTMX).status_code == 404
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    assert client_of(cast.max_()).get(url, headers=HTMX).status_code == 404
    assert far.heard == []
    conversation.admit(lena, by=ada, at=cast.NOON)
    assert "A-1042" in client_of(lena).get(url, headers=HTMX).content.decode()


def test_what_it_answers_is_text_and_its_links_tell_nobody_where_one_was(
    desk: Client, far: Listener, url: str
) -> None:
    far.body = answer(
        '"><script>alert(1)</script>', badge="<img src=x>", link='https://a.example/"x'
    )
    tree = LexborHTMLParser(desk.get(url, headers=HTMX).content.decode())
    assert tree.css("script, img") == []
    assert tree.css(".context")[0].css_matches("section")
    (link,) = tree.css("dd a")
    assert link.attributes["href"] == 'https://a.example/"x'
    assert link.attributes["rel"] == "noopener noreferrer nofollow"
    assert link.text() == '"><script>alert(1)</script>'


def test_a_page_from_before_it_was_taken_away_loses_it(
    desk: Client, far: Listener, url: str, conversation: Conversation
) -> None:
    ContextPanel.objects.all().delete()
    caches["panels"].clear()
    assert desk.get(url, headers=HTMX).content == b""
    assert desk.get(url)["Location"] == f"/conversations/{conversation.pk}/"
    assert far.heard == []


def test_their_time_now_stands_in_it_unless_somebody_here_set_a_zone(
    desk: Client, far: Listener, conversation: Conversation, url: str
) -> None:
    rows = [{"label": "Latest", "value": "A-1"}]
    body = {"zone": "Asia/Tokyo", "sections": [{"rows": rows}]}
    far.body = json.dumps(body).encode()
    part = desk.get(url, headers=HTMX).content.decode()
    assert re.search(r"<bdi>\d\d:\d\d there, Tokyo</bdi>", part)
    conversation.customer.zone = "Europe/Budapest"
    conversation.customer.save()
    assert "Tokyo" not in desk.get(url, headers=HTMX).content.decode()
