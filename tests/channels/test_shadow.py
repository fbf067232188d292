"""Beside an old desk nothing leaves, by no door; and everybody sees that it is so."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tests.channels.listener import Listener
from tests.channels.webhooks.test_webhooks import SOON, far, owed, subscribed, support
from wingbeat.channels import reaching, shadow
from wingbeat.channels.webhooks import calling
from wingbeat.channels.webhooks.models import CallState, WebhookCall
from wingbeat.desk.conversations.inbox import Inbox

pytestmark = pytest.mark.django_db
__all__ = ["far", "support"]  # fixtures
SOURCE = Path(shadow.__file__).parents[1]

# Every module that can open a connection of its own, and why nothing of a customer leaves by it.
DOORS = {
    "channels/reaching.py": "asks shadow.holds",
    "channels/mail/smtp_out.py": "used by sending.py and own_mail.py, which ask shadow.holds",
    "channels/mail/server_trouble.py": "words about errors",
    "channels/mail/oauth.py": "renews the token that mail is read with",
    "channels/moving/zammad/api.py": "reads the old desk",
    "channels/context/trouble.py": "words about errors",
    "config/doctor/surroundings.py": "asks the desk itself how it is",
    "config/demo/views.py": "the example desk",
}


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.WINGBEAT, "shadow", True)


def test_no_module_opens_a_door_that_is_not_known_here() -> None:
    opens = re.compile(
        r"^\s*(import|from) (httpx2|smtplib|http\.client|urllib\.request)", re.MULTILINE
    )
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if opens.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(DOORS)


def test_no_other_system_is_called(held: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_args: object, **_more: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    with pytest.raises(reaching.CannotReach, match="shadow"):
        reaching.post("https://shop.example.org/", b"{}", {})


def test_webhooks_wait_and_are_called_when_it_is_over(
    far: Listener, support: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(far, support)
    cast.opened(support)
    owed()
    with monkeypatch.context() as held:
        held.setitem(settings.WINGBEAT, "shadow", True)
        assert calling.make_calls(SOON) == 0
        assert set(WebhookCall.objects.values_list("state", flat=True)) == {CallState.WAITING}
    assert calling.make_calls(SOON) > 0


@pytest.mark.parametrize("place", ["/", "/accounts/login/"])
def test_every_page_says_so(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = cast.ada()
    cast.support(ada)
    client = Client()
    if place == "/":
        client.force_login(ada)
    assert "shadow-bar" not in client.get(place, follow=True).content.decode()
    monkeypatch.setitem(settings.WINGBEAT, "shadow", True)
    assert "Nothing leaves it." in client.get(place, follow=True).content.decode()
