"""An agent's hands: a macro, a reply that leaves later, a note that brings somebody in, a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World, wait_for
from tests.journeys.test_main_job import open_conversation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

NORA = "nora.lind@customers.example"
Seat = Callable[..., Any]


def test_a_macro_is_written_inserted_by_key_and_its_steps_run_with_the_send(
    world: World, seat: Seat
) -> None:
    page = seat()
    page.goto(f"{world.address}/macros/new/")
    page.fill("input[name=name]", "A new lamp")
    page.fill("input[name=shortcut]", "lamp")
    page.fill("input[name=tags]", "lamps")
    page.select_option("select[name=end]", "answered")
    page.locator("trix-editor").click()
    page.keyboard.type("Dear {{customer.first_name|there}}, a new lamp is on its way.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()

    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page.goto(world.address)
    page.get_by_text("A broken lamp").first.wait_for()
    open_conversation(page, "Nora Lind")
    page.keyboard.press("r")
    page.locator("trix-editor").click()
    page.keyboard.press("Control+m")
    page.keyboard.type("lamp")
    page.get_by_text("Tag “lamps” · End: answered").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("trix-editor").get_by_text("Dear Nora, a new lamp").wait_for()
    page.locator("trix-editor").click()
    page.keyboard.press("Control+Enter")
    page.get_by_text("Ended by Ada").first.wait_for()
    (mail,) = world.arrived()
    words = mail.get_body(("plain",))
    assert words is not None
    assert "Dear Nora, a new lamp is on its way." in words.get_content()

    world.answer(mail, NORA, "It is dark again, though.")
    page.get_by_text("It is dark again, though.").first.wait_for()
    page.keyboard.press("r")
    page.locator("trix-editor").click()
    page.keyboard.type(";lamp ")
    page.locator("trix-editor").get_by_text("Dear Nora, a new lamp").wait_for()


def test_a_reply_put_off_stays_here_when_the_customer_writes_first(
    world: World, seat: Seat
) -> None:
    page = seat()
    first = world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    open_conversation(page, "Nora Lind")
    page.keyboard.press("r")
    page.locator("trix-editor").click()
    page.keyboard.type("We look into it on Monday.")
    page.keyboard.press("Control+Shift+Enter")
    page.get_by_role("button", name="Next Monday").last.click()  # the first puts it aside
    page.locator(".delivery.is-later").wait_for()

    world.write(
        NORA, "It lights again.", subject="Re: A broken lamp",
        In_Reply_To=first, References=first,
    )  # fmt: skip
    page.get_by_text("Not sent: somebody wrote first.").first.wait_for()
    page.keyboard.press("r")
    page.locator("trix-editor").get_by_text("We look into it on Monday.").wait_for()
    assert world.far.taken == []


def test_a_note_with_a_name_brings_a_colleague_in(world: World, seat: Seat) -> None:
    ada, max_ = seat("ada"), seat("max")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    open_conversation(ada, "Nora Lind")
    ada.keyboard.press("n")
    ada.locator("trix-editor").click()
    ada.keyboard.type("@max have you seen this one?")
    ada.keyboard.press("Control+Enter")
    ada.get_by_text("have you seen this one?").first.wait_for()

    def stands_there() -> bool:
        max_.goto(f"{world.address}/?show=mentioned")
        return bool(max_.get_by_role("link", name="Nora Lind").count())

    wait_for(stands_there, "the conversation in Max's list")


def test_a_call_is_three_fields_by_keyboard_and_stands_in_the_history(
    world: World, seat: Seat
) -> None:
    page = seat()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/calls/new/")
    page.keyboard.type("Nora Lind nora.lind@customers.example")
    page.keyboard.press("Tab")
    page.keyboard.type("Her lamp hums; she wants it looked at.")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("heading", name="Nora Lind").first.wait_for()
    page.get_by_text("On the phone").first.wait_for()
    world.write(NORA, "As I said on the phone: it hums.", subject="The lamp")
    page.goto(world.address)
    page.get_by_text("The lamp").first.click()
    page.get_by_text("Her lamp hums").first.wait_for()
