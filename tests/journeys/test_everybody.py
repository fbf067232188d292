"""The desk for everybody: by keyboard alone, without scripts, for screen readers, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World
from tests.journeys.test_main_job import NORA, open_conversation, write_reply
from tests.screens.agent.browsing import CONTROLS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Seat = Callable[..., Any]


def test_a_day_by_keyboard_alone(world: World, seat: Seat) -> None:
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    world.write("otto.berg@customers.example", "Where is my parcel?", subject="Parcel")
    page = seat()
    page.get_by_role("link", name="Otto Berg").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Nora Lind", exact=True).first.wait_for()
    write_reply(page, "We send you a new one.")
    world.arrived(1)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("Anything, by its name").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.wait_for_url("**/search/**")
    page.keyboard.type("parcel")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Otto Berg").first.wait_for()


def test_a_mail_is_answered_without_scripts(world: World, seat: Seat) -> None:
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page = seat(java_script_enabled=False)
    page.wait_for_timeout(1_000)
    page.reload()
    page.get_by_role("link", name="Nora Lind").first.click()
    page.get_by_role("link", name="Reply").first.click()
    page.locator("textarea[name=text]").fill("We send you a new one.")
    page.get_by_role("button", name="Send", exact=True).click()
    (mail,) = world.arrived(1)
    assert NORA in mail["To"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_can_find(world: World, seat: Seat, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page = seat("olga", color_scheme=scheme)
    open_conversation(page, "Nora Lind")
    conversation = page.url
    found = {}
    for path in (
        conversation, f"{conversation}composer/reply/", "/", "/conversations/new/",
        "/search/?q=lamp",
        "/tray/", "/settings/", "/customers/1/", "/keys/", "/setup/people/", "/setup/inboxes/",
    ):  # fmt: skip
        page.goto(path if path.startswith("http") else world.address + path)
        page.wait_for_timeout(300)
        for violation in Axe().run(page).response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            found[f"{path} {violation['id']}"] = nodes
    assert found == {}


def test_the_conversation_screen_stays_calm(world: World, seat: Seat) -> None:
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page = seat()
    open_conversation(page, "Nora Lind")
    assert page.evaluate(CONTROLS) <= 40
    page.keyboard.press("r")
    page.locator("trix-editor").wait_for()
    assert page.evaluate(CONTROLS) <= 40


def test_a_mail_is_answered_on_a_phone(world: World, seat: Seat) -> None:
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    page = seat(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="Nora Lind").first.tap()
    page.get_by_role("heading", name="Nora Lind", exact=True).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Reply").first.tap()
    page.locator("trix-editor").wait_for()
    page.locator("trix-editor").tap()
    page.keyboard.type("We send you a new one.")
    page.get_by_role("button", name="Send", exact=True).tap()
    world.arrived(1)
