"""A real Chromium at the desk, logged in as one of the cast."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from tests import needs
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

# What a person can press or type into, as it is on screen now: neither inside the words of a
# message nor a row of the list.
CONTROLS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, trix-editor')]
  .filter((e) => !e.closest('.message, .margin, [data-rows] li, dialog:not([open])'))
  .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((e) => e.getBoundingClientRect().width > 2).length"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium; skip the test where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        needs.missing("chromium", "uv sync --group e2e")
    path = needs.chromium()
    # playwright's loop runs in this thread, and Django would take its own queries for asynchronous
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def page_of(browser: Browser, agent: Agent, address: str, **options: Any) -> Page:
    """Open a tab for an agent who is logged in."""
    client = Client()
    client.force_login(agent)
    options.setdefault("viewport", DESKTOP)
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(60_000)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return context.new_page()


def leave(page: Page) -> None:
    """Close a tab after its last requests have been answered, while the database may be asked."""
    page.goto("about:blank")
    page.wait_for_timeout(400)
    page.context.close()


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for something that no selector shows."""
    for _try in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come about within ten seconds")


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, each with the first element it is about."""
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe_module.Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
