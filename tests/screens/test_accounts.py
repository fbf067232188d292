"""Getting in: log-in and its limits, links to a new password, codes, and the doors kept shut."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import cast
from tests.channels.mail import sent
from tests.channels.mail.far_server import far_server
from wingbeat.config.jobs import working
from wingbeat.config.jobs.models import Job
from wingbeat.desk.people.models import Agent
from wingbeat.screens.setup import tokens

pytestmark = pytest.mark.django_db
NEW = {"password1": "a calmer password", "password2": "a calmer password"}


@pytest.fixture(autouse=True)
def no_tries_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def can_mail() -> None:
    """An account through which the desk could send; the mails stay in `mail.outbox`."""
    with far_server() as far:
        sent.account(cast.support(), far)


def mailed() -> list[str]:
    """Let the jobs run that were asked for; return whom mails went to."""
    while working.work_once("w", threading.Event()):
        pass
    return [address for message in mail.outbox for address in message.to]


def log_in(client: Client, password: str = "a quiet password") -> int:
    words = {"login": "ada@desk.example", "password": password}
    return client.post("/account/login/", words).status_code


def link_in_the_mail() -> str:
    found = re.search(
        r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[-1].body)
    )
    assert found is not None
    return found[1]


def is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def test_an_agent_logs_in_with_address_and_password(client: Client) -> None:
    cast.ada()
    assert log_in(client) == 302
    assert is_in(client)


def test_a_wrong_password_is_told_in_our_words_and_not_which_of_the_two_it_is(
    client: Client,
) -> None:
    cast.ada()
    for login in ("ada@desk.example", "nobody@desk.example"):
        form = {"login": login, "password": "another password"}
        page = client.post("/account/login/", form).content.decode()
        assert "This address and password do not go together." in page


def test_after_five_wrong_passwords_the_right_one_waits_too(client: Client) -> None:
    cast.ada()
    for _try in range(5):
        log_in(client, "a wrong password")
    page = client.post(
        "/account/login/", {"login": "ada@desk.example", "password": "a quiet password"}
    )
    assert page.status_code == 200
    assert "Too many failed login attempts" in page.content.decode()
    assert not is_in(client)


def test_a_stranger_cannot_lock_an_agent_out_of_their_own_browser() -> None:
    cast.ada()
    known, stranger = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.9")
    assert log_in(known) == 302
    known.post("/account/logout/")
    for _try in range(6):
        log_in(stranger, "a wrong password")
    log_in(stranger)
    assert not is_in(stranger)
    assert log_in(known) == 302
    assert is_in(known)


def test_a_known_browser_has_no_more_tries_than_others_and_knows_one_address() -> None:
    cast.ada()
    cast.max_()
    known = Client(REMOTE_ADDR="192.0.2.1")
    log_in(known)
    known.post("/account/logout/")
    for _try in range(5):
        log_in(known, "a wrong password")
    log_in(known)
    assert not is_in(known)
    for number in range(5):
        guess = {"login": "max@desk.example", "password": "wrong"}
        Client(REMOTE_ADDR=f"192.0.2.{20 + number}").post("/account/login/", guess)
    right = {"login": "max@desk.example", "password": "a quiet password"}
    fresh = Client(REMOTE_ADDR="192.0.2.50")
    fresh.cookies = known.cookies
    fresh.post("/account/login/", right)
    assert not is_in(fresh)


def test_one_computer_may_not_try_many_addresses(client: Client) -> None:
    cast.ada()
    for number in range(10):
        client.post("/account/login/", {"login": f"a{number}@desk.example", "password": "wrong"})
    log_in(client)
    assert not is_in(client)


def test_whoever_asks_too_often_is_asked_to_wait(client: Client, can_mail: None) -> None:
    answers = [
        client.post("/account/password/reset/", {"email": "ada@desk.example"}) for _try in range(6)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "A moment, please." in answers[-1].content.decode()


def test_a_mailed_link_sets_a_new_password_once_and_logs_in(client: Client, can_mail: None) -> None:
    cast.ada()
    client.post("/account/password/reset/", {"email": "Ada@desk.example"})
    assert mailed() == ["ada@desk.example"]
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (
        ["ada@desk.example"],
        "Your link to a new password",
    )
    link = link_in_the_mail()
    form = client.get(link, follow=True)
    assert "Set your password." in form.content.decode()
    client.post(form.redirect_chain[-1][0], NEW)
    assert is_in(client)
    assert Agent.objects.get(email="ada@desk.example").check_password("a calmer password")
    again = Client().get(link, follow=True)
    assert "This link works no more." in again.content.decode()


def test_a_new_password_must_be_a_good_one(client: Client, can_mail: None) -> None:
    cast.ada()
    client.post("/account/password/reset/", {"email": "ada@desk.example"})
    mailed()
    form = client.get(link_in_the_mail(), follow=True)
    weak = {"password1": "12345", "password2": "12345"}
    answer = client.post(form.redirect_chain[-1][0], weak)
    assert "too short" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("form", ["/account/password/reset/", "/account/login/code/"])
def test_forms_tell_nobody_who_works_here(client: Client, can_mail: None, form: str) -> None:
    """Not by words, not by the work that is done, and not by what is kept of it."""
    cast.ada()
    gone = cast.max_()
    gone.is_active = False
    gone.save()
    asked: list[tuple[str, list[str], int]] = []
    for name in ("ada", "eve", "max"):
        browser = Client()
        with CaptureQueriesContext(connection) as captured:
            answer = browser.post(form, {"email": f"{name}@desk.example"})
        page = browser.get(answer["Location"])
        words = re.sub(r'value="[^"]{64}"|nonce="[^"]+"', "", page.content.decode())
        tables = [query["sql"].split(" ")[0] for query in captured]
        asked.append((words.replace(name, "somebody"), tables, Job.objects.count()))
        assert mail.outbox == []
    assert asked[0][0] == asked[1][0] == asked[2][0]
    assert asked[0][1] == asked[1][1] == asked[2][1]
    assert [count for _words, _tables, count in asked] == [1, 2, 3]
    assert mailed() == ["ada@desk.example"]


def test_no_link_to_a_new_password_stands_in_a_row(client: Client, can_mail: None) -> None:
    cast.ada()
    client.post("/account/password/reset/", {"email": "ada@desk.example"})
    mailed()
    key = link_in_the_mail().rpartition("/key/")[2].strip("/").partition("-")[2]
    assert key
    assert not [job for job in Job.objects.all() if key in f"{job.args}{job.kwargs}{job.why}"]


def test_a_code_that_is_late_is_not_mailed_any_more(client: Client, can_mail: None) -> None:
    cast.lena()
    client.post("/account/login/code/", {"email": "lena@desk.example"})
    job = Job.objects.get()
    job.args[2] = "2026-01-01T12:00:00+00:00"
    job.save()
    assert mailed() == []


def test_a_desk_that_cannot_mail_says_so_before_anybody_asks(client: Client) -> None:
    for page in ("/account/password/reset/", "/account/login/code/"):
        words = client.get(page).content.decode()
        assert "cannot send mail yet" in words
        assert 'name="email"' not in words


def test_a_mail_that_cannot_leave_is_tried_again_and_told_to_nobody_who_asks(
    client: Client, settings: Settings
) -> None:
    cast.ada()
    with far_server() as far:
        sent.account(cast.support(), far)
    settings.EMAIL_BACKEND = "wingbeat.channels.mail.own_mail.DeskBackend"
    page = client.post("/account/password/reset/", {"email": "ada@desk.example"}, follow=True)
    assert "Look into your mail." in page.content.decode()
    mailed()
    job = Job.objects.get()
    assert job.state == "ready"
    assert job.why.startswith("CannotSend")


def test_a_light_agent_logs_in_with_a_code_by_mail(client: Client, can_mail: None) -> None:
    lena = cast.lena()
    lena.set_unusable_password()
    lena.save()
    client.post("/account/login/code/", {"email": "lena@desk.example"})
    assert mailed() == ["lena@desk.example"]
    code = str(mail.outbox[0].body).split()[0]
    client.post("/account/login/code/confirm/", {"code": "not-it"})
    assert not is_in(client)
    client.post("/account/login/code/confirm/", {"code": code})
    assert is_in(client)


def test_a_changed_password_logs_every_other_browser_out(client: Client) -> None:
    cast.ada()
    elsewhere = Client()
    log_in(client)
    log_in(elsewhere)
    client.post("/account/password/change/", {"oldpassword": "a quiet password", **NEW})
    assert is_in(client)
    assert not is_in(elsewhere)


def test_whoever_left_is_out_at_the_next_click(client: Client) -> None:
    ada = cast.ada()
    log_in(client)
    ada.is_active = False
    ada.save()
    assert not is_in(client)
    assert log_in(client) == 302  # to the page that says so
    assert not is_in(client)


@pytest.mark.parametrize("path", ["/account/email/", "/account/confirm-email/"])
def test_agents_cannot_give_themselves_another_address(client: Client, path: str) -> None:
    client.force_login(cast.ada())
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/account/factors/", "/account/sessions/", "/nowhere/"])
def test_every_page_speaks_the_language_its_agent_chose(client: Client, path: str) -> None:
    ada = cast.ada()
    ada.language = "ru"
    ada.save()
    client.force_login(ada)
    assert '<html lang="ru"' in client.get(path).content.decode()
    client.logout()
    assert '<html lang="en"' in client.get(path, follow=True).content.decode()


def test_whoever_logs_out_leaves_no_page_to_go_back_to(client: Client) -> None:
    cast.ada()
    assert log_in(client) == 302
    assert "Clear-Site-Data" not in client.get("/account/logout/").headers
    assert client.post("/account/logout/").headers["Clear-Site-Data"] == '"cache"'
    assert not is_in(client)


def test_nobody_signs_up(client: Client) -> None:
    words = {"email": "eve@desk.example", "password1": "a loud password"}
    assert "invites its people" in client.post("/account/signup/", words).content.decode()
    assert not Agent.objects.filter(email="eve@desk.example").exists()


def test_a_stranger_cannot_make_the_desk_hold_a_huge_form(client: Client) -> None:
    huge = {"login": "x" * (6 * 1024 * 1024), "password": "y"}
    assert client.post("/account/login/", huge).status_code == 400


def test_a_desk_without_people_leads_to_its_setup_and_never_tells_the_token(client: Client) -> None:
    token = tokens.setup_token()
    answer = client.get("/", follow=True)
    assert answer.status_code == 403
    assert "link that “wingbeat up” printed in the terminal" in answer.content.decode()
    assert token not in answer.content.decode()
    cast.ada()
    assert client.get("/account/login/").status_code == 200
