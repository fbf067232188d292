"""Many at once on screen: choosing, doing, watching, taking back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.screens.agent.conftest import ClientOf
from tests.screens.agent.test_lists import wait
from wingbeat.desk.conversations.batch import Batch
from wingbeat.desk.conversations.batching import carry_on
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.view import View, keep
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


def numbers() -> list[int]:
    return list(Conversation.objects.order_by("pk").values_list("pk", flat=True))


def test_chosen_rows_are_tagged_in_the_background(desk: Client, support: Inbox) -> None:
    wait(support, 3)
    first, second, _third = numbers()
    page = desk.get(f"/batches/new/?pk={first}&pk={second}&list=all.waiting")
    assert "2 conversations" in page.content.decode()
    answer = desk.post("/batches/", {"pk": [first, second], "act": "tag", "tag": "Lamp"})
    batch = Batch.objects.get()
    assert answer.headers["Location"] == f"/batches/{batch.pk}/"
    assert "0 of 2" in desk.get(f"/batches/{batch.pk}/").content.decode()
    carry_on.func(batch.pk)
    assert "2 of 2" in desk.get(f"/batches/{batch.pk}/").content.decode()
    assert set(
        Conversation.objects.filter(taggings__tag__name="lamp").values_list("pk", flat=True)
    ) == {first, second}
    desk.post(f"/batches/{batch.pk}/undoing/")
    carry_on.func(batch.pk)
    assert not Conversation.objects.filter(taggings__isnull=False).exists()


@pytest.mark.parametrize("key", ["all.waiting", "{inbox}.waiting", "view.{view}"])
def test_all_of_a_list_is_more_than_its_page(
    desk: Client, ada: Agent, support: Inbox, key: str
) -> None:
    wait(support, 60)
    view = keep(View(name="x", question="state:us", owner=ada), by=ada, at=timezone.now())
    named = key.format(inbox=support.pk, view=view.pk)
    desk.post("/batches/", {"all": "1", "list": named, "act": "end", "reason": "answered"})
    assert Batch.objects.get().items.count() == 60


@pytest.mark.parametrize("key", ["", "view.99", "99.waiting", "all.nothing"])
def test_all_of_no_list_is_nothing(desk: Client, support: Inbox, key: str) -> None:
    wait(support, 1)
    answer = desk.post("/batches/", {"all": "1", "list": key, "act": "tag", "tag": "x"})
    assert answer.status_code == 422
    assert "Choose at least one conversation." in answer.content.decode()


def test_nobody_acts_on_what_they_may_not_read(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    wait(support, 1)
    eve = Agent.objects.invite(email="eve@desk.example", name="Eve", password="x" * 12)
    form = {"pk": numbers(), "act": "tag", "tag": "x"}
    assert client_of(eve).post("/batches/", form).status_code == 422
    assert client_of(cast.lena()).post("/batches/", form).status_code == 403
    desk.post("/batches/", form)
    assert client_of(cast.max_()).get(f"/batches/{Batch.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"act": "tag", "tag": " "}, "cannot be a tag"),
        ({"act": "snooze", "until_own": "2020-01-01T09:00"}, "That time is past"),
        ({"act": "snooze"}, "Choose a day and a time"),
        ({"act": "move", "inbox": "99"}, "Choose an inbox that you read."),
        ({"act": "end", "reason": "bored"}, "Choose a reason"),
        ({"act": "assign", "whose": "cat"}, "Choose who takes them"),
        ({"act": "explode"}, "explode"),
    ],
)
def test_what_is_missing_is_told_and_the_choice_is_kept(
    desk: Client, support: Inbox, form: dict[str, str], why: str
) -> None:
    wait(support, 1)
    answer = desk.post("/batches/", {**form, "pk": numbers()})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert f'name="pk" value="{numbers()[0]}"' in answer.content.decode()
    assert not Batch.objects.exists()


def test_watching_costs_the_same_however_many(desk: Client, support: Inbox) -> None:
    counts = []
    for _round in range(2):
        wait(support, 10)
        desk.post("/batches/", {"all": "1", "list": "all.waiting", "act": "tag", "tag": "x"})
        batch = Batch.objects.latest("pk")
        carry_on.func(batch.pk)
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/batches/{batch.pk}/")
            desk.get("/batches/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_it_names_what_was_done_to_which_and_why_not(
    desk: Client, support: Inbox, client_of: ClientOf
) -> None:
    wait(support, 8)
    first, second, *_more = numbers()
    Conversation.objects.get(pk=first).tag("lamp", by=cast.ada(), at=cast.NOON)
    desk.post("/batches/", {"pk": numbers(), "act": "tag", "tag": "lamp"})
    batch = Batch.objects.get()
    Conversation.objects.get(pk=second).restrict(to=[cast.max_()], by=cast.max_(), at=cast.NOON)
    carry_on.func(batch.pk)
    page = desk.get(f"/batches/{batch.pk}/").content.decode()
    assert "<h1>Tag: lamp</h1>" in page
    assert "6 done" in page
    assert page.count("<bdi>") == 6  # five that were done, and the one that was so
    assert "and 1 more" in page
    assert "1 was so already" in page
    refused = page.partition("1 could not be done")[2]
    assert f"<span>#{second}</span>" in refused
    assert "You cannot read it any more" in refused
    assert f'action="/batches/{batch.pk}/undoing/"' in page
    assert "Tag: lamp" in desk.get("/batches/").content.decode()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"act": "assign", "whose": "nobody"}, "Assign: nobody in particular"),
        ({"act": "assign", "whose": "agent-{ada}"}, "Assign: Ada Fields"),
        ({"act": "move", "inbox": "{inbox}"}, "Move: Support"),
        ({"act": "snooze", "until_own": "2100-01-01T09:00"}, "Put aside: 01/01/2100 9 a.m."),
        ({"act": "end", "reason": "answered"}, "End: "),
    ],
)
def test_its_title_says_what_it_does(
    desk: Client, ada: Agent, support: Inbox, form: dict[str, str], told: str
) -> None:
    wait(support, 1)
    said = {key: one.format(ada=ada.pk, inbox=support.pk) for key, one in form.items()}
    page = desk.post("/batches/", {**said, "pk": numbers()}, follow=True).content.decode()
    assert told in page
