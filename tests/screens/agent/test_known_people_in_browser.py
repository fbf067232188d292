"""Choosing to whom a mail goes in a real browser: by keyboard, by finger, and without either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of, violations
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writing(browser: Browser, live_server: Any, ada: Agent, support: Inbox) -> Iterator[Page]:
    cast.opened(support)
    cast.opened(support, cast.said(sender=cast.OTTO))
    opened = page_of(browser, ada, live_server.url)
    opened.goto("/conversations/new/")
    opened.locator("#to").click()
    yield opened
    leave(opened)


def sent_to(page: Page, field: str = "to") -> str:
    return page.locator(f"input[type=hidden][name={field}]").input_value()


def test_a_name_is_typed_walked_to_and_taken_by_enter(writing: Page) -> None:
    to = writing.get_by_role("combobox", name="To")
    writing.keyboard.type("o")
    writing.keyboard.type("t")
    option = writing.get_by_role("option", name="Otto Berg otto@customers.example")
    option.wait_for()
    assert to.get_attribute("aria-expanded") == "true"
    assert to.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert violations(writing) == []
    writing.keyboard.press("ArrowDown")  # around, to itself
    writing.keyboard.press("Enter")
    assert sent_to(writing) == "Otto Berg <otto@customers.example>"
    assert to.get_attribute("aria-expanded") == "false"
    writing.keyboard.type("nora")
    writing.keyboard.press("Enter")  # before any answer
    writing.get_by_text("Nora Lind").wait_for()
    assert sent_to(writing).endswith("Nora Lind <nora@customers.example>")


def test_tab_takes_and_goes_on_escape_shuts_and_what_is_an_address_stays_one(
    writing: Page,
) -> None:
    writing.keyboard.type("nora")
    writing.get_by_role("option").wait_for()
    writing.keyboard.press("Tab")
    assert sent_to(writing) == "Nora Lind <nora@customers.example>"
    writing.locator("#to").click()
    writing.keyboard.type("otto@customers.exam")
    writing.get_by_role("option").wait_for()
    assert writing.locator("#to").get_attribute("aria-activedescendant") is None
    writing.keyboard.press("Escape")
    assert writing.get_by_role("option").count() == 0
    assert writing.evaluate("document.activeElement.id") == "to"
    writing.keyboard.press("Enter")
    assert sent_to(writing).endswith(", otto@customers.exam")


def test_on_a_phone_a_finger_takes_one(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    conversation = cast.opened(support)
    cast.opened(support, cast.said(sender=cast.OTTO))
    page = page_of(browser, ada, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/conversations/{conversation.pk}/composer/reply/")
    page.get_by_text("Cc, Bcc").first.click()
    page.locator("#cc").tap()
    page.keyboard.type("berg")
    option = page.get_by_role("option")
    option.wait_for()
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= PHONE["width"]
    option.tap()
    assert sent_to(page, "cc") == "Otto Berg <otto@customers.example>"
    leave(page)


def test_without_scripts_the_field_is_plain(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    page = page_of(browser, ada, live_server.url, java_script_enabled=False)
    page.goto("/conversations/new/")
    page.get_by_role("textbox", name="To").fill("nora@customers.example")
    assert page.get_by_role("combobox", name="To").count() == 0
    leave(page)
