"""An agent's hands in a real browser: a macro by key and by shortcut, a reply put off, a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import chromium, leave, page_of, until
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.steps import Act, Step
from wingbeat.desk.macros.preparing import Prepared, keep
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "<div>Dear {{customer.first_name|there}}, a new lamp is on its way.</div>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def conversation(support: Inbox, ada: Agent) -> Conversation:
    along = (Step(Act.TAG, "lamps"), Step(Act.END, "answered"))
    said = Prepared("A new lamp", "en", WORDS, WORDS, shortcut="lamp", steps=along)
    keep(None, said, by=ada, at=cast.NOON)
    return cast.opened(support)


@pytest.fixture
def page(
    browser: Browser, live_server: Any, ada: Agent, conversation: Conversation
) -> Iterator[Page]:
    opened = page_of(browser, ada, live_server.url)
    opened.goto(f"/conversations/{conversation.pk}/composer/reply/")
    opened.locator("trix-editor").click()
    yield opened
    leave(opened)


def test_a_macro_is_found_by_typing_inserted_by_key_and_its_steps_run_with_the_send(
    page: Page, conversation: Conversation
) -> None:
    page.keyboard.press("Control+m")
    page.keyboard.type("lamp")
    page.get_by_text("Tag “lamps” · End: answered").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("trix-editor").get_by_text("Dear Nora, a new lamp").wait_for()
    page.locator(".composer-step").first.wait_for()
    page.locator("trix-editor").click()
    page.keyboard.press("Control+Enter")
    until(page, Outgoing.objects.exists)
    conversation.refresh_from_db()
    assert conversation.state == "ended"


def test_a_shortcut_turns_into_its_words_while_one_types(page: Page) -> None:
    page.keyboard.type("Hello. ;lamp ")
    page.locator("trix-editor").get_by_text("Hello. Dear Nora, a new lamp").wait_for()


def test_a_reply_is_put_off_by_keys_and_stands_in_the_thread(page: Page) -> None:
    page.keyboard.type("On Monday.")
    page.keyboard.press("Control+Shift+Enter")
    page.get_by_role("button", name="Next Monday").last.click()
    page.locator(".delivery.is-later").wait_for()
    assert Outgoing.objects.get().state == "later"


def test_a_call_is_written_down_by_keyboard_alone(page: Page) -> None:
    page.goto("/calls/new/")
    page.keyboard.type("Nora Lind")
    page.keyboard.press("Tab")
    page.keyboard.type("The lamp hums.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("On the phone").first.wait_for()
    assert Message.objects.filter(came_by="phone").count() == 1
