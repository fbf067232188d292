"""Nobody is turned away: an old browser without scripts does all the work; plain mail is enough."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import far_server
from tests.screens.plain_browser import NEW, OLD, PlainBrowser
from wingbeat.channels.mail import intake
from wingbeat.channels.mail.models import Source
from wingbeat.channels.mail.sending import send_due
from wingbeat.desk.conversations.conversation import Conversation

pytestmark = pytest.mark.django_db(transaction=True)
# As plain as mail can be: no MIME, no Message-ID, no subject, no name.
PLAIN = b"From: nora@customers.example\r\nTo: support@desk.example\r\n\r\nMy lamp is dark.\r\n"

TOKEN = re.compile(r"[\w+/=-]{20,}")  # against forged requests and foreign scripts: always new


def logged_in(name: str = OLD) -> PlainBrowser:
    """Ada at the front page of the desk."""
    cache.clear()
    browser = PlainBrowser(name).open("/")
    return browser.press("Log in", login="ada@desk.example", password="a quiet password")


def test_an_old_browser_without_scripts_answers_a_mail_as_plain_as_can_be() -> None:
    inbox = cast.support(cast.ada())
    intake.judge(intake.store(PLAIN, source=Source.SMTP, at=cast.NOON), at=cast.NOON)
    with far_server() as far:
        sent.account(inbox, far)
        desk = logged_in()
        desk.follow("nora@customers.example").follow("Reply to nora")
        desk.press("Send", text="Dear Nora,\n\nsee https://lamps.example/dark.")
        assert "Leaves in a moment" in desk.words
        desk.press("Undo").press("Send")
        assert send_due(timezone.now() + timedelta(minutes=1)) == 1
    (mail,) = far.mails
    assert mail["To"] == "nora@customers.example"
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().splitlines()[:3] == [
        "Dear Nora,", "", "see https://lamps.example/dark.",
    ]  # fmt: skip
    assert '<a href="https://lamps.example/dark"' in rich.get_content()


def test_everything_else_works_without_scripts_too() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada, cast.max_()))
    desk = logged_in()
    desk.follow("Nora Lind").follow("Note")
    desk.press("Save note", text="Ask the workshop.")
    assert "Ask the workshop." in desk.words
    desk.follow("Others").press("Max Stone").press("Answered")
    assert "Max Stone" in desk.words
    assert "Ended by Ada Fields" in desk.words
    desk.press("Reopen").press("Tomorrow")
    assert "Put aside until" in desk.words
    desk.press("Wake it now").press("Save", tags="lamp, urgent")
    desk.follow("About the customer").follow("Search")
    desk.press("Search", q="workshop").follow("Nora Lind")
    desk.follow("Back to the list").follow("New conversation")
    desk.press("Send", to="otto@customers.example", subject="Your order", text="It is ready.")
    assert "It is ready." in desk.words
    desk.follow("Tray")
    assert "The tray is empty." in desk.words
    conversation.refresh_from_db()
    assert conversation.assignee == cast.max_()
    assert list(conversation.taggings.order_by("pk").values_list("tag__name", flat=True)) == [
        "lamp", "urgent",
    ]  # fmt: skip
    assert Conversation.objects.count() == 2


def test_no_page_asks_which_browser_it_is() -> None:
    cast.opened(cast.support(cast.ada()))
    pages = []
    for name in (OLD, NEW, "Lynx/2.9", ""):
        browser = logged_in(name).follow("Nora Lind").follow("Reply to Nora")
        pages.append(TOKEN.sub("", browser.page))
    assert "Reply" in pages[0]
    assert set(pages) == {pages[0]}


def waits_for_a_click(node: LexborNode) -> bool:
    """Say whether a person sets it off; lists and threads also refresh themselves."""
    return "hx-trigger" not in node.attributes


def test_whatever_a_script_fetches_a_plain_click_fetches_as_well() -> None:
    cast.opened(cast.support(cast.ada(), cast.max_()))
    desk = logged_in()
    for words in ("Nora Lind", "Reply to Nora"):
        desk.follow(words)
        tree = LexborHTMLParser(desk.page)
        clicked = [one for one in tree.css("[hx-get], [hx-post]") if waits_for_a_click(one)]
        assert len(clicked) > 10
        for one in clicked:
            ways = map(one.attributes.get, ("href", "action", "formaction"))
            plainly = next(filter(None, ways), "")
            assert plainly, one.html
            assert not plainly.startswith("#"), one.html
