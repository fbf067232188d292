"""Pictures that lie elsewhere are loaded for whoever asks, on a page that may do nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from tests.channels.mail.letters import conversation_of, mail, taken_in
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message

pytestmark = pytest.mark.django_db
PIXEL = "https://tracker.example/pixel.png?who=ada"
HTML = f'''<p>Our news. data-remote-src="x"</p>
<img src="{PIXEL}" alt="a lamp"><img src="//cdn.example/l.png"><img data-remote-src="/settings/">
<script>alert(1)</script>'''


def received(support: Inbox) -> int:
    raw = mail(HTML).replace(b"text/plain", b"text/html")
    message = conversation_of(taken_in(raw, inbox=support)).messages.get()
    return int(message.pk)


def test_a_page_of_the_desk_loads_nothing_remote(desk: Client, support: Inbox) -> None:
    pk = received(support)
    answer = desk.get(f"/conversations/{Message.objects.get(pk=pk).conversation_id}/")
    page = answer.content.decode()
    assert f'src="{PIXEL}' not in page.replace("data-remote-src", "")
    assert f'href="/messages/{pk}/pictures/" target="_blank"' in page
    assert "https:" not in answer["Content-Security-Policy"]


def test_whoever_asks_sees_them_and_nothing_else_runs(desk: Client, support: Inbox) -> None:
    answer = desk.get(f"/messages/{received(support)}/pictures/")
    page = answer.content.decode()
    assert f' src="{PIXEL}"' in page
    assert ' src="//cdn.example/l.png"' in page
    assert "/settings/" not in page  # the sender's own attribute was dropped
    assert "<script" not in page
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' https: data:" in policy
    assert "script-src" not in policy
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_mail_without_such_pictures_offers_nothing(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    page = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "/pictures/" not in page


def test_they_are_shown_to_nobody_who_may_not_read_the_mail(
    client_of: ClientOf, support: Inbox
) -> None:
    pk = received(support)
    assert client_of(cast.lena()).get(f"/messages/{pk}/pictures/").status_code == 404
