"""A day by name and by the dozen: the palette, a view, many at once, all by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]


def three_wait(world: World, page: Any) -> None:
    for name in ("nora.lind", "otto.berg", "ines.sol"):
        world.write(f"{name}@customers.example", "My lamp does not light.", subject="A broken lamp")
    page.locator(".row").nth(2).wait_for()


def by_name(page: Any, words: str, option: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    chosen = page.locator("#palette [role=option][aria-selected=true]").filter(has_text=option)
    chosen.wait_for()
    box = page.locator("#palette [role=combobox]")  # a page that builds a view has others
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")


def test_a_view_is_made_and_reached_by_name(world: World, seat: Seat) -> None:
    page = seat()
    three_wait(world, page)
    by_name(page, "new view", "New view")
    page.get_by_label("What", exact=True).first.select_option("state")
    page.get_by_label("Value").first.fill("us")
    page.get_by_label("Name", exact=True).fill("Who waits")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("heading", name="Who waits", exact=True).wait_for()
    assert page.locator(".row").count() == 3
    page.get_by_role("link", name="Change").click()
    assert page.get_by_label("The same as text").input_value() == "state:us"
    by_name(page, "tray", "Tray")
    page.get_by_role("heading", name="Tray", exact=True).wait_for()
    by_name(page, "who wa", "Who waits")
    page.get_by_role("heading", name="Who waits", exact=True).wait_for()
    counted = page.locator(".rail-item", has_text="Who waits").locator(".rail-count")
    counted.filter(has_text="3").first.wait_for(timeout=90_000)  # by a job, for whoever looks


def test_many_are_tagged_and_taken_back_by_keyboard(world: World, seat: Seat) -> None:
    page = seat()
    three_wait(world, page)
    for key in ("x", "j", "x", "j", "x", "b"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="3 conversations").wait_for()
    page.get_by_label("Tag", exact=True).fill("lamps")
    page.keyboard.press("Enter")
    page.get_by_text("3 of 3").wait_for()
    page.keyboard.press("z")
    page.get_by_text("3 taken back").wait_for()


def test_an_action_of_the_open_conversation_is_done_by_name(world: World, seat: Seat) -> None:
    page = seat()
    world.write("nora.lind@customers.example", "My lamp does not light.", subject="A broken lamp")
    page.get_by_role("link", name="Nora Lind").first.click()
    page.get_by_role("heading", name="Nora Lind", exact=True).first.wait_for()
    by_name(page, "note", "Note")
    page.locator("trix-editor").wait_for()
    page.keyboard.press("Escape")
    by_name(page, "assig", "Assign")
    page.get_by_role("button", name="Me", exact=True).click()
    page.get_by_text("Ada Fields took it").first.wait_for()
