"""Writing begins with the first letter after the key: none runs as a key, none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import leave, page_of, until
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("options", [{}, {"is_mobile": True, "has_touch": True}], ids=str)
def test_what_is_typed_at_once_stands_in_the_editor_and_the_focus_with_it(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox, options: dict[str, bool]
) -> None:
    conversation = cast.opened(support)
    page = page_of(browser, ada, live_server.url, **options)
    page.goto(f"/conversations/{conversation.pk}/")
    page.keyboard.press("r")
    page.keyboard.type("Good day, dear Nora")
    page.locator("trix-editor:focus").wait_for()
    page.keyboard.type(", it is here")
    words = "Good day, dear Nora, it is here"
    until(page, lambda: page.inner_text("trix-editor").strip() == words)
    page.locator("[data-saved]", has_text="Draft saved").wait_for(state="attached")
    page.locator("[data-close-composer]").click()
    page.locator(".composer-bar").wait_for()
    page.wait_for_timeout(500)  # links are followed as pages until htmx has them
    page.keyboard.press("r")
    page.keyboard.type("!")
    page.locator("trix-editor:focus").wait_for()
    until(page, lambda: page.inner_text("trix-editor").strip() == f"{words}!")
    leave(page)
