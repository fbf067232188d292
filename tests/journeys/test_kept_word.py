"""A question named before the send, a promise tracked, kept, and read by its customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]
# What they ask, the question that our words leave open, our words, and our promise.
TONGUES = {
    "en": (
        "Where is my invoice? Is the bulb dimmable?", "Is the bulb dimmable?",
        "Hello, the invoice is in your mail since this morning. ",
        "We will send you the new lamp by Friday.",
    ),
    "de": (
        "Wo ist meine Rechnung? Gibt es eine Anleitung für die Lampe?",
        "Gibt es eine Anleitung für die Lampe?",
        "Guten Tag, Ihre Rechnung haben wir Ihnen heute früh per Mail geschickt. ",
        "Wir melden uns bis Freitag.",
    ),
    "ru": (
        "Где мой счёт? Есть ли инструкция к лампе?", "Есть ли инструкция к лампе?",
        "Здравствуйте, счёт мы отправили вам сегодня утром на почту. ",
        "Мы ответим вам до пятницы.",
    ),
    "hu": (
        "Hol van a számlám? Van útmutató a lámpához?", "Van útmutató a lámpához?",
        "Jó napot, a számláját ma reggel elküldtük Önnek levélben. ",
        "Péntekig elküldjük az új példányt.",
    ),
}  # fmt: skip
SPEAKS = """
import sys
from wingbeat.desk.people.models import Agent
Agent.objects.filter(name="Ada Fields").update(language=sys.argv[1])
"""
TWO_WEEKS_PASS = """
from datetime import timedelta
from django.db.models import F
from wingbeat.desk.care.promise import Promise
ago = timedelta(days=14)
Promise.objects.update(at=F("at") - ago, due_at=F("due_at") - ago, warn_at=F("warn_at") - ago)
"""
PAGE_OF = """
import sys
from django.utils import timezone
from wingbeat.desk.conversations import links
from wingbeat.desk.conversations.message import Participant
person = Participant.objects.get(email=sys.argv[1])
print(f"/portal/{links.own_link(person, at=timezone.now())}/")
"""


@pytest.mark.parametrize("language", TONGUES)
def test_a_promise_is_tracked_comes_due_and_is_seen_kept_by_the_customer(
    world: World, seat: Seat, language: str
) -> None:
    asked, left, answer, promise = TONGUES[language]
    world.desk.run(SPEAKS, language)
    page = seat()
    customer = f"nora.{language}@customers.example"
    world.write(customer, asked, subject="A lamp")
    page.locator(".row").first.click()
    page.locator(".message").first.wait_for()
    page.keyboard.press("r")
    page.locator("trix-editor").click()
    page.keyboard.type(answer)
    page.locator(".hint-told .hint", has_text=left).wait_for()
    assert world.far.taken == [], "it is named before the reply leaves"

    page.keyboard.type(promise)
    page.locator(".hints-panel [value^='track:']").wait_for(state="attached")
    page.keyboard.press("F8")
    page.locator(".hints-panel [value^='track:']").press("Enter")
    page.locator(".composer-step", has_text=promise).wait_for()
    page.locator("trix-editor").focus()
    page.keyboard.press("Control+Enter")
    world.arrived()

    theirs = page.context.browser.new_page(locale=language)
    their_page = world.address + world.desk.run(PAGE_OF, customer).strip()
    line = theirs.locator(".promises li", has_text=promise.rstrip("."))  # its day follows

    def is_promised() -> bool:
        theirs.goto(their_page)
        return bool(line.count())

    wait_for(is_promised, "the promise on the customer's page")

    world.desk.run(TWO_WEEKS_PASS)
    theirs.reload()
    late = line.inner_text()  # its day has moved as well: compare with this, not with before
    page.goto(f"{world.address}/today/")
    page.locator(".today-act", has_text=promise).get_by_role("link").press("Enter")
    page.locator(".promise form button:not([formaction])").first.click()
    wait_for(lambda: _is_kept(world), "the promise kept")
    page.goto(f"{world.address}/today/")
    page.locator(".today-done").wait_for()
    theirs.reload()
    assert line.inner_text() != late, "they see that it was kept"
    theirs.close()


def _is_kept(world: World) -> bool:
    code = "from wingbeat.desk.care.promise import Promise; print(Promise.objects.get().outcome)"
    return world.desk.run(code).strip() == "kept"
