"""The front page of the administration: what needs a look, and a mail to try the desk's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import far_server
from wingbeat.channels.mail.models import Account
from wingbeat.desk.conversations.ending import Reason
from wingbeat.screens.setup import recovery, tokens

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_key() -> Iterator[None]:
    path = Path(settings.HOME, "keys", recovery.LOCK_FILE)
    path.unlink(missing_ok=True)
    yield
    path.unlink(missing_ok=True)


def front(client: Client) -> str:
    return client.get("/setup/desk/").content.decode()


def test_an_owner_comes_there_from_setup(owner: Client) -> None:
    assert owner.get("/setup/")["Location"] == "/setup/desk/"


def test_what_is_missing_is_told_with_its_remedy_until_it_is_there(owner: Client) -> None:
    page = front(owner)
    assert "There is no inbox yet" in page
    assert "There is no recovery key" in page
    cast.support()
    assert "cannot send its own mail" in front(owner)
    with far_server() as far:
        sent.account(cast.support(), far)
    recovery.make(settings.HOME)
    assert "Needs a look" not in front(owner)


def test_a_mail_to_try_goes_to_whoever_asks(owner: Client) -> None:
    owner.post("/setup/own-mail/")
    assert mail.outbox[0].to == ["olga@desk.example"]


def test_why_it_cannot_leave_is_told(owner: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "wingbeat.channels.mail.own_mail.DeskBackend"
    answer = owner.post("/setup/own-mail/", follow=True)
    assert "No inbox of this desk can send mail yet." in answer.content.decode()


def test_seeing_it_ends_the_first_run(owner: Client) -> None:
    session = owner.session
    tokens.begin(session)
    session.save()
    assert "Step 2" in owner.get("/setup/inbox/").content.decode()
    front(owner)
    assert "Step 2" not in owner.get("/setup/inbox/").content.decode()


def test_each_card_leads_to_a_page_that_lights_its_tab_among_the_others_of_its_group(
    owner: Client, admin: Client
) -> None:
    groups = LexborHTMLParser(front(owner)).css(".places")
    places = [[one.attributes["href"] for one in group.css(".links a")] for group in groups]
    assert {"/setup/brands/", "/setup/limit/", "/setup/changes/"} <= {*chain(*places)}
    for beside in places:
        for path in beside:
            page = LexborHTMLParser(owner.get(str(path)).content)
            tabs = [one.attributes["href"] for one in page.css(".setup-tabs a")]
            assert tabs == ["/setup/desk/", *beside]
            lit = page.css(".setup-tabs [aria-current]")
            assert [one.attributes["href"] for one in lit] == [path]
    assert "/setup/changes/" not in front(admin)


def test_without_a_mailbox_the_ways_of_mail_are_named(owner: Client, settings: Settings) -> None:
    inbox = cast.support()
    told = owner.get("/setup/first-mail/").content.decode()
    assert "WINGBEAT_SMTP_LISTEN=127.0.0.1:2525" in told
    assert f"wingbeat mail receive --inbox {inbox.address}" in told
    settings.WINGBEAT = settings.WINGBEAT | {"smtp_listen": "127.0.0.1:2626"}
    told = owner.get("/setup/first-mail/").content.decode()
    assert "<code>127.0.0.1:2626</code>" in told
    assert "WINGBEAT_SMTP_LISTEN" not in told
    with far_server() as far:
        sent.account(inbox, far)
        Account.objects.update(imap_host="127.0.0.1")
    assert "wingbeat mail receive" not in owner.get("/setup/first-mail/").content.decode()


@pytest.mark.parametrize("way", ["fetched", "received"])
def test_a_mailbox_that_one_may_not_read_is_one_all_the_same(settings: Settings, way: str) -> None:
    inbox, outside = cast.support(cast.ada()), (Client(), Client())
    outside[0].force_login(cast.lena())
    outside[1].force_login(cast.max_())  # in no team
    for client in outside:
        assert "No mailbox is connected" in client.get("/").content.decode()
    if way == "fetched":
        Account.objects.create(inbox=inbox, imap_host="imap.example")
    else:
        settings.WINGBEAT = settings.WINGBEAT | {"smtp_listen": "127.0.0.1:2626"}
    for client in outside:
        assert "No mailbox is connected" not in client.get("/").content.decode()


def test_a_desk_without_a_mailbox_does_not_praise_the_quiet(owner: Client) -> None:
    inbox = cast.support(cast.ada(), cast.olga())
    page = owner.get("/").content.decode()
    assert "No mailbox is connected yet." in page
    assert 'href="/setup/inboxes/"' in page
    agent = Client()
    agent.force_login(cast.ada())
    page = agent.get("/").content.decode()
    assert "Whoever looks after this desk connects it" in page
    assert "/setup/inboxes/" not in page
    conversation = cast.opened(inbox)
    conversation.end(by=cast.olga(), at=cast.after(hours=1), reason=Reason.SPAM)
    assert "Every question here has its answer" in owner.get("/").content.decode()


@pytest.mark.parametrize("place", ["fields", "teams", "causes", "blocks"])
def test_one_more_is_added_in_one_way_everywhere(owner: Client, place: str) -> None:
    url = f"/setup/{place}/"
    listed = owner.get(url).content.decode()
    assert '<a class="button is-full" href="?new">' in listed
    assert '<form class="card stack"' not in listed
    adding = owner.get(f"{url}?new").content.decode()
    assert '<form class="card stack" method="post">' in adding
    assert f'<a class="button is-quiet" href="{url}">Cancel</a>' in adding
    refused = owner.post(url, {"then": "keep"})
    assert refused.status_code == 422
    assert "errorlist" in refused.content.decode()
