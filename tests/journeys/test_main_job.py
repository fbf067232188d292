"""The main job: a mail comes in, an agent answers in the browser, the customer reads the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

NORA = "nora.lind@customers.example"
Seat = Callable[..., Any]


def write_reply(page: Any, text: str) -> None:
    page.keyboard.press("r")
    page.locator("trix-editor").wait_for()
    page.locator("trix-editor").click()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def open_conversation(page: Any, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("heading", name=name, exact=True).first.wait_for()


def test_a_mail_appears_live_and_its_answer_arrives_threaded(world: World, seat: Seat) -> None:
    page = seat()
    first = world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    open_conversation(page, "Nora Lind")  # it appeared without a reload

    write_reply(page, "We send you a new oen.")
    page.get_by_role("button", name="Undo").click()
    page.locator("trix-editor").get_by_text("We send you a new oen.").wait_for()
    page.locator("trix-editor").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("We send you a new one.")
    page.keyboard.press("Control+Enter")

    (mail,) = world.arrived()
    assert mail["In-Reply-To"] == first
    assert mail["Subject"] == "Re: A broken lamp"
    assert mail["From"] == "Lamps & Co <support@desk.example>"
    words = mail.get_body(("plain",))
    assert words is not None
    assert "We send you a new one." in words.get_content()
    assert "oen" not in words.get_content()

    world.answer(mail, NORA, "It has arrived, thank you!")
    page.get_by_text("It has arrived, thank you!").first.wait_for()
    assert len(world.far.taken) == 1


def test_a_mail_that_comes_while_a_page_still_loads_appears(world: World, seat: Seat) -> None:
    page = seat()

    def held_up(route: Any) -> None:
        world.write(NORA, "My lamp does not light.", subject="A broken lamp")
        page.wait_for_timeout(3_000)  # the desk has told of it; the page hears nothing yet
        route.continue_()

    page.route("**/js/chosen*.js", held_up)  # the last of its scripts
    page.reload()
    open_conversation(page, "Nora Lind")


def test_what_happens_while_a_conversation_is_asked_for_is_seen(world: World, seat: Seat) -> None:
    page = seat()
    mail = world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page.get_by_role("link", name="Nora Lind").first.wait_for()

    def held_up(route: Any) -> None:
        answer = route.fetch()
        world.write(NORA, "It is the blue one.", subject="Re: A broken lamp", In_Reply_To=mail)
        page.wait_for_timeout(3_000)  # the desk has told of it; nothing here listens yet
        route.fulfill(response=answer)

    page.route(re.compile(r"/conversations/\d+/($|\?)"), held_up, times=1)
    page.get_by_role("link", name="Nora Lind").first.click()
    page.locator("#thread").get_by_text("It is the blue one.").wait_for()


def test_a_page_that_the_browser_had_put_aside_hears_what_it_missed(
    world: World, seat: Seat
) -> None:
    page = seat()
    is_open = "document.querySelector('desk-live').stream?.readyState === EventSource.OPEN"
    wait_for(lambda: page.evaluate(is_open), "the stream")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page.wait_for_timeout(2_000)  # told to nobody
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    open_conversation(page, "Nora Lind")


def test_a_strangers_answer_stands_in_the_margin(world: World, seat: Seat) -> None:
    page = seat()
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    open_conversation(page, "Nora Lind")
    write_reply(page, "We send you a new one.")
    (mail,) = world.arrived()

    world.answer(mail, "eve@elsewhere.example", "Send it to me instead.")
    page.get_by_text("Send it to me instead.").first.wait_for()
    page.get_by_role("button", name="Keep out").wait_for()
    page.get_by_role("button", name="Let in").click()
    page.get_by_role("button", name="Let in").wait_for(state="detached")


def test_boss_and_supplier_in_cc_get_the_answer_too(world: World, seat: Seat) -> None:
    page = seat()
    readers = "boss@customers.example, sales@supplier.example"
    world.write(NORA, "Two lamps are dark.", subject="Lamps", Cc=readers)
    open_conversation(page, "Nora Lind")
    page.keyboard.press("Shift+R")
    page.locator("trix-editor").click()
    page.keyboard.type("Both will be replaced.")
    page.keyboard.press("Control+Enter")
    (mail,) = world.arrived()
    assert NORA in mail["To"]
    assert {address.addr_spec for address in mail["Cc"].addresses} == {
        "boss@customers.example", "sales@supplier.example",
    }  # fmt: skip

    world.answer(mail, "sales@supplier.example", "We ship on Monday.")
    page.get_by_text("We ship on Monday.").first.wait_for()
    assert page.get_by_role("button", name="Let in").count() == 0


def test_a_send_is_stopped_when_a_colleague_was_quicker(world: World, seat: Seat) -> None:
    ada, max_ = seat("ada"), seat("max")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    for page in (ada, max_):
        open_conversation(page, "Nora Lind")
    ada.keyboard.press("r")
    ada.locator("trix-editor").click()
    ada.keyboard.type("Have you tried another bulb?")
    write_reply(max_, "A new one is on its way.")
    ada.get_by_text("A new one is on its way.").first.wait_for()
    ada.keyboard.press("Control+Enter")
    ada.get_by_text("Not sent: there are newer words above.").wait_for()
    world.arrived(1)
    wait_for(lambda: "another bulb" in ada.locator("trix-editor").inner_text(), "the kept draft")
    assert len(world.far.taken) == 1
