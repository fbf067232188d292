"""What a page's parts say of each other by id leads where it says, for a label and for a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests import cast
from tests.screens.addresses import RULES, address, rows_of
from tests.screens.random_desk import RandomDesk
from tests.screens.reader import Reader
from wingbeat.desk.automation.calendars import Calendar
from wingbeat.desk.people.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
POINTING = ("for", "list", "aria-labelledby", "aria-describedby")


def test_no_id_stands_twice_and_each_that_is_named_is_there() -> None:
    desk = RandomDesk.thrown(0)
    owner = Reader(next(agent for agent in desk.agents if agent.role == Role.OWNER))
    Calendar.objects.create(
        pk=1, name="Office", zone="UTC", week=[[]] * 7, by=owner.agent, at=cast.NOON
    )
    seen = 0
    for url in _pages():
        answer = owner.client.get(url)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            assert not list(_faults(page)), url
            seen += "<html" in page
    assert seen > 80, "whole pages"


def _pages() -> Iterator[str]:
    for name, rule in RULES.items():
        if rule.about in {"a key", "a link", "an empty desk"}:
            continue
        for one in rows_of(rule.about)[:2] or [None]:
            yield address(name, one)


def _faults(page: str) -> Iterator[str]:
    tree = LexborHTMLParser(page)
    ids = Counter(node.attributes["id"] for node in tree.css("[id]"))
    yield from (f"{one} stands {count} times" for one, count in ids.items() if count > 1)
    if "<html" not in page:
        return  # a part of a page may name what stands in the rest of it
    for name in POINTING:
        for node in tree.css(f"[{name}]"):
            named = (node.attributes[name] or "").split()
            yield from (f"{name} names {one}" for one in named if one not in ids)
