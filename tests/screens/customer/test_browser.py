"""The customer's side in a real browser, without JavaScript: read, answered, judged, solved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.desk.knowledge.articles import published
from tests.screens.agent.browsing import DESKTOP, PHONE, violations
from tests.screens.customer.conftest import answered, link_of
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.customers.models import Customer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def opened(browser: Browser, address: str, **options: Any) -> Page:
    """A tab of somebody who has never been here."""
    context = browser.new_context(base_url=address, **{"viewport": PHONE, **options})
    context.set_default_timeout(60_000)
    return context.new_page()


def test_a_customer_reads_answers_judges_and_calls_it_solved_without_javascript(
    browser: Browser, live_server: Any, conversation: Conversation
) -> None:
    answered(conversation)
    page = opened(browser, live_server.url, java_script_enabled=False)
    page.goto(f"{link_of(conversation)}?word=5")
    assert page.get_by_text("We send you a new one.").is_visible()
    assert page.get_by_label("good", exact=True).is_checked()
    assert not Rating.objects.exists()
    page.get_by_label("Write to us").fill("Is it the warm one?")
    page.set_input_files("#files", {"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"x"})
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your words have reached us.").wait_for()
    assert page.get_by_role("link", name="lamp.txt").is_visible()
    page.get_by_label("good", exact=True).check()
    page.get_by_label("In your words, if you like").fill("Quick.")
    page.get_by_role("button", name="Tell us").click()
    page.get_by_text("Your word counts for us").wait_for()
    page.get_by_role("link", name="This is solved").click()
    page.get_by_role("button", name="Yes, it is solved").click()
    page.get_by_text("Would you gladly come to us again?").wait_for()
    conversation.refresh_from_db()
    assert (conversation.state, Rating.objects.get().comment) == ("solved", "Quick.")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(
    browser: Browser, live_server: Any, conversation: Conversation, scheme: Any, size: Any
) -> None:
    answered(conversation)
    row = published()
    conversation.inbox.takes_forms = True
    conversation.inbox.save()
    path = link_of(conversation)
    paths = [
        path, f"{path}solution/", "/help/en/", "/help/en/?q=lamp", "/help/en/contact/",
        f"/help/en/{row.article_id}-x/",
    ]  # fmt: skip
    page = opened(browser, live_server.url, viewport=size, color_scheme=scheme)
    for one in paths:
        page.goto(one)
        assert violations(page) == [], one
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, f"{one} is wider than the screen"
    page.context.close()


def test_words_from_right_to_left_run_so_on_the_page(
    browser: Browser, live_server: Any, conversation: Conversation
) -> None:
    Customer.objects.update(language="en")
    letter = cast.letter("مرحبا نورا، المصباح في الطريق.")
    answered(conversation, letter)
    page = opened(browser, live_server.url)
    page.goto(link_of(conversation))
    words = page.locator(".said.is-ours .words")
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.context.close()
