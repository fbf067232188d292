"""The example's hours, promises, views and rule stand as the product's own verbs keep them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests import cast
from wingbeat.config.demo import arranged
from wingbeat.desk.automation.calendars import Calendar
from wingbeat.desk.automation.promising import policies
from wingbeat.desk.automation.rules import RuleVersion
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.view import View

pytestmark = pytest.mark.django_db


def test_every_inbox_promises_and_knows_when_somebody_is_there() -> None:
    names = ("support", "orders", "school")
    inboxes = {n: Inbox.objects.create(name=n, address=f"{n}@desk.example") for n in names}
    arranged.promises(inboxes, by=cast.olga(), at=timezone.now())
    assert {policies()[inbox.pk].calendar for inbox in inboxes.values()} == {Calendar.objects.get()}


def test_its_views_can_be_read_and_its_rule_is_on() -> None:
    arranged.views_and_rule(by=cast.olga(), at=timezone.now())
    assert [view.reads for view in View.objects.all()] == [True, True, True]
    assert RuleVersion.objects.running().count() == 1
