"""Promises on screen: typed by the customer's clock, kept by a click, seen by both sides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.customer.conftest import answered, link_of
from wingbeat.desk.care.promise import Promise, promise
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def test_a_promise_is_typed_by_their_clock_read_by_them_and_kept(
    desk: Client, support: Inbox
) -> None:
    conversation = cast.opened(support, cast.said(at=timezone.now()))
    Customer.objects.update(zone="Asia/Tokyo")
    message = answered(conversation)
    url = f"/conversations/{conversation.pk}/promises/"
    assert "Asia/Tokyo" in desk.get(f"{url}?message={message.pk}").content.decode()
    form = {"words": "We <b>send</b> the lamp.", "due": "2099-03-06T17:00", "message": message.pk}
    assert desk.post(url, form).status_code == 303
    row = Promise.objects.get()
    assert (row.message, f"{row.due_at:%H:%M}", row.zone) == (message, "08:00", "Asia/Tokyo")
    column = desk.get(f"/conversations/{conversation.pk}/").content.decode()
    assert "We &lt;b&gt;send&lt;/b&gt; the lamp." in column

    theirs = Client().get(link_of(conversation)).content.decode()
    assert "We &lt;b&gt;send&lt;/b&gt; the lamp, by 6 March, 17:00." in theirs
    desk.post(f"/promises/{row.pk}/keeping/")
    assert "Done on" in Client().get(link_of(conversation)).content.decode()
    assert "What we promised" not in desk.get(f"/conversations/{conversation.pk}/").content.decode()


def test_a_wrong_time_is_told_and_loses_no_word(desk: Client, support: Inbox) -> None:
    url = f"/conversations/{cast.opened(support).pk}/promises/"
    for due, told in (("soon", "2026-03-06 17:00"), ("2020-01-01T10:00", "is past")):
        page = desk.post(url, {"words": "We call you", "due": due})
        assert page.status_code == 422
        assert told in page.content.decode()
        assert "We call you" in page.content.decode()


def test_somebody_in_copy_reads_no_promise_given_to_another(support: Inbox) -> None:
    conversation = cast.opened(support, cast.said(at=timezone.now(), cc=(cast.OTTO,)))
    answered(conversation, cast.letter(to=(cast.NORA, cast.OTTO)))
    later = timezone.now() + timedelta(days=2)
    promise(conversation, "A new lamp", due_at=later, by=cast.ada(), at=timezone.now())
    assert "A new lamp" in Client().get(link_of(conversation)).content.decode()
    assert "A new lamp" not in Client().get(link_of(conversation, cast.OTTO)).content.decode()


def test_a_column_costs_the_same_whatever_was_promised(
    desk: Client, support: Inbox, ada: Agent
) -> None:
    conversation = cast.opened(support)
    counts = []
    for number in range(4):
        later = timezone.now() + timedelta(days=number + 1)
        promise(conversation, f"Thing {number}", due_at=later, by=ada, at=timezone.now())
        desk.get(f"/conversations/{conversation.pk}/")
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/conversations/{conversation.pk}/")
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_the_share_kept_stands_with_its_interval(desk: Client, support: Inbox, ada: Agent) -> None:
    begin = timezone.now() - timedelta(days=5)
    conversation = cast.opened(support, cast.said(at=begin))
    for number in range(4):
        due = begin + timedelta(days=1)
        row = promise(conversation, "A lamp", due_at=due, by=ada, at=begin)
        if number:
            row.keep(by=ada, at=begin + timedelta(hours=1))
    page = desk.get("/ends/").content.decode()
    assert "3 of 4" in page
    assert "30 % to 95 %" in page
