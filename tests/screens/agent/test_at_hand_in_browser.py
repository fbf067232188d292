"""Small things at hand in a real browser: menus, choosing, merging, addresses, a quiet console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of, until
from wingbeat.desk.conversations.cause import keep
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.textContent.trim()"
CHOSEN = "[...document.querySelectorAll('.row-pick')].map((box) => box.checked)"


@pytest.fixture
def said() -> list[str]:
    """What the console said."""
    return []


@pytest.fixture
def page(browser: Browser, live_server: Any, ada: Agent, said: list[str]) -> Iterator[Page]:
    opened = page_of(browser, ada, live_server.url)
    opened.set_default_timeout(15_000)
    opened.on("console", lambda one: said.append(one.text))
    yield opened
    leave(opened)


@pytest.fixture
def three(support: Inbox) -> list[Conversation]:
    return [cast.opened(support, cast.said(at=cast.after(hours=hour))) for hour in range(3)]


def test_letters_in_an_open_menu_go_to_its_entries(page: Page, three: list[Conversation]) -> None:
    page.goto(f"/conversations/{three[0].pk}/")
    page.keyboard.press("a")
    page.wait_for_selector(".toolbar details[open] .menu-item:focus")
    page.wait_for_selector(".menu-item:has-text('Max Stone')")
    page.keyboard.type("max")
    assert page.evaluate(FOCUSED).endswith("Max Stone")
    page.keyboard.type("jo")
    assert page.url.endswith(f"/conversations/{three[0].pk}/")
    assert page.is_visible(".toolbar details[open]")


def test_x_marks_a_row_and_stays_on_it(page: Page, three: list[Conversation]) -> None:
    page.goto("/")
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.evaluate(CHOSEN) == [True, True, False]


def test_what_has_nothing_beside_it_reaches_the_edge(page: Page, three: list[Conversation]) -> None:
    page.goto("/")
    edge = "e => Math.round(e.getBoundingClientRect().right)"
    assert page.eval_on_selector(".row-excerpt", edge) == page.eval_on_selector(".row-since", edge)


def test_a_forward_asks_first_to_whom(page: Page, three: list[Conversation]) -> None:
    page.goto(f"/conversations/{three[0].pk}/")
    page.keyboard.press("f")
    page.wait_for_selector("trix-editor")
    until(page, lambda: page.evaluate("document.activeElement.closest('.addresses') !== null"))


def test_a_number_that_is_none_is_told_beside_its_field(
    page: Page, three: list[Conversation]
) -> None:
    page.goto(f"/conversations/{three[0].pk}/")
    page.keyboard.press("m")
    page.fill("#merge-into", "999999")
    page.keyboard.press("Enter")
    page.wait_for_selector("#asks-merge [role=alert]:has-text('999999')")
    assert page.is_visible("#merge-into")
    assert page.url.endswith(f"/conversations/{three[0].pk}/")


def test_whoever_merges_is_led_along_and_may_undo_it_there(
    page: Page, three: list[Conversation]
) -> None:
    source, into = three[0], three[1]
    page.goto(f"/conversations/{source.pk}/?list=all.waiting")
    page.keyboard.press("m")
    page.fill("#merge-into", str(into.pk))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/conversations/{into.pk}/?list=all.waiting")
    page.click(f".event:has-text('merged #{source.pk} into this one') button")
    page.wait_for_url(f"**/conversations/{source.pk}/?list=all.waiting")
    source.refresh_from_db()
    assert source.merged_into_id is None


def test_what_is_told_of_a_change_is_told_at_once(page: Page, three: list[Conversation]) -> None:
    page.goto(f"/conversations/{three[0].pk}/")
    page.keyboard.press("m")
    page.click("text=Close the customer's links")
    page.wait_for_selector("#toasts :text('No link opens this conversation now')")


def test_the_console_stays_quiet_while_the_page_follows(
    page: Page, three: list[Conversation], said: list[str]
) -> None:
    page.goto(f"/conversations/{three[0].pk}/")
    page.wait_for_timeout(500)
    page.keyboard.press("s")
    page.wait_for_selector(".toolbar details[open]")
    receive(three[0], cast.said("And this.", at=cast.after(hours=9)), by=Agent.objects.system())
    page.evaluate(
        f"document.body.dispatchEvent(new CustomEvent('desk:conversation-{three[0].pk}'))"
    )
    page.wait_for_selector(".message:has-text('And this.')")
    page.wait_for_timeout(300)
    assert page.is_visible(".toolbar details[open]")
    assert not [line for line in said if "htmx" in line or "no matches" in line]


def test_the_sheet_of_inboxes_on_a_phone_stays_as_it_is_while_it_is_open(
    browser: Browser, live_server: Any, ada: Agent, three: list[Conversation]
) -> None:
    phone = page_of(browser, ada, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto("/")
    phone.locator("#bar-waiting", has_text="3").wait_for()
    phone.click(".bottom-bar summary:has-text('Inboxes')")
    mark = "document.querySelector('#bar-inboxes a').dataset.marked"
    phone.evaluate(f"{mark} = 'yes'; document.activeElement.blur()")
    for is_open in (True, False):
        if not is_open:
            phone.keyboard.press("Escape")
        with phone.expect_response("**/rail/**"):
            phone.evaluate("htmx.trigger(document.body, 'desk:inbox')")
        phone.wait_for_timeout(300)
        assert (phone.evaluate(mark) == "yes") == is_open
    leave(phone)


def test_a_menu_asks_again_for_what_it_could_not_load(
    page: Page, three: list[Conversation], ada: Agent
) -> None:
    keep(None, name="Late", under=None, by=ada, at=cast.NOON)
    page.goto(f"/conversations/{three[0].pk}/")
    page.route("**/cause/choices/", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        page.keyboard.press("w")
    page.locator("[data-menu][open] a", has_text="All causes").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.locator("[data-menu][open] button", has_text="Late").wait_for()
