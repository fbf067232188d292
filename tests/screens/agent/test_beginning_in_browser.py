"""A new conversation in a real browser: refused, thrown away, sent; what was sent is in view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import leave, page_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: Any, ada: Agent, support: Inbox) -> Iterator[Page]:
    opened = page_of(browser, ada, live_server.url)
    yield opened
    leave(opened)


def write(page: Page, *, to: str = "otto@customers.example", words: str = "Hello.") -> None:
    page.locator(".addresses input").first.fill(to)
    page.fill("#subject", "Your order")
    page.click("trix-editor")
    page.keyboard.type(words)
    page.click("[data-send]")


def test_a_placeholder_stops_it_where_it_is_written(page: Page) -> None:
    page.goto("/conversations/new/")
    write(page, words="Dear {{customer.name}}")
    page.wait_for_selector(".composer-stop")
    assert "{{customer.name}}" in page.inner_text(".composer-stop")
    assert page.locator("#desk .rail").count() == 1
    page.click("[name=as_meant]")
    page.wait_for_selector("text=Leaves in a moment")
    assert Message.objects.get().words.text == "Dear {{customer.name}}"


def test_a_wrong_address_is_told_in_the_same_page_each_time(page: Page) -> None:
    page.goto("/conversations/new/")
    write(page, to="Heik")
    page.wait_for_selector(".errorlist")
    page.click("[data-send]")
    page.wait_for_timeout(400)
    assert "Heik" in page.inner_text(".errorlist")
    assert page.locator("#desk .rail").count() == page.locator("#main").count() == 1


def test_thrown_away_it_leaves_the_list(page: Page) -> None:
    page.goto("/conversations/new/")
    page.click("trix-editor")
    with page.expect_response("**/conversations/new/draft/"):
        page.keyboard.type("Never mind.")
    page.reload()
    page.click("text=Throw away")
    page.wait_for_selector("h1:has-text('All inboxes')")
    assert page.url.endswith("/")


def test_sent_it_stands_in_the_desk_at_its_own_address(page: Page) -> None:
    page.goto("/conversations/new/")
    write(page)
    page.wait_for_selector("text=Leaves in a moment")
    assert page.url.endswith(f"/conversations/{Message.objects.get().conversation_id}/")
    assert page.is_visible(".list-column")


def test_what_was_just_sent_is_in_view_with_its_undo(page: Page, support: Inbox) -> None:
    found = cast.opened(support)
    for hour in range(18):
        receive(found, cast.said("And this.", at=cast.after(hours=hour)), by=Agent.objects.system())
    page.goto(f"/conversations/{found.pk}/")
    page.keyboard.press("r")
    page.wait_for_selector("trix-editor")
    page.evaluate("document.querySelector('[data-thread]').scrollTop = 0")
    page.keyboard.type("Here it is.")
    page.keyboard.press("Control+Enter")
    undo = page.locator("[data-undo]")
    undo.wait_for()
    page.wait_for_timeout(300)
    box, thread = undo.bounding_box(), page.locator("[data-thread]").bounding_box()
    assert box
    assert thread
    assert thread["y"] <= box["y"] <= thread["y"] + thread["height"] - box["height"]
