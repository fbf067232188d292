"""Who may not read an inbox finds none of its words, and the rail counts none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import World, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Seat = Callable[..., Any]
NORA = "nora.lind@customers.example"
SECRET = "Zwiebelgehalt"
ASKED = "Nachtigall"  # stands beside it; a page of search repeats what was asked
HR = """
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent, Membership, Team
team = Team.objects.create(name="People")
Membership.objects.create(agent=Agent.objects.get(name="Max Stone"), team=team)
Inbox.objects.create(name="HR", address="hr@desk.example").teams.add(team)
"""
TWO_DAYS_PASS = """
from datetime import timedelta
from django.db.models import F
from wingbeat.desk.conversations.conversation import Conversation
ago = timedelta(days=2)
Conversation.objects.exclude(due_at=None).update(
    due_at=F("due_at") - ago, waits_for_us_since=F("waits_for_us_since") - ago
)
"""
PLACES = (
    "/", "/?show=everything", f"/search/?q={ASKED}", f"/palette/?q={ASKED}", "/today/", "/rail/",
    "/notifications/", "/tray/", "/ends/", "/team/", "/laws/", "/laws/memory/",
)  # fmt: skip


def test_its_words_are_nowhere_and_the_rail_does_not_count_it(world: World, seat: Seat) -> None:
    world.desk.run(HR)
    ada, max_ = seat("ada"), seat("max")
    world.write(NORA, "My lamp does not light.", subject="A broken lamp")
    world.write(
        NORA, f"About my {SECRET} for {ASKED}.", subject=f"My {SECRET}", to="hr@desk.example"
    )
    wait_for(lambda: _stands_there(max_), "the mail for HR in Max's list")
    ada.locator(".row", has_text="A broken lamp").click()
    person = ada.locator("a[href*='/customers/']").first.get_attribute("href")
    theirs = max_.locator(".row", has_text=SECRET).locator("a").first.get_attribute("href")
    world.desk.run(TWO_DAYS_PASS)

    max_.goto(f"{world.address}/search/?q={ASKED}")
    assert SECRET in max_.content(), "whoever may read it finds it"
    for place in (*PLACES, person):
        ada.goto(f"{world.address}{place}")
        assert SECRET not in ada.content(), place
    ada.goto(world.address)
    counts = ada.locator("#rail-inboxes .rail-count")
    assert {count.split()[0] for count in counts.all_inner_texts()} == {"1"}, "the lamp alone"
    assert ada.request.get(f"{world.address}{theirs}").status == 404


def _stands_there(page: Any) -> bool:
    page.reload()
    return bool(page.locator(".row", has_text=SECRET).count())
