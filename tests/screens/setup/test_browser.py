"""The administration in a real browser: for everybody, by key, on a phone and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.screens.agent.browsing import CONTROLS, PHONE, leave, page_of, violations
from wingbeat.channels.mail.models import Account
from wingbeat.desk.customers.blocking import block
from wingbeat.desk.people.inviting import invite
from wingbeat.desk.people.leaving import leave as see_off
from wingbeat.desk.people.models import Agent, Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1440, "height": 900}
MOST_ELEMENTS = 40


@pytest.fixture
def desk(olga: Agent) -> list[str]:
    """A desk with one of everything; the addresses of its pages."""
    inbox = cast.support(cast.ada(), cast.max_())
    trouble = {"trouble": "The log-in is refused.", "trouble_since_at": cast.NOON}
    Account.objects.create(inbox=inbox, smtp_host="smtp.desk.example", **trouble)
    team = cast.support_team()
    mia = invite(
        name="Mia Moon",
        email="mia@desk.example",
        role=Role.LIGHT,
        teams=[team],
        by=olga,
        at=cast.NOON,
    )
    see_off(cast.lena(), by=olga, at=cast.NOON)
    block("cheap.example", by=olga, at=cast.NOON)
    return [
        "/setup/desk/",
        "/setup/people/",
        "/setup/people/new/",
        f"/setup/people/{mia.pk}/",
        f"/setup/people/{cast.max_().pk}/",
        f"/setup/people/{cast.lena().pk}/",
        "/setup/teams/",
        f"/setup/teams/{team.pk}/",
        f"/setup/teams/{team.pk}/hours/",
        "/setup/brands/",
        "/setup/brands/default/",
        "/setup/inboxes/",
        f"/setup/inboxes/{inbox.pk}/",
        f"/setup/inbox/{inbox.pk}/account/",
        "/setup/inbox/",
        "/setup/recovery/",
        "/setup/blocks/",
        "/setup/changes/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_and_is_for_everybody(
    browser: Browser, live_server: Any, olga: Agent, desk: list[str], scheme: str, screen: Any
) -> None:
    page = page_of(browser, olga, live_server.url, viewport=screen, color_scheme=scheme)
    wrong = {}
    for address in desk:
        page.goto(address)
        found = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than the screen")
        if page.evaluate(CONTROLS) > MOST_ELEMENTS:
            found.append("too many elements")
        if found:
            wrong[address] = found
    leave(page)
    assert not wrong


def test_pages_before_the_log_in_are_for_everybody(
    browser: Browser, live_server: Any, desk: list[str]
) -> None:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    wrong = {}
    for name in ("login", "login/code", "password/reset", "password/reset/done", "signup"):
        page.goto(f"/account/{name}/")
        found = violations(page)
        if found:
            wrong[name] = found
    context.close()
    assert not wrong


def test_somebody_is_invited_by_key_alone(
    browser: Browser, live_server: Any, olga: Agent, desk: list[str]
) -> None:
    page = page_of(browser, olga, live_server.url)
    page.goto("/setup/people/new/")
    page.keyboard.type("Noa North")  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type("noa@desk.example")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from agent to light agent
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Invited, and not here yet")
    leave(page)
    noa = Agent.objects.get(email="noa@desk.example")
    assert (noa.role, noa.memberships.count()) == (Role.LIGHT, 1)


def test_everything_works_without_scripts(
    browser: Browser, live_server: Any, olga: Agent, desk: list[str]
) -> None:
    page = page_of(browser, olga, live_server.url, java_script_enabled=False)
    page.goto("/setup/people/")
    page.click("text=Max Stone")
    page.select_option("select[name=to]", label="Ada Fields")
    page.click("text=Max Stone leaves")
    assert page.locator("text=Max Stone can no longer log in.").count() == 1
    page.goto("/setup/blocks/")
    page.click("text=Unblock")
    assert page.locator("text=Nobody is blocked.").count() == 1
    leave(page)
    assert not Agent.objects.get(email="max@desk.example").is_active
