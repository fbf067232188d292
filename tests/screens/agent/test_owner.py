"""Whatever came in is somebody's: its menu says whose, until somebody takes it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import cast
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def told(desk: Client, number: int) -> str:
    assert (
        f"/conversations/{number}/assignment/choices/"
        in desk.get(f"/conversations/{number}/").content.decode()
    )
    page = desk.get(f"/conversations/{number}/assignment/choices/").content.decode()
    _before, mark, after = page.partition("data-owner>")
    return after.partition("<")[0] if mark else ""


def test_a_page_says_whose_it_is_until_somebody_takes_it(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    conversation = cast.opened(support)
    assert told(desk, conversation.pk) == "Support answers for it until somebody takes it."
    conversation.assign(agent=ada, team=None, by=ada, at=cast.after(hours=1))
    assert told(desk, conversation.pk) == ""
