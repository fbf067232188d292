"""A thread of any size: the page stays small, and every word is still within reach."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.screens.agent.conftest import ClientOf
from wingbeat.channels.mail.parsing.html import beginning_of, sanitize
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.conversations.words import IncomingAttachment
from wingbeat.desk.people.models import Agent
from wingbeat.screens.room import BUDGET, LONGEST, MOST_MESSAGES

HUGE = 1_800_000


def said_in(
    conversation: Conversation, number: int, *, much: int = 0, doubt: Doubt | None = None
) -> Message:
    words = f"First{number}. " + "lamp " * (much // 5) + f" Last{number}."
    said = cast.said(words, at=cast.after(minutes=number), message_id=f"<{number}@x.example>")
    return receive(conversation, said, by=Agent.objects.system(), doubt=doubt)


def _page(desk: Client, conversation: Conversation, query: str = "") -> str:
    return desk.get(f"/conversations/{conversation.pk}/{query}").content.decode()


def test_thirty_huge_mails_make_no_huge_page(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    for number in range(1, 9):
        said_in(conversation, number, much=HUGE)
    page = _page(desk, conversation)
    assert len(page) < BUDGET + 300_000
    # the newest is there with its beginning, the oldest as a line
    assert "First8." in page
    assert "Last8." not in page
    assert "Read the whole mail" in page
    assert "First1." in page
    assert "My lamp does not light." in page


def test_every_word_of_a_long_thread_is_within_reach(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    for number in range(1, 9):
        said_in(conversation, number, much=HUGE // 4)
    page = _page(desk, conversation)
    read = page
    for link in set(re.findall(r'href="(/messages/\d+/)"', page)):
        in_place = desk.get(link, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in in_place
        read += in_place
        assert set(re.findall(r"Last\d", in_place)) <= set(
            re.findall(r"Last\d", desk.get(link).content.decode())
        )
    missing = [n for n in range(1, 9) if f"Last{n}." not in read]
    assert missing == []


def test_pages_of_a_long_thread_hold_each_message_once(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    count = MOST_MESSAGES * 2 + 10
    for number in range(1, count):
        said_in(conversation, number)
    seen: list[str] = []
    url: str | None = f"/conversations/{conversation.pk}/"
    while url:
        page = desk.get(url).content.decode()
        seen += re.findall(r'<article class="message[^>]* id="message-(\d+)"', page)
        earlier = re.search(r'href="([^"]+)"[^>]*>Earlier messages', page)
        url = earlier[1] if earlier else None
        assert ("Newer messages" in page) is (len(seen) > MOST_MESSAGES)
    assert len(seen) == count
    assert set(map(int, seen)) == set(conversation.messages.values_list("pk", flat=True))


def test_a_search_hit_far_back_leads_to_its_page(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support, cast.said("A zebra in the cellar."))
    for number in range(1, MOST_MESSAGES + 20):
        said_in(conversation, number)
    hit = re.search(
        r'href="(/conversations/[^"]+message=[^"]+)"', desk.get("/search/?q=zebra").content.decode()
    )
    assert hit is not None
    page, _hash, place = hit[1].partition("#")
    found = desk.get(page).content.decode()
    assert f'id="{place}"' in found
    assert "A zebra in the cellar." in found


def test_a_link_opens_its_message_though_newer_ones_fill_the_page(
    desk: Client, support: Inbox
) -> None:
    conversation = cast.opened(support)
    asked = said_in(conversation, 1, much=50_000)
    for number in range(2, 12):
        said_in(conversation, number, much=90_000)
    assert "Last1." not in _page(desk, conversation)
    assert "Last1." in _page(desk, conversation, f"?message={asked.pk}")


def test_what_a_reader_has_opened_stays_open_when_the_thread_comes_anew(
    desk: Client, support: Inbox
) -> None:
    conversation = cast.opened(support)
    first = said_in(conversation, 1, much=150_000)
    for number in range(2, 12):
        said_in(conversation, number, much=90_000)
    opened = desk.get(f"/messages/{first.pk}/").content.decode()
    assert f'name="open" value="{first.pk}"' in opened
    anew = desk.get(f"/conversations/{conversation.pk}/thread/?open={first.pk}").content.decode()
    assert "Last1." in anew
    assert len(anew) < BUDGET + 150_000 + 300_000


def test_a_strangers_huge_mails_are_lines_in_the_margin(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    for number in range(1, 12):
        said_in(conversation, number, much=90_000, doubt=Doubt.UNKNOWN_SENDER)
    page = _page(desk, conversation)
    assert page.count('<article class="margin"') == 11
    assert "Last1." not in page
    assert "First1." in page
    assert len(page) < BUDGET + 300_000


def test_one_message_is_read_by_whoever_reads_its_conversation(
    support: Inbox, ada: Agent, client_of: ClientOf
) -> None:
    conversation = cast.opened(support)
    message = conversation.messages.get()
    conversation.restrict(to=[], by=ada, at=cast.NOON)
    assert client_of(ada).get(f"/messages/{message.pk}/").status_code == 200
    assert client_of(cast.max_()).get(f"/messages/{message.pk}/").status_code == 404


def test_many_files_do_not_make_a_page_without_end(desk: Client, support: Inbox) -> None:
    conversation = cast.opened(support)
    for number in range(1, 4):
        files = tuple(IncomingAttachment(f"{n}.txt", "text/plain", b"x") for n in range(700))
        said = replace(
            cast.said(f"First{number}.", at=cast.after(minutes=number)), attachments=files
        )
        receive(conversation, said, by=Agent.objects.system())
    assert _page(desk, conversation).count('class="attachment"') == 700


@pytest.mark.parametrize("query", ["", "?message={}"])
def test_the_cost_is_the_same_however_long_it_is(desk: Client, support: Inbox, query: str) -> None:
    conversation = cast.opened(support)
    first = conversation.messages.get()
    counts, number = [], 0
    for many in (MOST_MESSAGES + 10, MOST_MESSAGES):
        for _turn in range(many):
            number += 1
            said_in(conversation, number)
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/conversations/{conversation.pk}/{query.format(first.pk)}")
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("number", ["x", "9" * 40, "-1", "0", "١"])
def test_a_number_that_is_none_is_passed_over(desk: Client, support: Inbox, number: str) -> None:
    conversation = cast.opened(support)
    assert "My lamp does not light." in _page(
        desk, conversation, f"?message={number}&open={number}"
    )


def test_a_beginning_is_whole_html_wherever_it_was_cut() -> None:
    html = sanitize(
        '<div style="color:red" title="a > b &quot;x"><table><tr><td>one<br>two &amp; three</td>'
        '<td><a href="https://x.example/?a=1&amp;b=2">four</a></td></tr></table></div><p>five</p>'
    )
    for length in range(len(html) + 1):
        cut = beginning_of(html[:length])
        assert sanitize(cut).count("</div>") == cut.count("</div>") == cut.count("<div")
        assert re.sub(r"<[^>]*>", "", cut).count("<") == 0
        inside = f"<section>{cut}</section><p id=after></p>"
        (after,) = LexborHTMLParser(inside).css("#after")
        assert after.parent is not None
        assert after.parent.tag == "body", (length, cut)
    assert LONGEST < BUDGET
