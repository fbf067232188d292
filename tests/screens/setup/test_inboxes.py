"""Inboxes: how their mail is, their words, their addresses and who reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.inbox import Inbox, InboxAddress
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Team

pytestmark = pytest.mark.django_db
SERVERS = {"imap_host": "imap.desk.example", "smtp_host": "smtp.desk.example"}


def ago(**much: float) -> object:
    return timezone.now() - timedelta(**much)


def changes() -> list[str]:
    return [entry.facts["change"] for entry in Entry.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("account", "state", "says"),
    [
        ({}, "none", "No mail account yet"),
        ({**SERVERS}, "none", "Not fetched yet."),
        ({**SERVERS, "fetched_at": 1}, "good", "Fetches and sends."),
        ({**SERVERS, "fetched_at": 300}, "trouble", "Nobody has looked for mail since then"),
        ({"smtp_host": "smtp.desk.example"}, "good", "Its mail is brought by a mail server."),
        ({"imap_host": "imap.desk.example"}, "trouble", "No server to hand replies to."),
        ({**SERVERS, "trouble": "The log-in is refused."}, "trouble", "The log-in is refused."),
    ],
)
def test_each_account_tells_how_it_is(
    owner: Client, account: dict[str, object], state: str, says: str
) -> None:
    minutes = account.pop("fetched_at", None)
    if isinstance(minutes, int):
        account["fetched_at"] = ago(minutes=minutes)
    if "trouble" in account:
        account["trouble_since_at"] = ago(hours=3)
    Account.objects.create(inbox=cast.support(), **account)
    page = owner.get("/setup/inboxes/").content.decode()
    assert f"health is-{state}" in page
    assert says in page
    assert ("Since" in page) == ("trouble" in account or minutes == 300)
    front = owner.get("/setup/desk/").content.decode()
    assert (says in front) == (state != "good")  # what is well needs no look


def test_an_inbox_without_an_account_says_so(owner: Client) -> None:
    cast.support()
    assert "No mail account yet" in owner.get("/setup/inboxes/").content.decode()


def test_the_words_of_an_inbox_are_kept_and_recorded(owner: Client) -> None:
    inbox = cast.support()
    answers = {
        "name": "Help",
        "from_name": "Lamps & Co",
        "shows_agent_name": "on",
        "signature": "Lamps & Co\nMill Lane 4",
        "language": "hu",
        "zone": "Europe/Budapest",
        "uses_plus_address": "on",
        "sends_receipt": "on",
        "receipt_text": "We have your words.",
    }
    owner.post(f"/setup/inboxes/{inbox.pk}/", answers)
    inbox.refresh_from_db()
    kept = {name: getattr(inbox, name) for name in answers}
    flags = ("shows_agent_name", "uses_plus_address", "sends_receipt")
    assert {**answers, **dict.fromkeys(flags, True)} | {"signature": kept["signature"]} == kept
    assert kept["signature"].splitlines() == ["Lamps & Co", "Mill Lane 4"]
    assert changes() == ["changed"]


def test_a_name_that_is_taken_is_refused(owner: Client) -> None:
    inbox = cast.support()
    Inbox.objects.create(name="Sales", address="sales@desk.example")
    page = owner.post(f"/setup/inboxes/{inbox.pk}/", {"name": "Sales"})
    assert page.status_code == 422
    inbox.refresh_from_db()
    assert inbox.name == "Support"
    assert not Entry.objects.exists()


def test_further_addresses_come_and_go(owner: Client) -> None:
    inbox = cast.support()
    owner.post(f"/setup/inboxes/{inbox.pk}/addresses/", {"email": "Help@desk.example"})
    row = InboxAddress.objects.get()
    assert row.email == "help@desk.example"
    again = owner.post(f"/setup/inboxes/{inbox.pk}/addresses/", {"email": "help@desk.example"})
    assert "leads to an inbox of this desk already" in again.content.decode()
    owner.post(f"/setup/inboxes/{inbox.pk}/addresses/{row.pk}/removal/")
    assert not InboxAddress.objects.exists()
    assert changes() == ["address_added", "address_dropped"]


def test_an_address_is_taken_off_only_where_it_belongs(owner: Client) -> None:
    other = Inbox.objects.create(name="Sales", address="sales@desk.example")
    row = InboxAddress.objects.create(inbox=other, email="help@desk.example")
    removal = f"/setup/inboxes/{cast.support().pk}/addresses/{row.pk}/removal/"
    assert owner.post(removal).status_code == 404
    assert InboxAddress.objects.exists()


def test_teams_that_read_it_are_kept_and_one_must_stay(owner: Client) -> None:
    inbox, night = cast.support(), Team.objects.create(name="Night")
    owner.post(f"/setup/inboxes/{inbox.pk}/readers/", {"teams": [night.pk]})
    assert list(inbox.teams.all()) == [night]
    page = owner.post(f"/setup/inboxes/{inbox.pk}/readers/", {})
    assert "At least one team must read it." in page.content.decode()
    assert list(inbox.teams.all()) == [night]
    assert changes() == ["readers_changed"]


def test_a_longer_list_asks_no_more_questions(owner: Client) -> None:
    def add(numbers: range) -> None:
        for number in numbers:
            inbox = Inbox.objects.create(name=f"Door {number}", address=f"d{number}@desk.example")
            inbox.teams.add(cast.support_team())
            InboxAddress.objects.create(inbox=inbox, email=f"e{number}@desk.example")
            Account.objects.create(inbox=inbox)

    add(range(10))
    for path in ("/setup/inboxes/", "/setup/desk/"):
        owner.get(path)
        with CaptureQueriesContext(connection) as ten:
            assert "Door 9" in owner.get(path).content.decode()
        start = Inbox.objects.count()
        add(range(start, start + 10))
        with CaptureQueriesContext(connection) as twenty:
            assert f"Door {start + 9}" in owner.get(path).content.decode()
        assert len(ten) == len(twenty)


class TestAccount:
    def test_after_the_first_run_it_is_a_page_of_the_desk(self, owner: Client) -> None:
        page = owner.get(f"/setup/inbox/{cast.support().pk}/account/").content.decode()
        assert 'class="rail"' in page
        assert "Step 3" not in page

    def test_an_inbox_whose_mail_is_brought_needs_no_imap_server(self, owner: Client) -> None:
        inbox = cast.support()
        answers = {
            "user": "u", "password": "p", "imap_host": "", "imap_port": 993, "imap_security": "tls",
            "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none",
        }  # fmt: skip
        tried = owner.post(f"/setup/inbox/{inbox.pk}/account/", answers).content.decode()
        assert "Handing in" in tried
        assert "Fetching" not in tried
        owner.post(f"/setup/inbox/{inbox.pk}/account/", {**answers, "anyway": "yes"})
        account = Account.objects.get(inbox=inbox)
        assert (account.imap_host, account.smtp_host) == ("", "127.0.0.1")

    def test_a_password_sealed_with_another_key_breaks_no_page(self, owner: Client) -> None:
        inbox = cast.support()
        Account.objects.create(inbox=inbox, imap_secret="sealed-elsewhere", **SERVERS)
        assert owner.get(f"/setup/inbox/{inbox.pk}/account/").status_code == 200
        answers = {
            "user": "u", "imap_host": "", "imap_port": 993, "imap_security": "tls",
            "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none",
        }  # fmt: skip
        assert owner.post(f"/setup/inbox/{inbox.pk}/account/", answers).status_code == 200
