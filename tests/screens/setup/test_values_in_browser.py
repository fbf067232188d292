"""A rule's acts in a real browser: each offers what there is, by keyboard and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import CONTROLS, DESKTOP, PHONE, leave, page_of, violations
from wingbeat.desk.automation.declaring import Step
from wingbeat.desk.automation.rules import Rule
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_a_rule_is_made_of_what_there_is_by_keyboard(
    browser: Browser, live_server: Any, olga: Agent, viewport: dict[str, int]
) -> None:
    cast.opened(cast.support(cast.ada())).tag("lamp", by=cast.ada(), at=cast.NOON)
    page = page_of(browser, olga, live_server.url, viewport=viewport)
    page.goto("/setup/rules/new/")
    page.get_by_role("textbox", name="Name", exact=True).fill("Lamps")
    page.get_by_label("The same as text").fill("subject:lamp")
    page.locator("#id_do_0").focus()
    page.keyboard.type("Give it to a team")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_value_0"
    page.keyboard.type("Supp")
    page.locator("#id_do_1").select_option("tag")
    assert page.locator("#id_value_1").get_attribute("list") == "known-tags"
    page.locator("#known-tags option[value=lamp]").wait_for(state="attached")
    page.locator("#id_value_1").fill("lamp")
    page.locator("#id_do_2").select_option("note")
    assert page.locator("#id_value_2").evaluate("(one) => one.tagName") == "TEXTAREA"
    assert violations(page) == []
    page.locator("#id_do_2").select_option("")
    page.get_by_role("button", name="Keep it").last.click()
    page.get_by_text("switched off until it is tried").wait_for()
    assert Rule.objects.get().now().steps == [
        {"do": "team", "value": "Support"}, {"do": "tag", "value": "lamp"},
    ]  # fmt: skip
    leave(page)


def test_a_rules_form_asks_no_more_than_it_needs_also_without_scripts(
    browser: Browser, live_server: Any, olga: Agent
) -> None:
    page = page_of(browser, olga, live_server.url)
    page.goto("/setup/rules/new/")
    assert page.evaluate(CONTROLS) <= 40
    assert not page.get_by_label("What it will do to our name").is_visible()
    leave(page)
    plain = page_of(browser, olga, live_server.url, java_script_enabled=False)
    plain.goto("/setup/rules/new/")
    shown = [plain.locator(f"#id_do_{n}") for n in range(3)]
    assert [one.is_visible() for one in shown] == [True, False, False]
    shown[0].select_option("tag")
    assert [one.is_visible() for one in shown] == [True, True, False]
    plain.locator("summary", has_text="If it ends or answers by itself").click()
    assert plain.get_by_label("What it will do to our name").is_visible()
    leave(plain)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_a_rule_with_much_to_say_is_calm_until_it_is_changed(
    browser: Browser, live_server: Any, olga: Agent, viewport: dict[str, int], scripts: bool
) -> None:
    cast.support(cast.ada())
    polite = "Hello, we have your mail. Reply to this one if anything changes. Lamps & Co"
    says: dict[str, Any] = dict.fromkeys(("for_customer", "outcome", "our_name"), "It helps.")
    steps = [("tag", "a"), ("tag", "b"), ("team", "Support"), ("answer", polite)]
    asks = "state:us tag:lamp -subject:chair waits>3d has:attachment"
    rule = Rule(name="Lamps")
    who: dict[str, Any] = {"by": olga, "at": cast.NOON}
    told = [Step(do=do, value=value) for do, value in steps]
    rule.write(asks=asks, steps=told, why="", when="opened", **says, **who).try_out(**who)
    page = page_of(browser, olga, live_server.url, viewport=viewport, java_script_enabled=scripts)
    page.goto(f"/setup/rules/{rule.pk}/")
    counts = [page.evaluate(CONTROLS)]
    assert page.get_by_role("button", name="Switch on").is_visible()
    page.locator("summary", has_text="Change it").click()
    counts.append(page.evaluate(CONTROLS))
    assert max(counts) <= 40, counts
    page.locator("summary", has_text="Line by line").click()
    page.locator("summary", has_text="If it ends or answers by itself").click()
    assert page.get_by_label("What it will do to our name").input_value() == "It helps."
    assert page.locator("[data-line] [name=value]").nth(2).input_value() == "chair"
    if scripts:
        assert violations(page) == []
    page.locator("[data-line] [name=value]").nth(2).fill("table")
    page.get_by_role("button", name="Keep it").last.click()
    page.get_by_text("switched off until it is tried").wait_for()
    assert "-subject:table" in rule.now().asks
    leave(page)
