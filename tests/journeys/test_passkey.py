"""A passkey: kept by a browser, enough alone, and one more step beside the password."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import PASSWORD, PATIENCE, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

BUILT_IN = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_kept_logs_in_alone_and_stands_beside_the_password(
    world: World, chromium: Any
) -> None:
    here = world.address.replace("127.0.0.1", "localhost")  # no passkey is for a bare number
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": BUILT_IN})
    try:
        log_in(page, here)
        page.wait_for_url(f"{here}/")
        page.goto(f"{here}/account/factors/webauthn/add/")
        page.get_by_label("Password").fill(PASSWORD)  # nobody changes this on a desk left open
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("What to call it").fill("My laptop")
        page.get_by_label("It opens the desk without a password").check()
        page.get_by_role("button", name="Add it").click()
        page.get_by_role("heading", name="Recovery codes").wait_for()
        page.goto(f"{here}/account/factors/webauthn/")
        page.get_by_text("My laptop").first.wait_for()

        context.clear_cookies()
        page.goto(f"{here}/account/login/")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.wait_for_url(f"{here}/")

        context.clear_cookies()
        log_in(page, here)
        page.get_by_role("heading", name="One more step").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{here}/")
    finally:
        context.close()


def log_in(page: Any, here: str) -> None:
    page.goto(f"{here}/account/login/")
    page.fill("input[name=login]", "ada@desk.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
