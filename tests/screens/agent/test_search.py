"""The page of a search: one row a conversation, its best sentence, and every place in it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent
from wingbeat.screens.agent import search_views

pytestmark = pytest.mark.django_db


def lamps(inbox: Inbox, notes: int, *, subject: str = "A broken lamp") -> Conversation:
    """A conversation whose first words and notes all name the lamp."""
    conversation = cast.opened(inbox, cast.said("The lamp hums.", subject=subject))
    for number in range(notes):
        conversation.note(cast.letter(f"Lamp {number}"), by=cast.ada(), at=cast.after(hours=number))
    return conversation


def each_with_its_number(inbox: Inbox, many: int, notes: int) -> None:
    for number in range(many):
        lamps(inbox, notes, subject=f"Lamp {number}")


def found(client: Client, query: str) -> list[search_views.Hit]:
    return list(client.get(f"/search/?{query}").context["found"])


def test_a_conversation_stands_once_with_a_link_to_each_place(desk: Client, support: Inbox) -> None:
    conversation = lamps(support, 2)
    lamps(support, 0, subject="Another lamp")
    page = desk.get("/search/?q=lamp").content.decode()
    assert [hit.subject for hit in found(desk, "q=lamp")] == ["Another lamp", "A broken lamp"]
    assert "In 3 messages:" in page
    assert "In 1 message:" not in page
    for message in conversation.messages.all():
        assert f'href="/conversations/{conversation.pk}/?message={message.pk}#message-' in page


def test_the_sentence_with_most_of_the_words_is_shown(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support, cast.said("The lamp hums at night."))
    conversation.note(cast.letter("Lamp, see file"), by=cast.ada(), at=cast.NOON)
    (hit,) = found(desk, "q=lamp hums")
    assert "<mark>hums</mark> at night" in hit.words


def test_what_was_merged_stands_in_the_row_of_the_whole(desk: Client, support: Inbox) -> None:
    part, whole = lamps(support, 0, subject="Part"), lamps(support, 0, subject="Whole")
    part.merge(into=whole, by=cast.ada(), at=cast.NOON)
    (hit,) = found(desk, "q=lamp")
    assert hit.count == 2
    assert all(f"/conversations/{whole.pk}/" in url for url, _at in hit.places)


def test_a_page_counts_conversations_and_none_stands_on_two(
    desk: Client, support: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_views, "HITS", 2)
    each_with_its_number(support, 5, 2)
    seen: list[str] = []
    query = "q=lamp"
    for _page in range(3):
        page = desk.get(f"/search/?{query}")
        seen += [hit.subject for hit in page.context["found"]]
        query = page.context["older"]
    assert seen == [f"Lamp {number}" for number in (4, 3, 2, 1, 0)]
    assert query == ""


def test_what_is_older_than_the_newest_hits_is_found_behind_them(
    desk: Client, support: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_HITS", 4)
    each_with_its_number(support, 4, 1)
    page = desk.get("/search/?q=lamp")
    assert [hit.subject for hit in page.context["found"]] == ["Lamp 3", "Lamp 2"]
    assert [hit.subject for hit in found(desk, page.context["older"])] == ["Lamp 1", "Lamp 0"]


def test_more_places_than_are_told_lead_on(desk: Client, support: Inbox) -> None:
    lamps(support, search_views.PLACES + 2)
    (hit,) = found(desk, "q=lamp")
    assert (hit.count, len(hit.places)) == (search_views.PLACES + 3, search_views.PLACES)
    assert hit.more in desk.get("/search/?q=lamp").content.decode()


def test_it_costs_the_same_however_much_is_found(desk: Client, support: Inbox, ada: Agent) -> None:
    counts = []
    for _round in range(2):
        for number in range(10):
            lamps(support, _round, subject=f"Lamp {number}")
        desk.get("/search/?q=lamp")
        with CaptureQueriesContext(connection) as captured:
            desk.get("/search/?q=lamp")
        counts.append(len(captured))
    assert counts[0] == counts[1]
