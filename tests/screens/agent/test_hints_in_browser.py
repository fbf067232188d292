"""Hints by keyboard in a real browser, in every language: named, tracked, stopped, switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests import cast
from tests.screens.agent.browsing import PHONE, leave, page_of, until, violations
from wingbeat.desk.care.hint import HintCount
from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HINT = ".hint-told .hint"


@dataclass(frozen=True)
class Tongue:
    """What is said in one language: their words, ours, and what the hints call it."""

    language: str
    asked: str
    left: str
    answer: str
    promise: str


TONGUES = (
    Tongue(
        "en", "Where is my invoice? Is the bulb dimmable?", "Is the bulb dimmable?",
        "Hello Nora, the invoice is in your mail since this morning. ",
        "We will send you the new lamp tomorrow.",
    ),
    Tongue(
        "de", "Wo ist meine Rechnung? Gibt es eine Anleitung für die Lampe?",
        "Gibt es eine Anleitung für die Lampe?",
        "Guten Tag, Ihre Rechnung haben wir Ihnen heute früh per Mail geschickt. ",
        "Wir melden uns bis morgen um 15 Uhr bei Ihnen.",
    ),
    Tongue(
        "ru", "Где мой счёт? Есть ли инструкция к лампе?", "Есть ли инструкция к лампе?",
        "Здравствуйте, счёт мы отправили вам сегодня утром на почту. ",
        "Мы ответим вам завтра до 15:00.",
    ),
    Tongue(
        "hu", "Hol van a számlám? Van útmutató a lámpához?", "Van útmutató a lámpához?",
        "Jó napot, a számláját ma reggel elküldtük Önnek levélben. ",
        "Holnap 15 óráig elküldjük az új példányt.",
    ),
)  # fmt: skip


@pytest.fixture(params=TONGUES, ids=lambda one: one.language)
def tongue(request: pytest.FixtureRequest) -> Tongue:
    return request.param  # type: ignore[no-any-return]  # a parameter


def opened(browser: Browser, address: str, agent: Agent, inbox: Inbox, asked: str) -> Page:
    conversation = cast.opened(inbox, cast.said(text=asked, at=timezone.now()))
    page = page_of(browser, agent, address)
    page.goto(f"/conversations/{conversation.pk}/")
    page.keyboard.press("r")
    page.locator("trix-editor:focus").wait_for()
    return page


def test_a_question_is_named_and_a_promise_tracked_by_keys_alone(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox, tongue: Tongue
) -> None:
    ada.language = tongue.language
    ada.save()
    page = opened(browser, live_server.url, ada, support, tongue.asked)
    page.keyboard.type(tongue.answer)
    page.locator(HINT, has_text=tongue.left).wait_for()
    assert not Outgoing.objects.exists()
    page.keyboard.type(tongue.promise)
    page.locator(".hints-panel .hint[data-hint='support.promise']").wait_for(state="attached")
    page.keyboard.press("F8")
    page.locator(".hints-panel [value^='track:']").focus()
    page.keyboard.press("Enter")
    page.locator(".composer-step", has_text=tongue.promise).wait_for()
    assert violations(page) == []
    page.locator("trix-editor").focus()
    page.keyboard.press("Control+Enter")
    until(page, Promise.objects.exists)
    assert Promise.objects.get().words == tongue.promise
    assert HintCount.objects.get(kind="support.promise").heeded == 1
    page.goto("/today/")
    page.goto(f"/conversations/{Conversation.objects.get().pk}/")
    page.locator(".customer, #customer").get_by_text(tongue.promise).first.wait_for()
    leave(page)


def test_a_placeholder_stops_the_send(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox, tongue: Tongue
) -> None:
    page = opened(browser, live_server.url, ada, support, tongue.asked)
    page.keyboard.type("{{customer.first_name}}, " + tongue.answer)
    page.locator(HINT, has_text="{{customer.first_name}}").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator(".composer-stop").wait_for()
    assert not Outgoing.objects.exists()
    leave(page)


def test_keys_lead_to_the_hints_back_to_the_words_and_switch_them_off(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    page = opened(browser, live_server.url, ada, support, TONGUES[0].asked)
    page.keyboard.type("Dear Nroa, ")
    page.locator(HINT).wait_for()
    assert page.evaluate("document.activeElement.localName") == "trix-editor"
    page.keyboard.press("F8")
    page.locator(".hint button:focus").wait_for()
    page.keyboard.press("F8")
    page.keyboard.type("hello")
    assert page.locator("trix-editor").inner_text().strip() == "Dear Nroa, hello"
    page.keyboard.press("Shift+F8")
    until(page, lambda: not Agent.objects.get(pk=ada.pk).is_coached)
    page.locator(HINT).wait_for(state="detached")
    assert "Dear Nroa, hello" in page.locator("trix-editor").inner_text()
    leave(page)


def test_nothing_flows_over_on_a_phone_and_axe_finds_nothing(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    conversation = cast.opened(support, cast.said(text=TONGUES[0].asked, at=timezone.now()))
    page = page_of(browser, ada, live_server.url, viewport=PHONE)
    page.goto(f"/conversations/{conversation.pk}/composer/reply/")
    page.locator("trix-editor").click()
    page.keyboard.type("Dear Nroa, we will send you the new lamp tomorrow.")
    page.locator(HINT).wait_for()
    page.locator(".hints-more summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
    leave(page)
