"""A person's page quotes what they keep of us, whatever the number of conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.desk.insights.lives import caught_up
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def test_the_page_quotes_the_strongest_moment_and_the_last_at_one_price(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    counts = []
    for turn in range(2):
        for _number in range(10):
            begin = timezone.now() - timedelta(days=5)
            conversation = cast.opened(support, cast.said(at=begin))
            at = begin + timedelta(days=3 if turn else 4)
            conversation.reply(cast.letter("A <new> one."), by=ada, at=at, seen=None)
        url = f"/customers/{conversation.customer_id}/"
        caught_up()
        desk.get(url)
        with CaptureQueriesContext(connection) as captured:
            page = desk.get(url).content.decode()
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert "Nobody answered when an answer was due" in page
    assert "How we parted" in page
    assert "A &lt;new&gt; one." in page
