"""Many at once: in the background, each once, told, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from wingbeat.config.jobs.models import Job
from wingbeat.desk.conversations import batching
from wingbeat.desk.conversations.batch import (
    Act,
    Batch,
    CannotUndo,
    NothingChosen,
    Outcome,
    begin,
)
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.receiving import receive
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db
COLUMNS = ("state", "waits_for_us_since", "assignee_id", "team_id", "snoozed_until", "is_spam",
           "inbox_id")  # fmt: skip


@pytest.fixture
def three() -> list[Conversation]:
    inbox = cast.support(cast.ada(), cast.max_())
    orders = Inbox.objects.create(name="Orders", address="orders@desk.example")
    orders.teams.add(cast.support_team())
    return [cast.opened(inbox, cast.said(at=cast.after(hours=n))) for n in range(3)]


def what(act: Act) -> dict[str, int | str | None]:
    later = timezone.now() + timedelta(days=2)
    all_: dict[Act, dict[str, int | str | None]] = {
        Act.ASSIGN: {"agent": cast.max_().pk, "team": None},
        Act.TAG: {"tag": "many"},
        Act.UNTAG: {"tag": "old"},
        Act.SNOOZE: {"until": later.isoformat()},
        Act.END: {"reason": Reason.SPAM},
        Act.MOVE: {"inbox": Inbox.objects.get(name="Orders").pk},
    }
    return all_[act]


def done(act: Act, rows: list[Conversation], by: Agent | None = None) -> Batch:
    batch = begin(act, [row.pk for row in rows], what=what(act), by=by or cast.ada(),
                  at=timezone.now())  # fmt: skip
    batching.carry_on.func(batch.pk)
    return batch


def taken_back(batch: Batch) -> Batch:
    batch.undo(at=timezone.now())
    batching.carry_on.func(batch.pk)
    return batch


def picture() -> list[object]:
    tags = Conversation.objects.order_by("pk").values_list("pk", "taggings__tag__name")
    return [*Conversation.objects.order_by("pk").values_list("pk", *COLUMNS), *tags]


@pytest.mark.parametrize("act", list(Act))
def test_each_act_is_done_to_each_and_taken_back_whole(act: Act, three: list[Conversation]) -> None:
    ada, team = cast.ada(), cast.support_team()
    for row in three:
        row.tag("old", by=ada, at=timezone.now())
        row.assign(agent=ada, team=team, by=ada, at=timezone.now())
    three[0].snooze(until=timezone.now() + timedelta(days=1), by=ada, at=timezone.now())
    before, told = picture(), Entry.objects.count()
    batch = done(act, three)
    assert batch.outcomes == {Outcome.DONE: 3}
    assert picture() != before
    assert Entry.objects.count() >= told + 3
    assert {entry.agent_id for entry in Entry.objects.order_by("-pk")[:3]} == {ada.pk}
    taken_back(batch)
    assert batch.outcomes == {Outcome.UNDONE: 3}
    assert picture() == before


def test_it_is_a_job_committed_with_its_set(three: list[Conversation]) -> None:
    begin(Act.TAG, [three[0].pk], what={"tag": "many"}, by=cast.ada(), at=timezone.now())
    assert [job.task for job in Job.objects.all()] == [batching.carry_on.module_path]
    assert not three[0].taggings.exists()


def test_a_job_that_died_goes_on_and_does_nothing_twice(
    three: list[Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "AT_ONCE", 1)
    batch = begin(Act.TAG, [row.pk for row in three], what={"tag": "many"}, by=cast.ada(),
                  at=timezone.now())  # fmt: skip
    assert batching._some(batch)  # and here it dies
    assert batch.outcomes == {Outcome.DONE: 1, Outcome.WAITING: 2}
    batching.carry_on.func(batch.pk)
    batching.carry_on.func(batch.pk)  # a second job, as after a lease that ran out
    assert batch.outcomes == {Outcome.DONE: 3}
    assert Entry.objects.filter(kind="conversation.tagged").count() == 3


def test_what_may_not_be_read_any_more_is_refused_and_told(three: list[Conversation]) -> None:
    ada = cast.ada()
    batch = begin(Act.TAG, [row.pk for row in three], what={"tag": "many"}, by=ada,
                  at=timezone.now())  # fmt: skip
    three[1].restrict(to=[], by=cast.max_(), at=timezone.now())
    batching.carry_on.func(batch.pk)
    refused = batch.items.get(outcome=Outcome.REFUSED)
    assert refused.conversation_id == three[1].pk
    assert "cannot read it" in refused.why
    assert not three[1].taggings.exists()


def test_somebody_who_left_changes_nothing_more(three: list[Conversation]) -> None:
    batch = begin(Act.TAG, [row.pk for row in three], what={"tag": "many"}, by=cast.ada(),
                  at=timezone.now())  # fmt: skip
    Agent.objects.get_queryset().filter(pk=cast.ada().pk).update(is_active=False)
    batching.carry_on.func(batch.pk)
    assert batch.outcomes == {Outcome.REFUSED: 3}


def test_one_that_cannot_be_done_stops_no_other(three: list[Conversation]) -> None:
    three[0].end(by=cast.ada(), at=timezone.now(), reason=Reason.ANSWERED)
    batch = done(Act.END, three)
    assert batch.outcomes == {Outcome.REFUSED: 1, Outcome.DONE: 2}
    assert "already ended" in batch.items.get(outcome=Outcome.REFUSED).why


def test_what_was_so_already_is_left_so_when_it_is_taken_back(three: list[Conversation]) -> None:
    three[0].tag("many", by=cast.ada(), at=timezone.now())
    batch = done(Act.TAG, three)
    assert batch.outcomes == {Outcome.SAME: 1, Outcome.DONE: 2}
    taken_back(batch)
    assert three[0].taggings.exists()


def test_what_has_changed_since_stays_and_is_told(three: list[Conversation]) -> None:
    batch = done(Act.END, three)
    receive(three[0], cast.said("Still dark!", at=timezone.now()), by=Agent.objects.system())
    taken_back(batch)
    assert batch.outcomes == {Outcome.KEPT: 1, Outcome.UNDONE: 2}
    assert "changed since" in batch.items.get(outcome=Outcome.KEPT).why


def test_taking_back_in_the_middle_leaves_the_rest_undone(
    three: list[Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "AT_ONCE", 1)
    batch = begin(Act.TAG, [row.pk for row in three], what={"tag": "many"}, by=cast.ada(),
                  at=timezone.now())  # fmt: skip
    batching._some(batch)
    taken_back(batch)
    assert batch.outcomes == {Outcome.UNDONE: 1, Outcome.KEPT: 2}
    assert not Conversation.objects.filter(taggings__isnull=False).exists()
    with pytest.raises(CannotUndo):
        batch.undo(at=timezone.now())


def test_nothing_chosen_is_told() -> None:
    with pytest.raises(NothingChosen):
        begin(Act.TAG, [], what={"tag": "x"}, by=cast.ada(), at=timezone.now())
