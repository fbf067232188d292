"""Hours, a promise, a rule and a view: made in the browser, and what comes by mail follows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World
from wingbeat.channels.mail.working import DOOR_SECONDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]
NORA = "nora.lind@customers.example"


def test_hours_and_a_day_off_make_the_time_that_a_conversation_is_due(
    world: World, seat: Seat
) -> None:
    olga = seat("olga")
    olga.goto(f"{world.address}/setup/hours/new/")
    olga.get_by_label("Name", exact=True).fill("Vienna office")
    olga.get_by_label("Time zone").select_option("Europe/Vienna")
    olga.get_by_role("button", name="Save").click()
    olga.get_by_role("heading", name="Days off").wait_for()
    day = olga.evaluate("new Date(Date.now() + 40 * 864e5).toISOString().slice(0, 10)")
    olga.get_by_label("Day", exact=True).fill(day)
    olga.get_by_label("What it is", exact=True).fill("Stocktaking")
    olga.get_by_role("button", name="Add a day off").click()
    olga.locator(".line", has_text="Stocktaking").get_by_role("button", name="Take off").wait_for()

    olga.goto(f"{world.address}/setup/hours/")
    olga.locator(".roster-link", has_text="Support").click()
    olga.get_by_label("Counted in").select_option("Vienna office")
    olga.get_by_label("First words within, in hours").fill("4")
    olga.get_by_label("Every further answer within").fill("8")
    olga.get_by_role("button", name="Promise this").click()
    olga.get_by_text("Promised from now on.").wait_for()
    olga.get_by_text("first words within 4 hours, further answers within 8 hours").wait_for()
    olga.wait_for_timeout(1_000 * (DOOR_SECONDS + 1))  # so long judging trusts what it knew

    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    olga.goto(f"{world.address}/")
    olga.get_by_role("link", name="Nora Lind").first.click()
    olga.locator("a.due").click()
    olga.get_by_text("4 working hours after their mail, Vienna office").wait_for()


def test_a_rule_is_tried_on_the_past_and_then_acts_by_itself(world: World, seat: Seat) -> None:
    olga = seat("olga")
    world.write(NORA, "Where is my invoice?", subject="Invoice 7")
    olga.get_by_role("link", name="Nora Lind").first.wait_for()
    olga.goto(f"{world.address}/setup/rules/new/")
    olga.get_by_label("Name", exact=True).fill("Invoices")
    olga.get_by_label("When").select_option("opened")
    olga.get_by_label("The same as text").fill("subject:invoice")
    olga.get_by_label("Then").first.select_option("tag")
    olga.get_by_label("With", exact=True).first.fill("money")
    olga.get_by_role("button", name="Keep it").last.click()
    olga.get_by_text("Off until it was tried on the past.").wait_for()
    olga.get_by_role("button", name="Try it").click()
    olga.get_by_text("It would have touched 1").wait_for()
    olga.get_by_role("button", name="Switch on").click()
    olga.get_by_text("It is on.").wait_for()

    world.write("otto.berg@customers.example", "And where is mine?", subject="Invoice 8")
    olga.goto(f"{world.address}/")
    olga.get_by_role("link", name="Otto Berg").first.click()
    olga.get_by_text("money", exact=True).first.wait_for()
    olga.goto(f"{world.address}/setup/rules/")
    olga.get_by_role("link", name=re.compile("Invoices")).click()
    olga.locator("section", has_text="Where it acted lately").get_by_role("link").wait_for()


def test_a_view_is_written_as_text_and_fills_itself(world: World, seat: Seat) -> None:
    ada, max_ = seat("ada"), seat("max")
    ada.goto(f"{world.address}/views/new/")
    ada.get_by_label("The same as text").fill("subject:invoice color:red")
    ada.get_by_role("button", name="Look", exact=True).last.click()
    ada.locator(".wrong-text mark", has_text="color").wait_for()
    ada.get_by_label("The same as text").fill("subject:invoice")
    ada.get_by_role("button", name="Look", exact=True).last.click()
    ada.get_by_role("heading", name="It finds 0 now").wait_for()
    ada.get_by_label("Name", exact=True).fill("Invoices")
    ada.get_by_label("For", exact=True).select_option("Support")
    ada.get_by_role("button", name="Keep", exact=True).click()
    ada.get_by_role("heading", name="Invoices").wait_for()

    world.write(NORA, "Where is my invoice?", subject="Invoice 7")
    world.write("otto.berg@customers.example", "My lamp is broken.", subject="Lamp")
    ada.locator(".row", has_text="Invoice 7").wait_for()
    max_.goto(f"{world.address}/views/")
    max_.get_by_role("link", name="Invoices").last.click()
    max_.locator(".row", has_text="Invoice 7").wait_for()
    assert max_.locator(".row").count() == 1
    max_.locator("#rail-inboxes .rail-item", has_text="Invoices").get_by_text("1").wait_for()
