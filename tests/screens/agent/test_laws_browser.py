"""The laws' pages in a browser: readable by machine and eye, on a desk and in a hand."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import cast
from tests.screens.agent.browsing import CONTROLS, DESKTOP, PHONE, chromium, page_of, violations
from tests.screens.agent.readings import kept, weekly
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.insights.evaluating import evaluate_news
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.journal.sealing import seal
from wingbeat.desk.people.models import Agent
from wingbeat.stats import Estimate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def measured(inbox: Inbox, ada: Agent) -> None:
    weekly(inbox, [0.5, 0.52, 0.49, 0.55, 0.7, 0.72, 0.75, 0.8])
    hours = Estimate(3.2, 2.1, 4.5, 80, "Kaplan-Meier")
    kept([inbox.pk], "first_impression.median", hours, unit="hours", caveat="closed_only",
         details={"closed_only": 2.0, "open": 4})  # fmt: skip
    better = Estimate(0.2, 0.05, 0.35, 80, "Newcombe")
    kept([inbox.pk], "first_impression.decides", better, unit="difference of shares",
         caveat="not_by_lot")  # fmt: skip
    for days, kind in ((30, Kind.HOURS_CHANGED), (9, Kind.MACRO_CHANGED)):
        at = timezone.now() - timedelta(days=days)
        Entry.objects.create(kind=kind, agent_id=ada.pk, at=at)
    for days in (9, 5):
        cast.opened(inbox, cast.said(at=timezone.now() - timedelta(days=days)))
    seal()
    evaluate_news(timezone.now())


def test_the_pages_are_readable_in_every_light_and_on_a_phone(live_server: Any) -> None:
    ada, owner = cast.ada(), cast.olga()
    measured(cast.support(ada), ada)
    pictures = os.environ.get("LAW_PICTURES")
    with chromium() as browser:
        for colors in ("light", "dark"):
            for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
                page = page_of(browser, owner, live_server.url, viewport=size, color_scheme=colors)
                for url in ("/laws/", "/laws/first_impression/"):
                    page.goto(url)
                    assert violations(page) == []
                    assert page.evaluate(CONTROLS) <= 40
                    wide = "document.documentElement.scrollWidth <= window.innerWidth"
                    assert page.evaluate(wide), f"{url} runs out of the {name}"
                    if pictures:
                        file = f"{url.strip('/').replace('/', '-')}-{name}-{colors}.png"
                        page.screenshot(path=Path(pictures, file), full_page=True)
                page.context.close()


def test_by_keys_alone_a_picture_gives_its_table(live_server: Any) -> None:
    ada, owner = cast.ada(), cast.olga()
    measured(cast.support(ada), ada)
    with chromium() as browser:
        page = page_of(browser, owner, live_server.url)
        page.goto("/laws/first_impression/")
        page.locator(".chart summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".chart table").first.is_visible()
