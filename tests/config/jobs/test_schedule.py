"""The schedule: every call once when it is due, whoever makes it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.module_loading import import_string

from tests import cast
from tests.cast import NOON, after
from wingbeat.config.jobs import pruning, schedule, waking
from wingbeat.config.jobs.models import Job, JobState, LastRun
from wingbeat.config.jobs.schedule import SCHEDULE, Keeper, Scheduled

calls: list[str] = []
GO_ON = threading.Event()
HOURLY = Scheduled("hourly", timedelta(hours=1), "tests.config.jobs.test_schedule.call")
BROKEN = Scheduled("broken", timedelta(hours=1), "tests.config.jobs.test_schedule.break_down")


def call(_now: datetime) -> None:
    calls.append("called")


def break_down(_now: datetime) -> None:
    raise RuntimeError("this call always fails")


def test_every_name_is_there_once_and_every_call_exists() -> None:
    assert len({scheduled.name for scheduled in SCHEDULE}) == len(SCHEDULE)
    for scheduled in SCHEDULE:
        assert callable(import_string(scheduled.call)), scheduled.name


@pytest.mark.django_db
def test_a_call_is_made_at_once_and_then_when_it_is_due() -> None:
    calls.clear()
    keeper = Keeper([HOURLY])
    made = [
        len(keeper.run_due(now=after(minutes=minutes), stop=GO_ON)) for minutes in (0, 59, 60, 61)
    ]
    assert made == [1, 0, 1, 0]
    assert len(calls) == 2


@pytest.mark.django_db
def test_of_two_processes_one_makes_the_call() -> None:
    first, second = Keeper([HOURLY]), Keeper([HOURLY])
    assert first.run_due(now=NOON, stop=GO_ON) == ["hourly"]
    assert second.run_due(now=NOON, stop=GO_ON) == []
    assert second.run_due(now=after(hours=1), stop=GO_ON) == ["hourly"]
    assert first.run_due(now=after(hours=1, minutes=1), stop=GO_ON) == []
    assert first.run_due(now=after(hours=2), stop=GO_ON) == ["hourly"]


@pytest.mark.django_db
def test_a_call_that_fails_is_told_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    calls.clear()
    assert Keeper([BROKEN, HOURLY]).run_due(now=NOON, stop=GO_ON) == ["broken", "hourly"]
    assert calls == ["called"]
    assert "this call always fails" in caplog.text


@pytest.mark.django_db
def test_a_schedule_that_nobody_keeps_is_noticed() -> None:
    LastRun.objects.create(name=SCHEDULE[0].name, at=NOON)
    assert schedule.overdue(now=after(seconds=100)) == []
    assert schedule.overdue(now=after(hours=1)) == [SCHEDULE[0].name]


@pytest.mark.django_db
def test_snoozed_conversations_wake_when_their_time_has_come() -> None:
    ada = cast.ada()
    conversation = cast.opened(cast.support(ada))
    conversation.snooze(until=after(hours=1), by=ada, at=NOON)
    other = cast.opened(cast.support(ada))
    other.snooze(until=after(days=2), by=ada, at=NOON)
    assert waking.wake_conversations(after(hours=2)) == 1
    conversation.refresh_from_db()
    other.refresh_from_db()
    assert conversation.snoozed_until is None
    assert other.snoozed_until == after(days=2)


@pytest.mark.django_db
def test_done_jobs_are_forgotten_after_some_days_and_no_others() -> None:
    def job(state: JobState, days: int) -> Job:
        at = timezone.now() - timedelta(days=days)
        return Job.objects.create(
            task="x", state=state, enqueued_at=at, run_after_at=at, finished_at=at
        )

    job(JobState.DONE, 4)
    kept = {job(JobState.DONE, 2).pk, job(JobState.POISON, 90).pk}
    assert pruning.prune_jobs(timezone.now()) == 1
    assert set(Job.objects.values_list("pk", flat=True)) == kept


@pytest.mark.django_db
def test_sessions_that_are_over_are_forgotten() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    assert pruning.prune_sessions(timezone.now()) == 1
    assert Session.objects.get().session_key == "new"
