"""Beside the password: a passkey, which is enough alone, and an app with codes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

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


def test_an_app_with_codes_is_asked_for_after_the_password(world: World, chromium: Any) -> None:
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    try:
        log_in(page, world.address)
        page.wait_for_url(f"{world.address}/")
        page.goto(f"{world.address}/account/factors/totp/activate/")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        secret = page.locator("code").inner_text()
        counter = int(time.time()) // 30
        page.get_by_label("Code").fill(code(secret, counter))
        page.get_by_role("button", name="Turn it on").click()
        page.get_by_role("heading", name="Recovery codes").wait_for()

        context.clear_cookies()
        log_in(page, world.address)
        page.get_by_role("heading", name="One more step").wait_for()
        page.goto(world.address)
        assert "/account/" in page.url, "the password alone opens nothing"
        page.get_by_label("Code").fill(code(secret, counter + 1))  # each code is good once
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{world.address}/")
    finally:
        context.close()


def code(secret: str, counter: int) -> str:
    return str(format_hotp_value(hotp_value(secret, counter)))


def log_in(page: Any, here: str) -> None:
    page.goto(f"{here}/account/login/")
    page.fill("input[name=login]", "ada@desk.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
