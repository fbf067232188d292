"""Quiet mode puts the tools away; on paper stand the words and nothing else."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.screens.agent.test_calm import NAMES_AND_TIMES, TIMERS
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(support: Inbox, ada: Agent) -> Conversation:
    found = cast.opened(support)
    cast.opened(support, cast.said("It waits, too.", at=cast.after(hours=1)))
    found.reply(cast.letter(), by=ada, at=cast.after(hours=1), seen=None)
    found.note(cast.letter("Ask the workshop.", to=()), by=ada, at=cast.after(hours=2))
    return found


@pytest.mark.parametrize("page", ["", "composer/reply/"])
def test_in_quiet_mode_the_whole_page_has_no_number_no_timer_and_no_tool(
    desk: Client, conversation: Conversation, ada: Agent, page: str
) -> None:
    where = f"/conversations/{conversation.pk}/"
    desk.get("/rail/")  # somebody has counted who waits
    desk.post("/quiet/", {"quiet": "yes", "conversation": conversation.pk})
    tree = LexborHTMLParser(desk.get(where + page).content.decode())
    for hidden in tree.css("head, script, style, template, dialog, time, .mail"):
        hidden.decompose()
    assert tree.body is not None
    said = NAMES_AND_TIMES.sub("", tree.body.text(separator=" "))
    assert re.findall(r"\S*\d\S*", said) == []
    assert tree.css(TIMERS) == []
    assert not tree.css(".rail, .list-column, .conversation-facts, .bottom-bar")
    assert "Nora Lind" in said
    assert "Earlier conversations" in said
    if page:
        assert tree.css("textarea[name=text]")


def test_it_is_remembered_until_the_tools_are_wanted_back(
    desk: Client, conversation: Conversation, ada: Agent
) -> None:
    desk.post("/quiet/", {"quiet": "yes"})
    ada.refresh_from_db()
    assert ada.is_quiet
    where = f"/conversations/{conversation.pk}/"
    assert "Bring the tools back" in desk.get(where).content.decode()
    fragment = desk.get(where, headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == where  # the list beside it goes away, too
    desk.post("/quiet/", {"quiet": "no", "conversation": conversation.pk})
    assert "rail" in desk.get(where).content.decode()


def test_on_paper_stand_the_words_and_notes_only_if_asked_for(
    desk: Client, conversation: Conversation
) -> None:
    where = f"/conversations/{conversation.pk}/print/"
    page = desk.get(where).content.decode()
    assert "My lamp does not light." in page
    assert "We send you a new one." in page
    assert "Ask the workshop." not in page
    assert "Ask the workshop." in desk.get(f"{where}?notes=yes").content.decode()
