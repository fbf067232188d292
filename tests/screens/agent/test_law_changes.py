"""What changed at a desk is marked in the pictures of its laws, and named below them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.readings import SHARE, kept, page_of, weekly
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.macros.models import Macro
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def test_a_change_is_marked_in_the_picture_and_may_go_unnoticed(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    weekly(support, [0.5, 0.5, 0.5, 0.51, 0.5])
    at = timezone.now() - timedelta(days=15)
    Entry.objects.create(kind=Kind.MACRO_CHANGED, agent_id=ada.pk, at=at)
    page = page_of(desk)
    assert 'class="chart-change"' in page
    assert re.search(r"macros <span class=\"quiet\">– not noticeable", page)
    assert ada.name not in page.partition("<main")[2], "what was changed, and never by whom"
    assert "<table" in page


def test_a_changed_macro_is_named_and_led_to_once_a_day_and_a_private_one_is_not(
    client_of: ClientOf, support: Inbox, ada: Agent
) -> None:
    weekly(support, [0.5, 0.5])
    begin = timezone.now() - timedelta(days=3)
    own = {"owner": None, "changed_at": begin}
    refund, other, secret = (
        Macro.objects.create(**(own | {"name": name} | more))
        for name, more in (("Refund", {}), ("Where is it?", {}), ("Mine", {"owner": cast.max_()}))
    )
    told = [(Kind.MACRO_CHANGED, {"macro": one.pk}) for one in (refund, refund, other, secret)]
    for kind, facts in (*told, (Kind.HOURS_CHANGED, {}), (Kind.HOURS_CHANGED, {})):
        Entry.objects.create(kind=kind, agent_id=ada.pk, at=begin, facts=facts)
    main = LexborHTMLParser(page_of(client_of(cast.olga()))).css_first("main")
    assert main is not None
    lines = [" ".join(one.text().split()) for one in main.css(".law-changes li")]
    assert [line[0] for line in lines] == ["A", "B"]
    assert "macros (Refund, Where is it?) – too early to tell" in lines[0]
    assert "the hours – too early to tell" in lines[1]
    links = [one.attributes["href"] for one in main.css(".law-changes a")]
    assert links == [f"/macros/{refund.pk}/", f"/macros/{other.pk}/"]


def test_many_changes_are_folded_and_without_a_picture_there_are_none(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    weekly(support, [0.5, 0.5])
    kept([support.pk], "decay.drift", SHARE, caveat="own_days")
    for days in range(6):
        at = timezone.now() - timedelta(days=6 - days)
        Entry.objects.create(kind=Kind.HOURS_CHANGED, agent_id=ada.pk, at=at)
    main = LexborHTMLParser(page_of(desk)).css_first("main")
    assert main is not None
    signs = [one.text() for one in main.css(".law-changes li strong")]
    assert signs == list("ABCDEF")
    assert [one.text() for one in main.css("details .law-changes li strong")] == list("AB")
    assert "What was changed meanwhile" not in page_of(desk, "decay")


def test_a_change_that_shows_is_called_noticeable(desk: Client, support: Inbox, ada: Agent) -> None:
    weekly(support, [0.5, 0.5, 0.5, 0.8, 0.8])
    at = timezone.now() - timedelta(days=15)
    Entry.objects.create(kind=Kind.HOURS_CHANGED, agent_id=ada.pk, at=at)
    assert "– noticeable" in page_of(desk)
