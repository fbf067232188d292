"""Second factors, sessions, and the team's own provider: more ways in, and none too many."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests import cast
from tests.screens.provider import provider
from wingbeat.config.options import openid_apps
from wingbeat.desk.journal.changes import labelled
from wingbeat.desk.journal.models import Change
from wingbeat.desk.people.leaving import leave
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet password"


@pytest.fixture(autouse=True)
def no_old_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


def logged_in(email: str = "ada@desk.example") -> Client:
    browser = Client(HTTP_USER_AGENT="A browser of Ada")
    browser.post("/account/login/", {"login": email, "password": PASSWORD})
    return browser


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def set_up(browser: Client) -> str:
    asked = browser.get("/account/factors/totp/activate/").headers["Location"]
    assert asked.startswith("/account/reauthenticate/")
    browser.post(asked, {"password": PASSWORD})
    page = browser.get("/account/factors/totp/activate/").content.decode()
    [secret] = re.findall(r"<code>(\w+)</code>", page)
    done = browser.post("/account/factors/totp/activate/", {"code": code_of(secret)})
    assert done.status_code == 302, done.content.decode()
    return str(secret)


def test_an_app_is_asked_for_after_the_password(ada: Agent) -> None:
    secret = set_up(logged_in())
    browser = logged_in()
    assert browser.get("/").status_code == 302
    wrong = browser.post("/account/factors/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert browser.get("/").status_code == 302
    cache.clear()  # a code works once, and this one was used to set it up
    done = browser.post("/account/factors/authenticate/", {"code": code_of(secret)})
    assert done.status_code == 302
    assert browser.get("/").status_code == 200


def test_a_code_of_an_app_works_once_whatever_the_library_remembers(
    ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = set_up(logged_in())
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda *_args: True)
    code = code_of(secret)
    for typed, works in ((code, True), (f"{code[:3]} {code[3:]}", False)):
        browser = logged_in()
        browser.post("/account/factors/authenticate/", {"code": typed})
        assert (browser.get("/").status_code == 200) is works


def test_a_recovery_code_works_once(ada: Agent) -> None:
    first = logged_in()
    set_up(first)
    page = first.get("/account/factors/recovery-codes/").content.decode()
    code = re.findall(r"<pre>(\w+)", page)[0]
    for works in (True, False):
        browser = logged_in()
        browser.post("/account/factors/authenticate/", {"code": code})
        assert (browser.get("/").status_code == 200) is works


def test_secrets_are_sealed_in_the_database(ada: Agent) -> None:
    secret = set_up(logged_in())
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert stored.count("gAAAA") == 2


def test_a_factor_that_comes_or_goes_is_a_change_that_owners_see(
    ada: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    browser = logged_in()
    with django_capture_on_commit_callbacks(execute=True):
        set_up(browser)
    seen = Change.objects.filter(thing=f"people.Agent:{ada.pk}").order_by("-pk")
    assert seen[0].agent_id == ada.pk
    (factors,) = [now for what, _was, now in labelled(seen[0]) if what == "second factors"]
    assert "totp" in factors
    browser.post("/account/factors/totp/deactivate/")
    (factors,) = [now for what, _was, now in labelled(seen.all()[0]) if what == "second factors"]
    assert "totp" not in factors
    assert not Authenticator.objects.filter(user=ada, type="totp").exists()


def test_a_role_that_needs_one_sees_nothing_before(ada: Agent, settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "two_factors_for": ("agent",)}
    browser = logged_in()
    for closed in ("/", "/settings/", "/search/?q=lamp", "/account/sessions/"):
        answer = browser.get(closed)
        assert answer.status_code == 302, closed
        assert answer.headers["Location"] == "/account/factors/"
    assert browser.post("/conversations/new/").status_code == 302
    assert browser.get("/account/factors/").status_code == 200
    set_up(browser)
    assert browser.get("/").status_code == 200
    cast.olga()
    assert logged_in("olga@desk.example").get("/").status_code == 200


def test_sessions_are_seen_and_ended_one_by_one_and_all_at_once(ada: Agent) -> None:
    here, there, elsewhere = logged_in(), logged_in(), logged_in()
    page = here.get("/account/sessions/").content.decode()
    assert page.count("A browser of Ada") == 3
    assert page.count("This browser") == 1
    pk = re.findall(r"/account/sessions/(\d+)/ending/", page)[0]
    stranger_page = Client()
    stranger_page.force_login(cast.max_())
    assert stranger_page.post(f"/account/sessions/{pk}/ending/").status_code == 404
    here.post(f"/account/sessions/{pk}/ending/")
    assert [one.get("/").status_code for one in (here, there, elsewhere)] == [200, 302, 200]
    here.post("/account/sessions/")
    assert [one.get("/").status_code for one in (here, there, elsewhere)] == [200, 302, 302]


def by_provider(settings: Settings, claims: dict[str, Any]) -> tuple[Client, str]:
    """Log in at a provider that makes these claims; return the browser and what it was told."""
    with provider(claims) as server:
        values = {"openid_server": server, "openid_name": "Staff", "openid_client": "desk",
                  "openid_secret": "s"}  # fmt: skip
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": openid_apps(values)}}
        browser = Client()
        page = browser.get("/account/login/").content.decode()
        assert "Log in with Staff" in page
        away = browser.get("/account/oidc/openid/login/")
        query = parse_qs(urlsplit(away.headers["Location"]).query)
        assert query["code_challenge_method"] == ["S256"]
        back = {"code": "good", "state": query["state"][0]}
        told = browser.get("/account/oidc/openid/login/callback/", back, follow=True)
    return browser, told.content.decode()


GOOD = {"sub": "7", "email": "Ada@desk.example", "email_verified": True, "name": "Ada"}


def test_an_invited_and_verified_address_gets_in(ada: Agent, settings: Settings) -> None:
    browser, _told = by_provider(settings, GOOD)
    assert browser.get("/").status_code == 200
    assert browser.session["_auth_user_id"] == str(ada.pk)
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    renamed = {**GOOD, "email": "max@desk.example", "email_verified": False}
    cast.max_()
    assert by_provider(settings, renamed)[0].session["_auth_user_id"] == str(ada.pk)


@pytest.mark.parametrize(
    "claims",
    [
        {**GOOD, "email_verified": False},
        {**GOOD, "email_verified": "false"},
        {**GOOD, "email": "stranger@elsewhere.example"},
        {"sub": "7", "email": "ada@desk.example"},
        {"sub": "7"},
        {**GOOD, "email": "desk@localhost"},
    ],
)
def test_nobody_else_does(ada: Agent, settings: Settings, claims: dict[str, Any]) -> None:
    Agent.objects.system()
    count = Agent.objects.count()
    browser, told = by_provider(settings, claims)
    assert browser.get("/").status_code == 302
    assert "Nobody here has been invited under an address that they verified." in told
    assert Agent.objects.count() == count


def test_whoever_left_does_not_come_in_by_the_provider(ada: Agent, settings: Settings) -> None:
    by_provider(settings, GOOD)
    leave(ada, by=cast.olga(), at=cast.NOON)
    browser, _told = by_provider(settings, GOOD)
    assert browser.get("/").status_code == 302


def test_a_second_factor_is_asked_for_after_the_provider_too(
    ada: Agent, settings: Settings
) -> None:
    set_up(logged_in())
    browser, told = by_provider(settings, GOOD)
    assert "One more step" in told
    assert browser.get("/").status_code == 302


def test_the_passkey_button_belongs_to_the_form_that_it_sends() -> None:
    cast.ada()
    page = Client().get("/account/login/").content.decode()
    assert re.search(r'<form id="mfa_login" [^>]*action="/account/factors/webauthn/login/"', page)
    assert re.search(r'<button[^>]* id="passkey_login"[^>]* form="mfa_login"', page)


def test_a_code_of_an_app_works_once_for_as_long_as_it_is_good(
    ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = set_up(logged_in())
    begins = (time.time() // 30 + 4) * 30  # of a half minute, a while after the setting up
    code = str(format_hotp_value(hotp_value(secret, int(begins // 30))))
    for seconds, works in ((1, True), (2, False), (35, False), (55, False)):
        now = begins + seconds
        monkeypatch.setattr(time, "time", lambda now=now: now)
        browser = logged_in()
        browser.post("/account/factors/authenticate/", {"code": code})
        assert (browser.get("/").status_code == 200) is works, seconds


def test_whoever_takes_the_last_one_off_needs_another(ada: Agent, settings: Settings) -> None:
    settings.WINGBEAT = {**settings.WINGBEAT, "two_factors_for": ("agent",)}
    browser = logged_in()
    set_up(browser)
    assert browser.get("/").status_code == 200
    browser.post("/account/factors/totp/deactivate/")
    assert not Authenticator.objects.filter(user=ada).exists()
    assert browser.get("/").headers["Location"] == "/account/factors/"
