"""The front page of the administration: what needs a look, and a mail to try the desk's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import far_server
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
