"""The privacy pages: a person found, exported and erased; how long words are kept, told first."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.channels.privacy import erasures_log
from wingbeat.channels.privacy.models import Erasure, Keeping
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    yield
    erasures_log.path().unlink(missing_ok=True)


@pytest.fixture
def conversation(db: None) -> Conversation:
    return cast.opened(cast.support(cast.ada()))


def test_a_person_is_found_and_exported(owner: Client, conversation: Conversation) -> None:
    page = f"/setup/privacy/people/{conversation.customer_id}/"
    found = owner.post("/setup/privacy/", {"email": "Nora@customers.example"})
    assert found.headers["Location"] == page
    assert "1 conversation" in owner.get(page).content.decode()
    answer = owner.post(f"{page}export/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # it streams
    assert "My lamp does not light." in archive.read("person.html").decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_erasure_takes_the_address_typed_once_more(
    owner: Client, conversation: Conversation
) -> None:
    page = f"/setup/privacy/people/{conversation.customer_id}/"
    wrong = owner.post(f"{page}erasure/", {"email": "otto@customers.example"})
    assert wrong.status_code == 422
    assert "Nobody was erased." in wrong.content.decode()
    assert not Erasure.objects.exists()
    done = owner.post(f"{page}erasure/", {"email": "nora@customers.example"}, follow=True)
    assert "The person is erased, and the words of 1 conversation." in done.content.decode()
    assert owner.get(page).status_code == 404
    unknown = owner.post("/setup/privacy/", {"email": "nora@customers.example"})
    assert "We hold nothing about that address." in unknown.content.decode()


def test_an_erased_conversation_can_still_be_opened(
    owner: Client, conversation: Conversation
) -> None:
    page = f"/setup/privacy/people/{conversation.customer_id}/"
    owner.post(f"{page}erasure/", {"email": "nora@customers.example"})
    shown = owner.get(f"/conversations/{conversation.pk}/")
    assert shown.status_code == 200
    assert "(erased)" in shown.content.decode()
    assert owner.get(f"/customers/{conversation.customer_id}/").status_code == 200


def test_what_is_closed_is_said_to_be_left_out(owner: Client, conversation: Conversation) -> None:
    ada = Agent.objects.get(name="Ada Fields")
    conversation.restrict(to=[ada], by=ada, at=cast.NOON)
    page = owner.get(f"/setup/privacy/people/{conversation.customer_id}/").content.decode()
    assert "0 conversations" in page
    assert "some that are closed to you" in page


def test_what_would_go_is_told_before_it_is_set(owner: Client, conversation: Conversation) -> None:
    told = owner.get("/setup/privacy/keeping/?what=ended&days=60").content.decode()
    assert "Kept for 60 days." in told
    assert not Keeping.objects.exists()
    owner.post("/setup/privacy/keeping/", {"what": "ended", "days": "60"})
    assert Keeping.objects.get().days == 60
    assert "60 days" in owner.get("/setup/privacy/").content.decode()
    owner.post("/setup/privacy/keeping/", {"what": "ended", "days": ""})
    assert not Keeping.objects.exists()


@pytest.mark.parametrize("asked", ["what=ended&days=3", "what=all&days=60", "days=60"])
def test_what_cannot_be_kept_so_is_refused(owner: Client, asked: str) -> None:
    assert owner.get(f"/setup/privacy/keeping/?{asked}").status_code == 422


def test_a_person_with_many_conversations_asks_no_more_of_the_database(owner: Client) -> None:
    inbox = cast.support(cast.ada())
    counts = []
    for much in (10, 20):
        for _number in range(much):
            pk = cast.opened(inbox).customer_id
        with CaptureQueriesContext(
            connection,
        ) as asked:
            owner.get(f"/setup/privacy/people/{pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
