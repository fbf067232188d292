"""Today in a real browser: a mail that came back, keys, and what is behind a closed door."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests import cast
from tests.screens.agent.browsing import leave, page_of, violations
from wingbeat.desk.care.dismissing import Dismissal
from wingbeat.desk.care.promise import promise
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.rating import rate
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACT = "[data-act]"


def waiting(inbox: Inbox, name: str, words: str = "My lamp does not light.") -> Conversation:
    """Somebody has waited for three days."""
    sender: Party = {"name": name, "address": f"{name.partition(' ')[0].lower()}@home.example"}
    at = timezone.now() - timedelta(days=3)
    return cast.opened(inbox, cast.said(sender=sender, text=words, subject=words, at=at))


def test_an_invoice_that_came_back_after_a_good_case_is_todays_first_thing(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    conversation = waiting(support, "Nora Lind", "May I have an invoice?")
    at = timezone.now() - timedelta(days=2)
    sent = conversation.reply(cast.letter(text="Here it is."), by=ada, at=at, seen=None)
    rate(conversation, conversation.customer, 5, "", by=Agent.objects.system(), at=at)
    Outgoing.objects.filter(message=sent).update(state=Delivery.BOUNCED)
    page = page_of(browser, ada, live_server.url)
    page.goto("/today/")
    first = page.locator(ACT).first
    first.get_by_text("Nora Lind").first.wait_for()
    assert "our mail of" in first.inner_text()
    assert violations(page) == []
    first.get_by_role("link").click()
    page.get_by_text("Here it is.").first.wait_for()
    leave(page)


def test_today_is_worked_through_by_keys_until_nobody_is_forgotten(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    for name in ("Nora Lind", "Otto Berg", "Iris Hall"):
        waiting(support, name)
    page = page_of(browser, ada, live_server.url)
    page.goto("/today/")
    assert page.locator(ACT).count() == 3
    page.keyboard.press("l")  # not now: the first goes
    page.locator(ACT).nth(2).wait_for(state="detached")
    page.keyboard.press("j")
    page.locator(".act-link:focus").wait_for()
    page.keyboard.press("w")  # not right: the one that has the focus goes
    page.locator(ACT).nth(1).wait_for(state="detached")
    page.keyboard.press("j")
    page.keyboard.press("Enter")  # do: the last one leads to its conversation
    page.wait_for_url("**/conversations/*/")
    page.keyboard.press("r")
    page.locator("trix-editor:focus").wait_for()
    page.keyboard.type("We send you a new one.")
    page.keyboard.press("Control+Enter")
    page.locator("trix-editor").wait_for(state="detached")
    page.goto("/today/")
    page.get_by_role("heading", name="Nobody is forgotten.").wait_for()
    assert sorted(Dismissal.objects.values_list("reason", flat=True)) == ["later", "wrong"]
    leave(page)


def test_whoever_has_no_key_to_an_inbox_reads_neither_its_words_nor_its_numbers(
    browser: Browser, live_server: Any, ada: Agent, support: Inbox
) -> None:
    ours = cast.opened(support, cast.said(sender=cast.NORA, at=timezone.now()))
    page = page_of(browser, ada, live_server.url)
    counted = ("/ends/", "/laws/", "/notifications/", "/tray/", "/views/", "/today/")
    before = [read(page, path) for path in counted]

    hidden = Inbox.objects.create(name="Complaints", address="hr@desk.example")
    secret = waiting(hidden, "Nora Lind", "Between you and me about my pay")
    at = timezone.now()
    promise(
        secret, "A raise", due_at=at + timedelta(minutes=1), by=cast.max_(),
        at=at - timedelta(days=3),
    )  # fmt: skip
    assert [read(page, path) for path in counted] == before
    for path in ("/", "/search/?q=between", f"/conversations/{ours.pk}/", "/?show=newcomers"):
        shown = read(page, path)
        assert not any(word in shown for word in ("Complaints", "about my pay", "A raise")), path
    page.keyboard.press("Control+k")
    page.locator("#palette [name=q]").fill("complaints")
    page.locator("#palette .palette-nothing").wait_for()

    hidden.teams.set(support.teams.all())  # with the key, it is all there
    assert "about my pay" in read(page, "/search/?q=between")
    assert "A raise" in read(page, "/today/")
    leave(page)


def read(page: Page, path: str) -> str:
    """Return what a page says once it has fetched its parts."""
    page.goto(path, wait_until="load")
    page.locator("#rail-inboxes a", has_text="1").first.wait_for()  # it counts by itself
    return str(page.locator("body").inner_text())
