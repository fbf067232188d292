"""The first run: only who sees the terminal becomes the owner, and a mailbox is tried live."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer

import pytest
from django.test import Client

from tests import cast
from wingbeat.channels.mail import secrets
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Role
from wingbeat.screens.setup import tokens
from wingbeat.screens.setup.providers import provider_of

pytestmark = pytest.mark.django_db

OWNER = {"name": "Olga Owner", "email": "Olga@desk.example", "password": "a quiet password"}
INBOX = {"address": "Support@desk.example", "name": "Support", "from_name": "Lamps & Co"}


class SaysSmtp(StreamRequestHandler):
    """A mail server that takes any log-in but one."""

    def handle(self) -> None:
        self.wfile.write(b"220 hello\r\n")
        for line in self.rfile:
            verb = line.split()[0].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")
            elif verb == b"AUTH":
                wrong = b"d3Jvbmc=" in line or line.strip().endswith(b"AHdyb25n")
                self.wfile.write(b"535 5.7.8 bad\r\n" if wrong else b"235 ok\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


class SaysImap(StreamRequestHandler):
    """An IMAP server with 7 mails in INBOX and no other folder."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, verb, *rest = line.split(maxsplit=2)
            if verb.upper() == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            if verb.upper() == b"LOGIN" and b"wrong" in rest[0]:
                self.wfile.write(tag + b" NO [AUTHENTICATIONFAILED] go away\r\n")
                continue
            if verb.upper() == b"EXAMINE":
                self.wfile.write(b"* 7 EXISTS\r\n")
            self.wfile.write(tag + b" OK done\r\n")
            if verb.upper() == b"LOGOUT":
                return


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
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_an_empty_desk_is_closed_to_whoever_has_no_token(client: Client) -> None:
    tokens.setup_token()
    assert client.get("/setup/").status_code == 403
    assert client.get("/setup/?token=guessed").status_code == 403
    assert client.get("/setup/owner/").status_code == 404
    assert client.post("/setup/owner/", OWNER).status_code == 404
    assert not Agent.objects.filter(role=Role.OWNER).exists()


def test_the_token_makes_one_owner_and_is_worth_nothing_afterwards(client: Client) -> None:
    token = tokens.setup_token()
    assert client.get(f"/setup/?token={token}", follow=True).status_code == 200
    assert client.post("/setup/owner/", OWNER)["Location"] == "/setup/inbox/"
    owner = Agent.objects.get(role=Role.OWNER)
    assert (owner.email, owner.check_password("a quiet password")) == ("olga@desk.example", True)

    stranger = Client()
    assert (
        stranger.get(f"/setup/?token={token}", follow=True)
        .redirect_chain[-1][0]
        .startswith("/account/login")
    )
    assert stranger.post("/setup/owner/", OWNER).status_code == 404


def test_only_admins_set_up_inboxes(client: Client) -> None:
    cast.olga()
    client.force_login(cast.ada())
    assert client.get("/setup/inbox/").status_code == 403
    assert client.post("/setup/inbox/", INBOX).status_code == 403


def test_an_inbox_gets_a_team_that_reads_it(client: Client) -> None:
    client.force_login(cast.olga())
    client.post("/setup/inbox/", INBOX)
    inbox = Inbox.objects.get()
    assert inbox.address == "support@desk.example"
    assert [m.agent for team in inbox.teams.all() for m in team.memberships.all()] == [cast.olga()]
    again = client.post("/setup/inbox/", {**INBOX, "name": "Other"})
    assert (
        b"Another inbox of this desk has that address" in again.content or again.status_code == 200
    )
    assert Inbox.objects.count() == 1


def test_an_account_that_works_is_kept_with_its_password_sealed(
    client: Client, servers: dict[str, int]
) -> None:
    inbox = _inbox(client)
    response = client.post(f"/setup/inbox/{inbox.pk}/account/", _answers(servers, "right"))
    assert response.status_code == 302
    account = Account.objects.get()
    assert account.watched_since_at is not None  # what is there already stays there
    assert "right" not in account.imap_secret
    assert secrets.opened(account.imap_secret) == "right"


def test_the_mail_that_is_there_already_comes_in_when_asked_for(
    client: Client, servers: dict[str, int]
) -> None:
    inbox = _inbox(client)
    answers = {**_answers(servers, "right"), "takes_old_mail": "on"}
    page = client.post(f"/setup/inbox/{inbox.pk}/account/", answers).content.decode()
    assert "7 mails are there now" in page
    assert not Account.objects.exists()  # it first says how much that is
    typed = re.search(r'name="typed" value="([^"]+)"', page)
    assert typed is not None
    again = {**answers, "password": "", "typed": typed[1], "anyway": "yes"}
    client.post(f"/setup/inbox/{inbox.pk}/account/", again)
    assert Account.objects.get().watched_since_at is None
    assert secrets.opened(Account.objects.get().imap_secret) == "right"
    again = _answers(servers, "right")  # changing a password later leaves the mark where it is
    client.post(f"/setup/inbox/{inbox.pk}/account/", again)
    assert Account.objects.get().watched_since_at is None


def test_a_kept_password_goes_to_no_server_it_was_not_typed_for(
    client: Client, servers: dict[str, int]
) -> None:
    inbox = _inbox(client)
    url = f"/setup/inbox/{inbox.pk}/account/"
    client.post(url, _answers(servers, "right"))
    assert client.post(url, _answers(servers, "")).status_code == 302  # the same servers
    page = client.post(url, _answers(servers, "wrong")).content.decode()
    typed = re.search(r'name="typed" value="([^"]+)"', page)
    assert typed is not None
    for elsewhere in ({"smtp_host": "localhost"}, {"imap_host": "localhost"}, {"user": "eve"}):
        for more in ({}, {"typed": typed[1]}, {"anyway": "yes"}):
            asked = {**_answers(servers, ""), **elsewhere, **more}
            page = client.post(url, asked).content.decode()
            assert "Type the password again" in page
    assert Account.objects.get().smtp_host == "127.0.0.1"


def test_an_account_that_fails_says_what_and_how_to_mend_it(
    client: Client, servers: dict[str, int]
) -> None:
    inbox = _inbox(client)
    response = client.post(f"/setup/inbox/{inbox.pk}/account/", _answers(servers, "wrong"))
    page = response.content.decode()
    assert "does not accept this user and password" in page
    assert "app password" in page
    assert "AUTHENTICATIONFAILED" in page
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"imap_host": "no-such-host.invalid"}, "There is no server named"),
        ({"imap_port": 1}, "Nobody listens at"),
        ({"imap_security": "tls"}, "does not speak TLS in this way"),
    ],
)
def test_each_failure_has_its_remedy(
    client: Client, servers: dict[str, int], changed: dict[str, object], says: str
) -> None:
    inbox = _inbox(client)
    answers = {**_answers(servers, "right"), **changed}
    assert says in client.post(f"/setup/inbox/{inbox.pk}/account/", answers).content.decode()


def test_the_recovery_key_is_shown_once(client: Client) -> None:
    client.force_login(cast.olga())
    assert b"AGE-SECRET-KEY-1" in client.post("/setup/recovery/").content
    assert b"AGE-SECRET-KEY-1" not in client.get("/setup/recovery/").content


def test_the_first_mail_appears_by_itself(client: Client) -> None:
    olga = cast.olga()
    client.force_login(olga)
    inbox = cast.support(olga)
    assert b"Waiting" in client.get("/setup/first-mail/").content
    cast.opened(inbox)
    assert b"Nora Lind" in client.get("/setup/first-mail/", headers={"HX-Request": "true"}).content


def test_providers_are_known_by_the_domain_and_others_guessed() -> None:
    known, guessed = (provider_of(f"anna@{one}").servers for one in ("gmail.com", "lamps.example"))
    assert (known["imap_host"], known["imap_port"]) == ("imap.gmail.com", 993)
    assert known["imap_security"] == "tls"
    assert (guessed["smtp_host"], guessed["smtp_port"]) == ("smtp.lamps.example", 587)
    assert guessed["smtp_security"] == "starttls"


def _inbox(client: Client) -> Inbox:
    olga = cast.olga()
    client.force_login(olga)
    return cast.support(olga)


def _answers(servers: dict[str, int], password: str) -> dict[str, object]:
    return {
        "user": "support@desk.example",
        "password": password,
        "imap_host": "127.0.0.1",
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_security": "none",
        **servers,
    }


def test_each_step_after_the_first_inbox_leads_back(client: Client) -> None:
    client.force_login(cast.olga())
    session = client.session
    session[tokens.SESSION_KEY] = True
    session.save()
    inbox = cast.support()
    for path, back in (
        (f"/setup/inbox/{inbox.pk}/account/", "/setup/inbox/"),
        ("/setup/recovery/", "/setup/inbox/"),
        ("/setup/first-mail/", "/setup/recovery/"),
    ):
        assert f'<a href="{back}">Back</a>' in client.get(path).content.decode()
