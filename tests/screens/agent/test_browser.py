"""The desk in a real browser: by hand, by key, on a phone, without scripts, and for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import (
    CONTROLS,
    PHONE,
    leave,
    page_of,
    until,
    violations,
)
from wingbeat.desk.conversations.cause import keep
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.draft import Draft
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@pytest.fixture
def conversation(support: Inbox, ada: Agent) -> Conversation:
    """One with 20 messages, a note, an event and a stranger; and two others beside it."""
    system = Agent.objects.system()
    found = cast.opened(support)
    for hour in range(18):
        receive(found, cast.said("And this.", at=cast.after(hours=hour)), by=system)
    found.note(cast.letter("Careful.", to=()), by=ada, at=cast.after(hours=19))
    found.assign(agent=ada, by=ada, at=cast.after(hours=20))
    stranger = cast.said("Me too.", sender=cast.OTTO, at=cast.after(hours=21))
    receive(found, stranger, by=system, doubt=Doubt.UNKNOWN_SENDER)
    for minute in (1, 2):
        cast.opened(support, cast.said(sender=cast.OTTO, at=cast.after(minutes=minute)))
    return found


@pytest.fixture
def page(browser: Browser, live_server: Any, ada: Agent) -> Iterator[Page]:
    opened = page_of(browser, ada, live_server.url)
    yield opened
    leave(opened)


def test_menus_ask_for_what_they_offer_once_they_open_and_keys_reach_it(
    page: Page, conversation: Conversation, ada: Agent
) -> None:
    keep(None, name="Late", under=None, by=ada, at=cast.NOON)
    page.goto(f"/conversations/{conversation.pk}/")
    assert page.locator("button", has_text="Max Stone").count() == 0
    page.keyboard.press("a")
    page.locator("button:focus", has_text="Me").wait_for()
    page.locator("[data-menu][open] button", has_text="Max Stone").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator("button:focus", has_text="Max Stone").wait_for()
    page.keyboard.press("Enter")
    page.locator("#conversation-toolbar [aria-label*='Max Stone']").wait_for()
    page.keyboard.press("w")
    page.locator("button:focus", has_text="Late").wait_for()
    page.keyboard.press("Enter")
    page.locator(".is-cause", has_text="Late").first.wait_for()
    assert not violations(page)


def test_a_reply_is_written_sent_taken_back_and_sent_again(
    page: Page, conversation: Conversation
) -> None:
    page.goto(f"/conversations/{conversation.pk}/")
    page.keyboard.press("r")
    page.wait_for_selector("trix-editor:focus")
    page.keyboard.type("Dear Nora, it is the big bulb")
    # the editor hears of the cursor a moment late, and a robot types without pausing
    chosen = "() => document.querySelector('trix-editor').editor.getSelectedRange()"
    until(page, lambda: page.evaluate(chosen) == [29, 29])
    page.wait_for_timeout(300)
    page.keyboard.press("Control+Shift+ArrowLeft")
    until(page, lambda: page.evaluate(chosen) == [25, 29])
    page.keyboard.press("Control+b")
    until(page, lambda: Draft.objects.filter(html__contains="<strong>bulb</strong>").exists())
    page.wait_for_selector("[data-saved]:has-text('Draft saved')")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-undo]")
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.wait_for_selector("trix-editor strong")
    assert not Message.objects.filter(kind="agent").exists()
    page.click("[data-send]")
    page.wait_for_selector("[data-undo]")
    assert Message.objects.get(kind="agent").words.text == "Dear Nora, it is the big bulb"


def test_a_note_looks_and_sounds_different(page: Page, conversation: Conversation) -> None:
    page.goto(f"/conversations/{conversation.pk}/")
    color = "e => getComputedStyle(e).backgroundColor"
    page.keyboard.press("r")
    page.wait_for_selector(".composer.is-reply trix-editor")
    reply = page.eval_on_selector(".composer", color), page.inner_text("[data-send]").strip()
    page.click(".composer .for-note")
    page.wait_for_selector(".composer.is-note trix-editor")
    note = page.eval_on_selector(".composer", color), page.inner_text("[data-send]").strip()
    assert reply[0] != note[0]
    assert (reply[1], note[1]) == ("Send", "Save note")


def test_keys_walk_through_the_list_and_act(page: Page, conversation: Conversation) -> None:
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#conversation")
    assert page.evaluate("document.activeElement.id") == "conversation-title"
    assert page.inner_text(".conversation-who") == "Otto Berg"
    page.keyboard.press("k")
    page.wait_for_url(f"**/conversations/{conversation.pk}/**")
    page.wait_for_selector(".conversation-who:has-text('Nora Lind')")
    assert page.get_attribute("[aria-current=true][data-row]", "data-row") == str(conversation.pk)
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    page.wait_for_selector(".state.is-ended")
    page.keyboard.press("?")
    assert page.is_visible("dialog#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/tray/")


def test_typing_is_never_taken_for_a_key(page: Page, conversation: Conversation) -> None:
    page.goto(f"/conversations/{conversation.pk}/")
    page.keyboard.press("n")
    page.wait_for_selector("trix-editor:focus")
    page.keyboard.type("e s c ? /")
    page.wait_for_timeout(200)
    assert page.inner_text("trix-editor").strip() == "e s c ? /"
    assert page.url.endswith(f"/conversations/{conversation.pk}/")


def test_addresses_are_chips_and_still_one_line_of_text(
    page: Page, conversation: Conversation
) -> None:
    page.goto(f"/conversations/{conversation.pk}/composer/reply/")
    page.fill(".addresses input", "boss@customers.example, nobody")
    page.keyboard.press("Enter")
    chips = page.locator(".composer-field .address")
    assert [" ".join(text.split()) for text in chips.all_inner_texts()] == [
        "Nora Lind nora@customers.example", "boss@customers.example", "nobody",
    ]  # fmt: skip
    assert page.locator(".address.is-wrong").count() == 1
    page.keyboard.press("Backspace")
    line = "Nora Lind <nora@customers.example>, boss@customers.example"
    assert page.input_value(".composer-field input[name=to]") == line


def test_what_one_screen_asks_of_a_person_is_bounded(
    page: Page, conversation: Conversation
) -> None:
    page.goto(f"/conversations/{conversation.pk}/")
    assert page.evaluate(CONTROLS) <= 40
    assert page.locator("[data-number]").count() <= 3
    page.keyboard.press("r")
    page.wait_for_selector("trix-editor")
    assert page.evaluate(CONTROLS) <= 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("is_phone", [False, True])
def test_everybody_can_use_it(
    browser: Browser, live_server: Any, ada: Agent, conversation: Conversation,
    scheme: str, is_phone: bool,
) -> None:  # fmt: skip
    size: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    page = page_of(browser, ada, live_server.url, color_scheme=scheme, **(size if is_phone else {}))
    one = f"/conversations/{conversation.pk}/"
    places = ["/", one, f"{one}composer/reply/", f"{one}composer/note/", "/conversations/new/"]
    for place in [*places, "/search/?q=lamp", "/tray/", "/settings/", "/keys/", "/customers/1/"]:
        page.goto(place)
        page.wait_for_timeout(150)
        assert violations(page) == [], place
    leave(page)


def test_a_long_address_stays_on_one_line_and_keeps_its_domain_in_view(
    browser: Browser, live_server: Any, ada: Agent, conversation: Conversation
) -> None:
    page = page_of(browser, ada, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)
    long = '"Maximiliane von Hohenstein" <maximiliane.von.hohenstein+orders@gardens.example>'
    page.goto("/conversations/new/")
    page.locator(".addresses input").first.fill(f"nora@home.example, {long},")
    page.locator("#subject").focus()
    short, chip = page.locator(".address").all()
    assert chip.get_attribute("title") == long
    heights = [one.evaluate("e => e.offsetHeight") for one in (short, chip)]
    assert heights[0] == heights[1]
    # the end of an address is in view, and so is the beginning of a name
    ends = "e => e.firstChild.getBoundingClientRect().right <= e.getBoundingClientRect().right + 1"
    begins = "e => e.firstChild.getBoundingClientRect().left >= e.getBoundingClientRect().left - 1"
    name, at = chip.locator(".cut").all()
    assert [one.evaluate(begins) for one in (name, at)] == [True, False]
    assert [one.evaluate(ends) for one in (name, at)] == [False, True]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    leave(page)


def test_a_phone_shows_one_column_and_everything_is_within_reach(
    browser: Browser, live_server: Any, ada: Agent, conversation: Conversation
) -> None:
    page = page_of(browser, ada, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    assert page.is_visible(".bottom-bar")
    assert not page.is_visible(".rail")
    page.click("[data-row]")
    page.wait_for_selector("#conversation")
    assert not page.is_visible(".list-column")
    bottom = page.locator(".toolbar").bounding_box()
    assert bottom is not None
    assert bottom["y"] > PHONE["height"] * 0.85
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.click("[data-opens-aside]")
    assert page.is_visible("#customer")
    page.click("[data-closes-aside]")
    page.click(".back")
    page.wait_for_selector(".at-list")
    leave(page)


def test_it_works_without_scripts(
    browser: Browser, live_server: Any, ada: Agent, conversation: Conversation
) -> None:
    page = page_of(browser, ada, live_server.url, java_script_enabled=False)
    page.goto("/")
    page.click("[data-row]")
    page.click("text=Reply to Nora")
    page.fill("textarea", "Plain words.\n\nAnd more.")
    page.click("[data-send]")
    assert page.is_visible("text=Leaves in a moment")
    page.click("button:has-text('Undo')")
    assert page.input_value("textarea") == "Plain words.\n\nAnd more."
    page.click("[data-send-menu]")
    page.click("button:has-text('Send and end')")
    conversation.refresh_from_db()
    assert conversation.state == "ended"
    assert Message.objects.get(kind="agent").words.html == "<p>Plain words.</p><p>And more.</p>"
    page.click("button:has-text('Reopen')")
    assert page.is_visible("text=Waits for us")
    leave(page)


def test_nothing_is_blocked_by_our_own_policy(page: Page, conversation: Conversation) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"/conversations/{conversation.pk}/")
    page.keyboard.press("r")
    page.wait_for_selector("trix-editor")
    page.wait_for_timeout(300)
    assert [text for text in told if "Content Security Policy" in text or "Error" in text] == []


def test_tab_writes_a_colleagues_name_out_as_far_as_it_is_certain(
    page: Page, conversation: Conversation
) -> None:
    cast.support(cast.max_())
    Agent.objects.invite(email="mara@desk.example", name="Mara Hill")
    page.goto(f"/conversations/{conversation.pk}/composer/note/")
    editor = page.locator("trix-editor")
    editor.click()
    page.keyboard.type("Look, @m")
    page.keyboard.press("Tab")
    assert editor.inner_text().strip() == "Look, @Ma"
    assert page.inner_text("[data-names-told]") == "Mara Hill, Max Stone"
    page.keyboard.type("x")
    page.keyboard.press("Tab")
    page.keyboard.type("here")
    assert editor.inner_text().strip() == "Look, @Max Stone here"
    page.evaluate(DRAWN)  # Trix draws what was typed in the next frame, and takes the focus back
    page.keyboard.press("Tab")  # no name is begun: it goes on to the next control
    page.locator("trix-editor:focus").wait_for(state="detached")


def test_an_empty_article_shows_no_words_that_nobody_wrote(page: Page, support: Inbox) -> None:
    page.goto("/articles/new/")
    assert not page.locator("trix-editor").get_attribute("placeholder")
