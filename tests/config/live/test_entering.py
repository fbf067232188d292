"""A stream is opened by the log-in session, as every page is."""

from __future__ import annotations

import pytest
from django.conf import settings as options
from django.test import Client
from pytest_django import Settings

from tests import cast
from wingbeat.config.live import entering

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(cast.ada(), backend=options.AUTHENTICATION_BACKENDS[0])
    return client


def key_of(client: Client) -> str:
    value = client.cookies[options.SESSION_COOKIE_NAME].value
    cookie = f"csrftoken=abc; {options.SESSION_COOKIE_NAME}={value}; theme=dark"
    return entering.session_key([(b"host", b"desk"), (b"cookie", cookie.encode())])


def test_the_cookie_of_a_page_opens_its_stream(browser: Client) -> None:
    assert entering.agent_of(key_of(browser)) == cast.ada().pk


def test_no_cookie_and_a_guessed_one_open_nothing() -> None:
    assert entering.session_key([(b"host", b"desk")]) == ""
    assert entering.session_key([(b"cookie", b"=;;=\xff")]) == ""
    assert entering.agent_of("") is None
    assert entering.agent_of("guessed") is None


def test_logging_out_closes_the_door(browser: Client) -> None:
    key = key_of(browser)
    browser.logout()
    assert entering.agent_of(key) is None


def test_whoever_was_deactivated_stays_out(browser: Client) -> None:
    ada = cast.ada()
    ada.is_active = False
    ada.save()
    assert entering.agent_of(key_of(browser)) is None


def test_a_new_password_ends_old_sessions(browser: Client) -> None:
    ada = cast.ada()
    ada.set_password("quite another password")
    ada.save()
    assert entering.agent_of(key_of(browser)) is None


def test_whoever_lacks_the_second_factor_of_their_role_hears_nothing(
    browser: Client, settings: Settings
) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "two_factors_for": ("agent",)}
    assert entering.agent_of(key_of(browser)) is None
    settings.WINGBEAT = {**settings.WINGBEAT, "two_factors_for": ("owner",)}
    assert entering.agent_of(key_of(browser)) == cast.ada().pk
