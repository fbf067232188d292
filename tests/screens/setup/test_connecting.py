"""A mailbox is connected by signing in at its provider, against a stand-in for each server."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from html import unescape
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.channels.mail import providers
from tests.channels.mail.providers import Provider
from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.screens.setup import connecting

pytestmark = pytest.mark.django_db
CONNECTED = "/setup/mailbox/connected/"
KEPT = "/setup/mailbox/kept/"
LETS_IN = b"user=support@desk.example\x01auth=Bearer now\x01\x01"


class SaysSmtp(StreamRequestHandler):
    """Takes a token and no password."""

    def handle(self) -> None:
        self.wfile.write(b"220 hello\r\n")
        for line in self.rfile:
            words = line.split()
            if words[0].upper() == b"EHLO":
                self.wfile.write(b"250-here\r\n250 AUTH XOAUTH2\r\n")
            elif words[0].upper() == b"AUTH":
                fits = base64.b64decode(words[2]) == LETS_IN
                self.wfile.write(b"235 ok\r\n" if fits else b"535 5.7.3 unsuccessful\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")


class SaysImap(StreamRequestHandler):
    """Takes a token and no password; 7 mails wait."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, verb, *_rest = line.split()
            if verb.upper() == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n")
            if verb.upper() == b"AUTHENTICATE":
                self.wfile.write(b"+ \r\n")
                if base64.b64decode(self.rfile.readline()) != LETS_IN:
                    self.wfile.write(tag + b" NO [AUTHENTICATIONFAILED] IMAP is off\r\n")
                    continue
            if verb.upper() == b"EXAMINE":
                self.wfile.write(b"* 7 EXISTS\r\n")
            self.wfile.write(tag + b" OK done\r\n")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, int]]:
    running = {"imap_port": serve(SaysImap), "smtp_port": serve(SaysSmtp)}
    yield {name: server.server_address[1] for name, server in running.items()}
    for server in running.values():
        server.shutdown()
        server.server_close()


def serve(handler: type[BaseRequestHandler]) -> ThreadingTCPServer:
    server = ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    return server


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running() as provider:
        provider.answer = {"access_token": "now", "refresh_token": "lasting", "expires_in": 3600}
        yield provider


@pytest.fixture
def inbox() -> Inbox:
    return cast.support(cast.ada())


@pytest.fixture
def answers(provider: Provider, servers: dict[str, int]) -> dict[str, Any]:
    return {
        "provider": "other", "user": "support@desk.example", "client_id": "wingbeat",
        "client_secret": "a client secret", "scope": "mail offline_access",
        "authorize_url": f"{provider.url}/authorize", "token_url": f"{provider.url}/token",
        "imap_host": "127.0.0.1", "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_security": "none", **servers,
    }  # fmt: skip


def asked(owner: Client, inbox: Inbox, answers: dict[str, Any]) -> str:
    """Answer the form; return the page that follows."""
    return owner.post(reverse("setup:connection", args=[inbox.pk]), answers).content.decode()


def begun(owner: Client, inbox: Inbox, answers: dict[str, Any]) -> str:
    """Answer the form; return the state that the provider sends back."""
    link = unescape(asked(owner, inbox, answers).split('is-full" href="')[1].split('"')[0])
    says = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert says["redirect_uri"] == f"http://testserver{CONNECTED}"
    assert says["login_hint"] == "support@desk.example"
    return says["state"]


def come_back(browser: Client, state: str, **said: str) -> str:
    """Be sent back by the provider; return the page, or where it leads."""
    answer = browser.get(CONNECTED, {"state": state, **(said or {"code": "the code"})})
    return answer.get("Location") or answer.content.decode()


def test_an_owner_signs_in_and_the_mailbox_is_kept(
    owner: Client, inbox: Inbox, answers: dict[str, Any], provider: Provider
) -> None:
    state = begun(owner, inbox, answers)
    assert not Account.objects.exists()  # nothing is kept before the provider says yes
    where = come_back(owner, state)
    assert where == reverse("setup:inbox-page", args=[inbox.pk])
    account = Account.objects.get()
    assert (account.is_oauth2, account.imap_user) == (True, "support@desk.example")
    assert secrets.opened(account.imap_secret) == "lasting"
    assert secrets.opened(account.oauth2_secret) == "a client secret"
    assert account.watched_since_at is not None
    assert provider.asked[0]["code"] == "the code"
    assert connecting.SESSION_KEY not in owner.session
    assert reverse("setup:connection", args=[inbox.pk]) in owner.get(where).content.decode()


def test_what_was_not_begun_in_this_browser_is_not_taken(
    owner: Client, admin: Client, inbox: Inbox, answers: dict[str, Any], provider: Provider
) -> None:
    state = begun(owner, inbox, answers)
    for browser, guess in ((admin, state), (owner, "guessed"), (owner, "")):
        assert "not begun in this browser" in come_back(browser, guess)
    assert not provider.asked
    assert come_back(owner, state).startswith("/setup/inboxes/")
    assert "not begun in this browser" in come_back(owner, state)
    assert len(provider.asked) == 1


def test_a_sign_in_that_took_too_long_is_begun_again(
    owner: Client, inbox: Inbox, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = begun(owner, inbox, answers)
    monkeypatch.setattr(connecting, "LASTS_SECONDS", 0)
    assert "half an hour" in come_back(owner, state)
    assert not Account.objects.exists()


def test_a_no_of_the_provider_is_told_in_its_words_and_changes_nothing(
    owner: Client, inbox: Inbox, answers: dict[str, Any], provider: Provider
) -> None:
    kept = Account.objects.create(inbox=inbox, imap_host="old.example", imap_user="old")
    state = begun(owner, inbox, answers)
    page = come_back(owner, state, error_description="<Denied> by policy")
    assert "&lt;Denied&gt; by policy" in page
    provider.status, provider.answer = 400, {"error": "invalid_client"}
    page = come_back(owner, begun(owner, inbox, answers))
    assert "invalid_client" in page
    assert reverse("setup:connection", args=[inbox.pk]) in page
    kept.refresh_from_db()
    assert (kept.imap_host, kept.is_oauth2) == ("old.example", False)


def test_a_server_that_takes_no_token_is_named_with_its_remedy_and_can_be_kept(
    owner: Client, inbox: Inbox, answers: dict[str, Any], provider: Provider
) -> None:
    provider.answer["access_token"] = "another"
    page = come_back(owner, begun(owner, inbox, answers))
    for words in ("must allow IMAP", "IMAP is off", "5.7.3"):
        assert words in page
    assert not Account.objects.exists()
    assert owner.post(KEPT).status_code == 302
    assert secrets.opened(Account.objects.get().imap_secret) == "lasting"
    assert b"not begun in this browser" in owner.post(KEPT).content


def test_known_providers_need_an_id_and_a_secret_only(owner: Client, inbox: Inbox) -> None:
    short = {"provider": "microsoft", "user": "a@b.example", "client_id": "id", "tenant": "t-1"}
    page = asked(owner, inbox, short)
    assert "https://login.microsoftonline.com/t-1/oauth2/v2.0/authorize?" in page
    assert "SMTP.Send" in page
    assert "is no tenant" in asked(owner, inbox, {**short, "tenant": "../evil"})
    page = asked(owner, inbox, {**short, "provider": "other"})
    assert page.count("Another provider needs this.") == 9


def test_the_kept_secret_goes_to_the_same_place_only(
    owner: Client, inbox: Inbox, answers: dict[str, Any], provider: Provider
) -> None:
    come_back(owner, begun(owner, inbox, answers))
    answers["client_secret"] = ""
    come_back(owner, begun(owner, inbox, answers))
    assert provider.asked[-1]["client_secret"] == "a client secret"
    answers["token_url"] = f"{provider.url}/elsewhere"
    come_back(owner, begun(owner, inbox, answers))
    assert len(provider.asked) == 3
    assert "client_secret" not in provider.asked[-1]
    answers["token_url"] = "http://elsewhere.example/token"
    assert "begin with https://" in asked(owner, inbox, answers)


def test_a_lasting_token_is_never_sent_as_a_password(
    owner: Client, inbox: Inbox, answers: dict[str, Any]
) -> None:
    come_back(owner, begun(owner, inbox, answers))
    names = ("user", "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port")
    typed = {name: answers[name] for name in (*names, "smtp_security")}
    owner.post(reverse("setup:account", args=[inbox.pk]), {**typed, "anyway": "yes"})
    account = Account.objects.get()
    assert (account.is_oauth2, account.imap_secret, account.oauth2_secret) == (False, "", "")
