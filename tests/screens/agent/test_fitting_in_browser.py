"""Nothing is cut off or runs into its neighbor: long words, long names, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HAND: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
LANGUAGES = ("en", "de", "hu", "ru")
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.bottom-item')].map((item) => {
    const words = document.createRange();
    words.selectNode([...item.childNodes].find((one) => one.nodeType === 3 && one.data.trim()));
    return words.getBoundingClientRect();
  });
  const edges = boxes.slice(1).map((box, at) => box.left - boxes[at].right);
  return [boxes[0].left, ...edges, innerWidth - boxes.at(-1).right];
}"""


def speaking(agent: Agent, language: str) -> Agent:
    agent.language = language
    agent.save()
    return agent


@pytest.mark.parametrize("language", LANGUAGES)
def test_since_when_somebody_waits_stands_within_the_list(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent, language: str
) -> None:
    cast.opened(support)
    page = page_of(browser, speaking(ada, language), live_server.url)
    page.goto("/")
    column = page.locator(".list-column").bounding_box()
    since = page.locator(".row-since").bounding_box()
    assert column
    assert since
    assert since["x"] + since["width"] <= column["x"] + column["width"]
    assert page.locator(".list-column").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    tops = page.locator(".list-head .tabs > *").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().top)"
    )
    assert max(tops) - min(tops) < 8
    leave(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_can_be_closed_on_a_phone(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent, language: str
) -> None:
    conversation = cast.opened(support)
    page = page_of(browser, speaking(ada, language), live_server.url, **HAND)
    page.goto(f"/conversations/{conversation.pk}/composer/reply/")
    close = page.locator(".composer-head .at-end .button").bounding_box()
    assert close
    assert close["x"] + close["width"] <= PHONE["width"]
    leave(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_at_the_foot_of_a_phone_runs_into_the_next(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent, language: str
) -> None:
    page = page_of(browser, speaking(ada, language), live_server.url, **HAND)
    page.goto("/")
    assert min(page.evaluate(OVERLAPS)) >= 5
    leave(page)


def test_what_the_palette_finds_ends_within_it_on_a_phone(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent
) -> None:
    cast.opened(support, cast.said(subject="Lamps, " + "very bright ones, " * 8))
    page = page_of(browser, ada, live_server.url, **HAND)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("lamps")
    found = page.locator("#palette-options .menu-item", has_text="Lamps")
    found.wait_for()
    at_end = found.locator(".at-end").bounding_box()
    palette = page.locator("#palette").bounding_box()
    assert at_end
    assert palette
    assert at_end["x"] + at_end["width"] < palette["x"] + palette["width"]
    leave(page)


def test_every_way_to_send_stands_in_a_sheet_as_wide_as_the_phone(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent
) -> None:
    conversation = cast.opened(support)
    page = page_of(browser, ada, live_server.url, **HAND)
    page.goto(f"/conversations/{conversation.pk}/composer/reply/")
    page.click("[data-send-menu]")
    sheet = page.locator(".split-button .menu-panel").bounding_box()
    assert sheet
    assert (sheet["x"], sheet["width"]) == (0, PHONE["width"])
    leave(page)


def test_each_place_in_the_menu_of_ones_own_is_one_line(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent
) -> None:
    page = page_of(browser, ada, live_server.url)
    page.goto("/")
    page.click(".rail-foot summary")
    places = page.locator(".rail-foot .menu-item")
    places.first.wait_for()
    assert len({one.evaluate("e => e.offsetHeight") for one in places.all()}) == 1
    assert all(one.evaluate("e => e.scrollWidth <= e.clientWidth") for one in places.all())
    leave(page)


@pytest.mark.parametrize("size", [{}, HAND])
def test_a_name_and_a_subject_without_end_push_nothing_out_of_view(
    browser: Browser, live_server: Any, support: Inbox, ada: Agent, size: dict[str, Any]
) -> None:
    sender: Party = {**cast.NORA, "name": "Nora Donaudampfschifffahrtsgesellschaft" * 2}
    conversation = cast.opened(support, cast.said(sender=sender, subject="NoSpaceAnywhere" * 12))
    page = page_of(browser, ada, live_server.url, **size)
    page.goto(f"/conversations/{conversation.pk}/composer/reply/")
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    send = page.locator("[data-send]").bounding_box()
    assert send
    assert send["x"] + send["width"] <= width
    for pane in (".conversation-column", ".customer-column"):
        assert page.locator(pane).evaluate("e => e.scrollWidth - e.clientWidth") == 0, pane
    leave(page)


def test_an_empty_desk_says_why_once(browser: Browser, live_server: Any, ada: Agent) -> None:
    page = page_of(browser, ada, live_server.url)
    page.goto("/")
    why = page.get_by_role("heading", name="No mailbox is connected yet.")
    assert [one.is_visible() for one in why.all()].count(True) == 1
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert [one.is_visible() for one in why.all()].count(True) == 1
    leave(page)
