"""The tools step back: one reads and answers with a person and their words; nothing counts."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
WORDS = "My lamp, bought 3 years ago, has gone dark for the 4th time."
# What counts before one's eyes, whatever it says.
TIMERS = "progress, meter, [role=timer], [role=progressbar], [data-undo], [data-seconds], marquee"
# Not on screen, or no part of what the desk says: names of fields, symbols, what a person wrote.
NOT_SAID = "head, script, style, template, dialog, datalist, .mail, time"
# The name a conversation goes by, a time of day, a day of a month: they measure nobody.
NAMES_AND_TIMES = re.compile(
    r"#\d+|\d{1,2}:\d\d|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*(?: \d{4})?"
)


def shown(client: Client, address: str) -> LexborHTMLParser:
    tree = LexborHTMLParser(client.get(address).content.decode())
    for hidden in tree.css(NOT_SAID):
        hidden.decompose()
    return tree


def numbers_in(tree: LexborHTMLParser, *places: str) -> list[str]:
    """Every word with a digit in it that the desk says in these places."""
    said = " ".join(one.text(separator=" ") for place in places for one in tree.css(place))
    return re.findall(r"\S*\d\S*", NAMES_AND_TIMES.sub("", said))


@pytest.mark.parametrize("page", ["", "composer/reply/", "composer/note/"])
def test_one_reads_and_answers_with_no_number_and_no_timer_in_view(
    desk: Client, support: Inbox, ada: Agent, page: str
) -> None:
    conversation = cast.opened(support, cast.said(WORDS))
    cast.opened(support, cast.said("It waits, too.", at=cast.after(hours=1)))
    conversation.reply(cast.letter(), by=ada, at=cast.after(hours=2), seen=None)
    again = cast.said("Dark again, the 5th time.", at=cast.after(hours=4))
    receive(conversation, again, by=Agent.objects.system())
    desk.get("/rail/")  # somebody has counted who waits
    tree = shown(desk, f"/conversations/{conversation.pk}/{page}")

    (state,) = tree.css(".state")
    assert re.fullmatch(r"Waits for us since 2 Mar(?: \d{4})?, 16:00", state.text().strip())
    assert "Nora Lind" in tree.css("h1")[0].text()
    assert numbers_in(tree, "main", "aside") == []
    assert tree.css(TIMERS) == []


def test_the_only_numbers_around_it_are_how_many_wait_in_each_list(
    desk: Client, support: Inbox
) -> None:
    conversation = cast.opened(support, cast.said(WORDS))
    desk.get("/rail/")
    tree = shown(desk, f"/conversations/{conversation.pk}/")
    for counter in tree.css(".rail-count"):
        counter.decompose()
    assert numbers_in(tree, "nav") == []
