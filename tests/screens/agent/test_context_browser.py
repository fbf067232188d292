"""The context panel in a real browser: it comes by itself, fits, and a slow one keeps nobody."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests import cast
from tests.channels.listener import Listener, listening
from tests.screens.agent.browsing import (
    CONTROLS,
    DESKTOP,
    PHONE,
    leave,
    page_of,
    until,
    violations,
)
from wingbeat.channels.context import setting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_ELEMENTS = 40
ROWS = [
    {"label": "Latest order", "value": "A-1042", "badge": "paid", "tone": "good",
     "link": "https://shop.example.org/orders/1042"},
    {"label": "Before that", "value": "A-0977", "badge": "sent back", "tone": "bad",
     "link": "https://shop.example.org/orders/977"},
    {"label": "Spent this year", "value": 129.5},
    {"label": "Delivery", "value": "Leaves on Thursday from the place in Győr", "badge": "late"},
]  # fmt: skip


@pytest.fixture
def far(settings: Settings) -> Iterator[Listener]:
    settings.WINGBEAT = {**settings.WINGBEAT, "internal_networks": ("127.0.0.0/8",)}
    cache.clear()
    with listening() as listener:
        sections = [{"title": "Orders", "rows": ROWS}, {"title": "Plan", "rows": [ROWS[2]] * 6}]
        listener.body = json.dumps({"sections": sections}).encode()
        asked = setting.Asked("From the shop", listener.url, (), 15)
        setting.keep(asked, by=cast.olga(), at=cast.NOON)
        yield listener


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_comes_by_itself_and_is_for_everybody(
    browser: Browser, live_server: Any, far: Listener, scheme: str, screen: Any
) -> None:
    olga, found = cast.olga(), cast.opened(cast.support(cast.ada()))
    page = page_of(browser, olga, live_server.url, viewport=screen, color_scheme=scheme)
    page.goto(f"/conversations/{found.pk}/")
    if screen is PHONE:
        page.goto(f"/conversations/{found.pk}/context/")
    page.wait_for_selector("text=A-1042")
    wrong = violations(page)
    assert page.evaluate(CONTROLS) <= MOST_ELEMENTS
    page.goto("/setup/context/")
    page.fill("input[name=email]", cast.NORA["address"])
    page.click("text=Ask now")
    page.wait_for_selector("text=It answers, in")
    wrong += violations(page)
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    leave(page)
    assert not wrong
    assert not is_wide


def test_a_slow_system_keeps_nobody_from_reading_and_its_answer_comes_late(
    browser: Browser, live_server: Any, far: Listener
) -> None:
    far.waits_for = 2.5
    found = cast.opened(cast.support(cast.ada()))
    page = page_of(browser, cast.ada(), live_server.url)
    started = time.monotonic()
    page.goto(f"/conversations/{found.pk}/")
    page.wait_for_selector("text=My lamp does not light.")
    assert time.monotonic() - started < 2.5
    assert page.locator("text=A-1042").count() == 0
    until(page, lambda: page.locator("text=A-1042").count() == 1)
    leave(page)


def test_it_is_a_page_of_its_own_without_scripts(
    browser: Browser, live_server: Any, far: Listener
) -> None:
    found = cast.opened(cast.support(cast.ada()))
    page = page_of(browser, cast.ada(), live_server.url, java_script_enabled=False)
    page.goto(f"/conversations/{found.pk}/")
    page.click(".context a")
    assert page.locator("dd >> text=A-1042").count() == 1
    leave(page)
