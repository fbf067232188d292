"""Filters in the administration: made, tried, switched on, and told of in the conversation."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.channels.mail.letters import conversation_of, mail, taken_in
from wingbeat.channels.mail.filters import MailFilter
from wingbeat.channels.mail.models import Judgement
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
LAMPS = {"name": "Lamps", "text": "subject:lamp", "do_0": "tag", "value_0": "lamp", "why": "Many"}


def now() -> float:
    """Seconds since noon of the cast's day."""
    return (timezone.now() - cast.NOON).total_seconds()


def test_a_filter_is_made_tried_switched_on_and_files_a_real_mail(owner: Client) -> None:
    cast.support(cast.ada())
    past = conversation_of(taken_in(mail(), seconds=now()))
    page = owner.post("/setup/filters/new/", LAMPS, follow=True).content.decode()
    assert (
        "When a mail would begin a conversation, and its subject holds “lamp”: tag it “lamp”."
        in page
    )
    found = MailFilter.objects.get()
    told = owner.post(f"/setup/filters/{found.pk}/switch/", {"on": "yes"}, follow=True)
    assert "Try it on past mails first" in told.content.decode()
    trial = owner.post(f"/setup/filters/{found.pk}/trial/", follow=True).content.decode()
    assert "It would have touched 1 of the latest mail." in trial
    assert f"/conversations/{past.pk}/" in trial
    owner.post(f"/setup/filters/{found.pk}/switch/", {"on": "yes"})
    raw_mail = taken_in(mail(), seconds=now())
    made = conversation_of(raw_mail)
    assert [one.tag.name for one in made.taggings.all()] == ["lamp"]
    page = owner.get(f"/conversations/{made.pk}/").content.decode()
    assert "Filed by the filter “Lamps”." in page
    assert "Filed by" not in owner.get(f"/conversations/{past.pk}/").content.decode()
    assert "It has filed 1 mail." in owner.get(f"/setup/filters/{found.pk}/").content.decode()


def test_a_trial_shows_nothing_of_what_was_moved_to_where_one_may_not_read(
    admin: Client, adam: Agent
) -> None:
    support = cast.support(cast.ada())
    moved, stays = (conversation_of(taken_in(mail(), seconds=now())) for _ in range(2))
    between = Inbox.objects.create(name="People", address="p@desk.example", is_for_team=True)
    moved.move(to=between, by=cast.ada(), at=timezone.now())
    merged = conversation_of(taken_in(mail(), seconds=now()))
    merged.merge(into=moved, by=cast.ada(), at=timezone.now())
    assert adam.inbox_ids == (support.pk,)
    admin.post("/setup/filters/new/", LAMPS)
    found = MailFilter.objects.get()
    page = admin.post(f"/setup/filters/{found.pk}/trial/", follow=True).content.decode()
    assert "It would have touched 1 of the latest mail." in page
    assert re.findall(r"/conversations/(\d+)/", page) == [str(stays.pk)]


def test_what_cannot_be_is_told_beside_its_field(owner: Client) -> None:
    wrong = owner.post("/setup/filters/new/", {**LAMPS, "text": "lamp"})
    assert wrong.status_code == 422
    assert "asks for no part of a mail" in wrong.content.decode()
    nothing = owner.post("/setup/filters/new/", {**LAMPS, "do_0": ""})
    assert "Say what it should do." in nothing.content.decode()
    assert "Stands in its history; 200 characters at most." in nothing.content.decode()
    assert "to our name" not in nothing.content.decode(), "nothing that it does is weighty"
    assert not MailFilter.objects.exists()


def test_it_is_built_of_lines_as_a_view_is_and_shows_the_same_as_text(owner: Client) -> None:
    lines = {
        "field": ["from", "size", "header.x-priority"],
        "relation": ["is", "longer", "not"],
        "value": ["@shop.example, otto", "2mb", "1"],
    }
    sent = {**LAMPS, **lines, "text": "", "was": ""}
    more = owner.post("/setup/filters/new/", {**sent, "then": "more"})
    assert more.status_code == 200
    assert [line.row.field for line in more.context["asked"].lines][:3] == lines["field"]
    assert len(more.context["asked"].lines) == 6
    assert not MailFilter.objects.exists()
    page = owner.post("/setup/filters/new/", sent, follow=True).content.decode()
    asks = "from:@shop.example,otto size&gt;2mb -header.x-priority:1"
    assert f'name="text" value="{asks}"' in page
    assert "its size is larger than “2mb” and its header x-priority does not hold “1”: tag" in page
    wrong = owner.post("/setup/filters/new/", {**sent, "value": ["a", "huge", "1"]})
    assert wrong.status_code == 422
    assert "“huge” is no size: write size&gt;2mb or size&lt;100kb." in wrong.content.decode()


def test_the_order_is_changed_on_the_list_and_history_keeps_who_wrote_what(owner: Client) -> None:
    for name in ("One", "Two"):
        owner.post("/setup/filters/new/", {**LAMPS, "name": name})
    first, second = MailFilter.objects.in_order()
    owner.post(f"/setup/filters/{second.pk}/place/")
    assert [one.name for one in MailFilter.objects.in_order()] == ["Two", "One"]
    owner.post(f"/setup/filters/{first.pk}/", {**LAMPS, "name": "One", "text": "subject:bulb"})
    page = owner.get(f"/setup/filters/{first.pk}/").content.decode()
    assert page.count("Olga Owner, ") == 2
    assert "its subject holds “bulb”" in page


def test_a_silent_mail_is_found_in_the_tray_with_its_filter(owner: Client) -> None:
    cast.support(cast.olga())
    silent = {**LAMPS, "do_0": "tray", "value_0": ""}
    owner.post("/setup/filters/new/", silent)
    found = MailFilter.objects.get()
    owner.post(f"/setup/filters/{found.pk}/trial/")
    owner.post(f"/setup/filters/{found.pk}/switch/", {"on": "yes"})
    assert taken_in(mail(), seconds=now()).judgement == Judgement.FILED
    page = owner.get("/tray/").content.decode()
    assert "a filter laid it aside" in page
    assert "Filed by the filter “Lamps”." in page


def test_the_pages_cost_the_same_however_many_there_are(owner: Client) -> None:
    cast.support(cast.ada())
    costs: list[list[int]] = []
    for turn in range(2):
        for number in range(10):
            name = f"Lamps {turn}{number}"
            owner.post("/setup/filters/new/", {**LAMPS, "name": name})
            taken_in(mail(), seconds=now())
        found = MailFilter.objects.in_order()[0]
        owner.post(f"/setup/filters/{found.pk}/trial/")
        costs.append([])
        for url in ("", f"{found.pk}/", f"{found.pk}/trial/result/"):
            with CaptureQueriesContext(connection) as captured:
                assert owner.get(f"/setup/filters/{url}").status_code == 200
            costs[-1].append(len(captured))
    assert costs[0] == costs[1]


def test_a_recipient_is_offered_from_our_addresses_and_marks_take_no_value(owner: Client) -> None:
    inbox = cast.support(cast.ada())
    page = owner.get("/setup/filters/new/").content.decode()
    offered = page.partition('<datalist id="values-to">')[2].partition("</datalist>")[0]
    assert f'<option value="{inbox.address}">' in offered
    assert 'data-takes="tray"><input type="hidden" name="value"' in page
