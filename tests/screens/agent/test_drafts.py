"""Words begun and not sent: marked in the list, and found again in a list of their own."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.shared_draft import found_by
from wingbeat.desk.conversations.words import Party

pytestmark = pytest.mark.django_db
WORDS = {"text": "Dear Nora,", "to": "nora@customers.example", "seen": "9"}
MINE, HERS = "You have a draft here", "Ada Fields shows a draft here"


@pytest.fixture
def conversation(support: Inbox) -> Conversation:
    cast.opened(support, cast.said(sender=cast.OTTO))
    return cast.opened(support)


def begin(client: Client, conversation: Conversation, **words: object) -> None:
    client.post(f"/conversations/{conversation.pk}/drafts/reply/", {**WORDS, **words})


def marks(client: Client, show: str = "everything") -> list[str]:
    return [row.draft for row in client.get(f"/?show={show}").context["list"].rows]


def test_ones_own_draft_is_marked_and_stands_in_the_list_of_drafts(
    desk: Client, conversation: Conversation
) -> None:
    assert marks(desk) == ["", ""]
    begin(desk, conversation)
    assert sorted(marks(desk)) == ["", MINE]
    assert marks(desk, "drafts") == [MINE]
    assert MINE in desk.get("/?show=drafts").content.decode()
    desk.post(f"/conversations/{conversation.pk}/replies/", {**WORDS, "then": "discard"})
    assert marks(desk, "drafts") == []


def test_a_colleagues_is_found_as_far_as_it_is_shown_and_by_no_light_agent(
    desk: Client, conversation: Conversation, client_of: ClientOf
) -> None:
    lena, max_ = cast.lena(), client_of(cast.max_())
    conversation.admit(lena, by=cast.ada(), at=cast.NOON)
    begin(desk, conversation)
    assert marks(max_, "drafts") == []
    desk.post(f"/conversations/{conversation.pk}/replies/", {**WORDS, "then": "share"})
    assert marks(max_, "drafts") == [HERS]
    assert marks(client_of(lena), "drafts") == []
    begin(max_, conversation)
    assert marks(max_, "drafts") == [MINE]


def test_a_draft_where_one_may_not_read_is_nothing(
    desk: Client, conversation: Conversation, client_of: ClientOf
) -> None:
    desk.post(f"/conversations/{conversation.pk}/replies/", {**WORDS, "then": "share"})
    conversation.restrict(to=[cast.ada()], by=cast.ada(), at=cast.NOON)
    assert marks(client_of(cast.max_()), "drafts") == []
    assert marks(desk, "drafts") == [MINE]


def test_an_empty_one_is_none_and_a_file_alone_is_one(
    desk: Client, conversation: Conversation
) -> None:
    begin(desk, conversation, text="")
    assert not found_by(cast.ada()).exists()
    url = f"/conversations/{conversation.pk}/drafts/reply/files/"
    desk.post(url, {"files": SimpleUploadedFile("lamp.txt", b"x")})
    assert marks(desk, "drafts") == [MINE]


def test_the_palette_leads_there(desk: Client) -> None:
    assert 'href="/?show=drafts"' in desk.get("/palette/", {"q": "draf"}).content.decode()


def test_many_drafts_cost_no_more_questions_than_few(desk: Client, support: Inbox) -> None:
    counts = []
    for _round in range(2):
        for number in range(10):
            sender: Party = {
                "name": f"C {number}",
                "address": f"c{_round}{number}@customers.example",
            }
            begin(desk, cast.opened(support, cast.said(sender=sender)))
        desk.get("/?show=drafts")
        with CaptureQueriesContext(connection) as captured:
            desk.get("/?show=drafts")
        counts.append(len(captured))
    assert counts[0] == counts[1]
