"""A session that ends while somebody writes: nothing is drawn into the page, no word is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of, until, violations
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TOLD = "You were logged out."


@pytest.mark.django_db
def test_a_script_is_refused_and_a_person_led_to_the_log_in(client: Client) -> None:
    for header in ({"HX-Request": "true"}, {"X-Requested-With": "fetch"}):
        answer = client.get("/today/", headers=header)
        assert (answer.status_code, answer.content) == (401, b"")
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/today/", headers=header).status_code == 401
        assert strict.post("/today/").status_code == 403
    answer = client.get("/today/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/today/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_words_stay_where_they_are_and_are_saved_after_a_log_in_elsewhere(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    conversation = cast.opened(support)
    page = page_of(browser, ada, live_server.url)
    page.goto(f"/conversations/{conversation.pk}/")
    page.keyboard.press("r")
    page.locator("trix-editor:focus").wait_for()
    page.keyboard.type("Dear Nora")
    page.locator("[data-saved]", has_text="Draft saved").wait_for()
    page.context.clear_cookies()
    page.keyboard.type(", it is the bulb")
    page.locator("desk-live", has_text=TOLD).wait_for()
    page.locator("[data-saved]", has_text="Not saved").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(1500)
    assert page.inner_text("trix-editor").strip() == "Dear Nora, it is the bulb"
    assert page.locator("[name=login], [name=password]").count() == 0
    assert page.locator(".toast").count() == 0
    assert not violations(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not violations(page)
    client = Client()
    client.force_login(ada)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    until(page, lambda: Draft.objects.filter(html__contains="it is the bulb").exists())
    page.locator("[data-saved]", has_text="Draft saved").wait_for(state="attached")
    assert page.locator("desk-live", has_text=TOLD).count() == 0
    leave(page)
