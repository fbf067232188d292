"""An agent's hands in a real browser: a macro by key and by shortcut, a reply put off, a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of, until
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
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


DROPPED = """(element, name) => {
  const files = new DataTransfer();
  files.items.add(new File(["Mill Lane 4"], name, { type: "text/plain" }));
  for (const step of ["dragover", "drop"]) {
    const options = { dataTransfer: files, bubbles: true, cancelable: true };
    element.dispatchEvent(new DragEvent(step, options));
  }
}"""
PASTED = """() => {
  const files = new DataTransfer();
  files.items.add(new File(["Mill Lane 4"], "pasted.txt", { type: "text/plain" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true }));
}"""


def test_a_file_dropped_onto_all_opens_the_reply_to_all_that_has_it(
    page: Page, support: Inbox, ada: Agent
) -> None:
    boss = {"name": "Boss", "address": "boss@customers.example"}
    many = cast.opened(support, cast.said(cc=[boss]))
    page.goto(f"/conversations/{many.pk}/")
    page.locator(".composer-bar .for-all").evaluate(DROPPED, "address.txt")
    page.locator("trix-editor:focus").wait_for()
    page.locator("#draft-files").get_by_text("address.txt").wait_for()
    page.get_by_text("boss@customers.example").last.wait_for()
    until(page, lambda: Draft.objects.filter(cc__contains="boss@customers.example").exists())
    page.keyboard.type("Here is the address.")
    page.keyboard.press("Control+Enter")
    until(page, lambda: Message.objects.filter(attachments__name="address.txt").exists())
    (sent,) = Message.objects.filter(attachments__name="address.txt")
    assert [one["address"] for one in sent.words.recipients["cc"]] == ["boss@customers.example"]


def test_a_file_dropped_where_no_reply_opened_goes_into_no_other(
    page: Page, conversation: Conversation, support: Inbox
) -> None:
    other = cast.opened(support, cast.said("Where is my parcel?", sender=cast.OTTO))
    page.goto(f"/conversations/{conversation.pk}/")
    asked = f"**/conversations/{conversation.pk}/composer/**"
    page.route(asked, lambda route: route.abort())
    page.locator(".message").first.evaluate(DROPPED, "passport.txt")
    page.locator(f'[data-rows] a[href*="/conversations/{other.pk}/"]').first.click()
    page.locator(".message").get_by_text("Where is my parcel?").wait_for()
    page.locator(".composer-bar a").first.click()
    page.locator("trix-editor:focus").wait_for()
    page.keyboard.type("It leaves today.")
    until(page, lambda: Draft.objects.filter(html__contains="leaves").exists())
    assert page.get_by_text("passport.txt").count() == 0


def test_a_file_whose_reply_still_loads_when_its_reader_goes_elsewhere_goes_into_no_other(
    page: Page, conversation: Conversation, support: Inbox
) -> None:
    other = cast.opened(support, cast.said("Where is my parcel?", sender=cast.OTTO))
    page.goto(f"/conversations/{conversation.pk}/")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route(f"**/conversations/{conversation.pk}/composer/**", hold)
    page.locator(".message").first.evaluate(DROPPED, "passport.txt")
    until(page, lambda: bool(held))
    page.locator(f'[data-rows] a[href*="/conversations/{other.pk}/"]').first.click()
    # the list shows these words before the conversation is there
    page.locator(".message").get_by_text("Where is my parcel?").wait_for()
    page.locator(".composer-bar a").first.click()
    page.locator("trix-editor:focus").wait_for()
    page.keyboard.type("It leaves today.")
    until(page, lambda: Draft.objects.filter(html__contains="leaves").exists())
    held[0].continue_()
    page.keyboard.type(" By post.")
    until(page, lambda: Draft.objects.filter(html__contains="By post").exists())
    assert page.get_by_text("passport.txt").count() == 0
    assert not Attachment.objects.exists()


def test_a_file_dropped_onto_the_words_or_pasted_there_opens_a_reply_and_a_second_joins_it(
    page: Page, conversation: Conversation
) -> None:
    page.goto(f"/conversations/{conversation.pk}/")
    page.evaluate(PASTED)
    page.locator("#draft-files").get_by_text("pasted.txt").wait_for()
    page.locator(".message").first.evaluate(DROPPED, "second.txt")
    page.locator("#draft-files").get_by_text("second.txt").wait_for()
    (draft,) = Draft.objects.all()
    assert draft.attachments.count() == 2


def test_a_key_puts_who_waits_longest_first_and_the_list_stays_so(
    page: Page, conversation: Conversation, support: Inbox
) -> None:
    long = cast.opened(support, cast.said(sender=cast.OTTO, at=cast.after(days=-9)))
    Conversation.objects.filter(pk=long.pk).update(due_at=cast.after(days=300))
    page.goto("/")
    first = page.locator(".row a").first
    assert first.get_attribute("data-row") == str(conversation.pk)
    page.keyboard.press("l")
    page.locator("#order", has_text="Who waits longest first").wait_for()
    assert first.get_attribute("data-row") == str(long.pk)
    page.get_by_text("comes first").get_by_text("Otto").wait_for()
    page.reload()
    assert first.get_attribute("data-row") == str(long.pk)
    page.keyboard.press("l")
    page.locator("#order", has_text="What is due first").wait_for()
    assert first.get_attribute("data-row") == str(conversation.pk)


def test_on_a_phone_the_empty_entry_stands_beside_the_address(
    browser: Browser, live_server: Any, ada: Agent, conversation: Conversation
) -> None:
    phone = page_of(browser, ada, live_server.url, viewport=PHONE, is_mobile=True, has_touch=True)
    phone.goto(f"/conversations/{conversation.pk}/composer/reply/")
    chip = phone.locator(".addresses .address").first
    entry = phone.locator(".addresses input").first
    phone.locator("trix-editor").click()
    top, bottom = "e => e.getBoundingClientRect().top", "e => e.getBoundingClientRect().bottom"
    assert entry.evaluate(top) < chip.evaluate(bottom)
    leave(phone)
