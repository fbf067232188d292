"""What concerns one comes up live and goes when one looks; a filter files what comes by SMTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World, wait_for
from wingbeat.channels.mail.working import DOOR_SECONDS
from wingbeat.desk.care.notification import SHOWN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

NORA = "nora.lind@customers.example"
Seat = Callable[..., Any]
# What the browser is asked to show is written down; whether a computer shows it is not ours.
RECORDED = """
globalThis.shown = [];
const asked = globalThis.Notification;
globalThis.Notification = class extends asked {
  constructor(title, options) {
    super(title, options);
    globalThis.shown.push([title, options.body]);
  }
};
"""
KEPT = """() => {
  const place = `wingbeat.untold.${document.body.dataset.agent}`;
  return JSON.parse(localStorage.getItem(place) ?? "[]");
}"""
# So many were kept before, of which nobody has any more to see.
KEPT_BEFORE = """(most) => {
  const place = `wingbeat.untold.${document.body.dataset.agent}`;
  localStorage.setItem(place, JSON.stringify(Array.from({ length: most }, (_one, n) => n + 1000)));
}"""
# A part that was on its way is told once more what changed; the browser shows nothing twice.
HEARD_AGAIN = """() => {
  const [live, heard] = [document.querySelector("desk-live"), []];
  for (const kind of ["desk:conversation-7", "desk:notification"]) {
    document.body.addEventListener(kind, (event) => heard.push(event.type));
  }
  const before = performance.now() - 1;
  live.pass("notification", { id: 7 });
  live.pass("conversation", { id: 7 });
  heard.length = 0;
  live.again(before);
  live.pass("notification", { id: 8 });
  return heard;
}"""


def listen(ada: Any, world: World) -> None:
    """Let a browser show what concerns somebody, and write down what it was asked to show."""
    ada.context.grant_permissions(["notifications"], origin=world.address)
    choose(ada, world)
    ada.add_init_script(RECORDED)


def choose(page: Any, world: World) -> None:
    page.goto(f"{world.address}/settings/notifications/")
    page.get_by_label("In this browser, while the desk is open").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()


def note(page: Any, *lines: str) -> None:
    for line in lines:
        page.keyboard.press("n")
        page.locator("trix-editor").click()
        page.keyboard.type(line)
        page.keyboard.press("Control+Enter")
        page.locator("trix-editor").wait_for(state="detached")


def test_a_colleague_who_names_me_comes_up_live_and_once(world: World, seat: Seat) -> None:
    ada, max_ = seat("ada"), seat("max")
    listen(ada, world)
    ada.goto(f"{world.address}/notifications/")
    ada.get_by_text("Nothing new concerns you.").wait_for()

    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    max_.get_by_role("link", name="Nora Lind").first.click()
    max_.get_by_role("heading", name="Nora Lind", exact=True).first.wait_for()
    note(max_, "@Ada do you know this lamp?", "@Ada it is the blue one.")

    line = ada.locator(".today-act", has_text="A broken lamp")
    line.get_by_text("Max Stone named you in a note").wait_for()
    ada.locator("#rail-told", has_text="1").wait_for()
    wait_for(lambda: bool(ada.evaluate("shown.length")), "the browser's own notification")
    ada.wait_for_timeout(4_000)  # in which a second one would have come
    ((title, body),) = ada.evaluate("shown")
    assert title == "A broken lamp"
    assert body.startswith("Max Stone named you in a note")
    ada.reload()
    line.get_by_text("Max Stone named you in a note, 2 times.").wait_for()

    line.get_by_role("link").click()
    ada.get_by_text("@Ada do you know this lamp?").first.wait_for()
    ada.goto(f"{world.address}/notifications/")
    ada.get_by_text("Nothing new concerns you.").wait_for()
    ada.locator("#rail-told", has_text="1").wait_for(state="detached")
    assert ada.evaluate(HEARD_AGAIN) == ["desk:conversation-7", "desk:notification"]


def test_in_quiet_mode_it_waits_and_comes_together_when_the_tools_come_back(
    world: World, seat: Seat
) -> None:
    ada, max_ = seat("ada"), seat("max")
    listen(ada, world)
    for subject in ("A lamp", "A shade", "A bulb"):
        world.write(NORA, "It is broken.", subject=subject)
    for page in (ada, max_):
        page.goto(f"{world.address}/")
        page.locator(".row", has_text="A lamp").click()
        page.get_by_role("heading", name="Nora Lind", exact=True).first.wait_for()
    ada.locator("#conversation-title").focus()
    ada.keyboard.press("q")
    ada.get_by_role("button", name="Bring the tools back").wait_for()
    ada.evaluate(KEPT_BEFORE, SHOWN)
    for subject in ("A shade", "A bulb"):
        max_.locator(".row", has_text=subject).click()
        max_.locator("#conversation-head", has_text=subject).wait_for()
        note(max_, "@Ada do you know this one?")
    wait_for(lambda: len(ada.evaluate(KEPT)) == SHOWN + 2, "what is kept")
    ada.reload()
    ada.wait_for_timeout(4_000)  # in which it would have been shown
    assert ada.evaluate("shown") == []
    place, adas = ada.url, ada.context.cookies()
    ada.context.add_cookies(seat("olga").context.cookies())
    choose(ada, world)
    ada.wait_for_timeout(4_000)  # in which a colleague's would have been asked for
    assert (ada.evaluate("shown"), ada.evaluate(KEPT)) == ([], [])
    ada.context.add_cookies(adas)
    ada.goto(place)
    asked: list[str] = []
    ada.on("request", lambda request: asked.append(request.url))
    ada.get_by_role("button", name="Bring the tools back").click()
    ada.locator(".list-column").wait_for()
    wait_for(lambda: bool(ada.evaluate("shown.length")), "the browser's own notification")
    assert ada.evaluate("shown") == [["2 conversations concern you", ""]]
    assert max(url.count("conversation=") for url in asked) == SHOWN
    assert ada.evaluate(KEPT) == []


def test_a_filter_is_made_tried_and_files_what_comes_by_smtp(world: World, seat: Seat) -> None:
    olga = seat("olga")
    world.write(NORA, "Your order has left.", subject="Order 7")
    olga.get_by_role("link", name="Nora Lind").first.wait_for()
    olga.goto(f"{world.address}/setup/filters/new/")
    olga.get_by_label("Name", exact=True).fill("Orders")
    olga.get_by_label("The same as text").fill("subject:order from:@customers.example")
    olga.get_by_label("Then").first.select_option("tag")
    olga.get_by_label("With", exact=True).first.fill("orders")
    olga.get_by_role("button", name="Keep it").last.click()
    olga.get_by_text("Off until it was tried on the past.").wait_for()
    olga.get_by_role("button", name="Try it").click()
    olga.get_by_text("It would have touched 1 of the latest mail.").wait_for()
    olga.get_by_role("button", name="Switch on").click()
    olga.get_by_text("It is on. It has filed 0 mails.").wait_for()
    olga.wait_for_timeout(1_000 * (DOOR_SECONDS + 1))  # so long judging trusts what it knew

    world.write("otto.berg@customers.example", "Your order is here.", subject="Order 8")
    olga.goto(f"{world.address}/")
    olga.get_by_role("link", name="Otto Berg").first.click()
    olga.get_by_text("Filed by the filter “Orders”.").wait_for()
    olga.get_by_text("orders", exact=True).first.wait_for()
