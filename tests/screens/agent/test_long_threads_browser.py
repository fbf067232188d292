"""A long thread in a real browser: a line opens where it stands, and stays open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of
from tests.screens.agent.test_long_threads import said_in
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("TEST_PICTURES", "")


def test_a_line_opens_in_its_place_and_stays_open(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    conversation = cast.opened(support)
    first = said_in(conversation, 1, much=60_000)
    for number in range(2, 9):
        said_in(conversation, number, much=150_000)
    page = page_of(browser, ada, live_server.url)
    page.goto(f"/conversations/{conversation.pk}/")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/long-end.png")
    line = page.locator(f"#message-{first.pk} a.message-line")
    line.focus()
    if PICTURES:
        page.locator("#thread").evaluate("thread => thread.scrollTo(0, 0)")
        page.screenshot(path=f"{PICTURES}/long-top.png")
    line.press("Enter")
    opened = page.locator(f"article#message-{first.pk}:not(.is-line)")
    opened.wait_for()
    assert "Last1." in opened.inner_text()
    assert page.evaluate("document.activeElement.id") == f"message-{first.pk}"
    with page.expect_response("**/thread/**"):
        page.evaluate(
            f"document.body.dispatchEvent(new CustomEvent('desk:conversation-{conversation.pk}'))"
        )
    page.wait_for_timeout(300)
    assert "Last1." in opened.inner_text()
    page.get_by_role("link", name="Read the whole mail").last.click()
    page.locator("text=Last8.").wait_for()
    leave(page)


def test_a_long_thread_reads_without_scripts(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    conversation = cast.opened(support)
    for number in range(1, 60):
        said_in(conversation, number, much=12_000)
    page = page_of(browser, ada, live_server.url, java_script_enabled=False, viewport=PHONE)
    page.goto(f"/conversations/{conversation.pk}/")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/long-phone.png")
    page.get_by_role("link", name="Earlier messages").click()
    page.get_by_role("link", name="Newer messages").wait_for()
    page.locator("#message-1 a").first.click() if page.locator(
        "#message-1.is-line"
    ).count() else None
    page.goto(f"/conversations/{conversation.pk}/")
    page.locator("a.message-line").first.click()
    page.get_by_role("link", name="Back to the conversation").wait_for()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/long-alone.png")
    page.get_by_role("link", name="Back to the conversation").click()
    assert "message=" in page.url
    leave(page)
