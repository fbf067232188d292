"""Leases: who holds a job, what happens when it fails, and when its worker dies."""

from __future__ import annotations

import pytest

from tests import cast
from tests.cast import NOON, after
from tests.config.jobs import tasks
from wingbeat.config.jobs import leasing
from wingbeat.config.jobs.models import Job, JobState, NotInTray
from wingbeat.desk.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    tasks.fail.enqueue()
    Job.objects.update(run_after_at=NOON)
    return Job.objects.get()


def test_a_leased_job_is_nobody_elses(job: Job) -> None:
    assert [one.pk for one in leasing.lease("first", now=NOON)] == [job.pk]
    assert leasing.lease("second", now=NOON) == []


def test_the_most_pressing_job_comes_first() -> None:
    tasks.tell.enqueue("second")
    tasks.tell_first.enqueue("first")
    Job.objects.update(run_after_at=NOON)
    assert [job.args for job in leasing.lease("w", now=NOON)] == [["first"], ["second"]]


def test_a_batch_has_ten_jobs() -> None:
    for n in range(12):
        tasks.tell.enqueue(n)
    Job.objects.update(run_after_at=NOON)
    assert len(leasing.lease("first", now=NOON)) == 10
    assert len(leasing.lease("second", now=NOON)) == 2


def test_the_job_of_a_dead_worker_becomes_free_when_its_lease_runs_out(job: Job) -> None:
    leasing.lease("dead", now=NOON)
    assert leasing.lease("second", now=NOON + leasing.LEASE) == []
    again = leasing.lease("second", now=after(seconds=61))
    assert [(one.pk, one.attempts) for one in again] == [(job.pk, 2)]


def test_a_worker_that_lives_keeps_its_lease(job: Job) -> None:
    leasing.lease("slow", now=NOON)
    assert leasing.renew("slow", now=after(seconds=40)) == 1
    assert leasing.lease("second", now=after(seconds=61)) == []


def test_who_lost_the_lease_cannot_finish_the_job(job: Job) -> None:
    [lost] = leasing.lease("slow", now=NOON)
    [held] = leasing.lease("second", now=after(seconds=61))
    assert not leasing.finish(lost, now=after(seconds=62))
    assert not leasing.fail(lost, "too late", now=after(seconds=62))
    assert leasing.finish(held, now=after(seconds=63))
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (JobState.DONE, after(seconds=63))


def test_a_job_handed_back_has_lost_no_attempt(job: Job) -> None:
    leasing.hand_back(leasing.lease("leaving", now=NOON))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.READY, 0)


def test_a_failing_job_is_tried_for_most_of_a_day_and_then_stands_in_the_tray(job: Job) -> None:
    now, pauses = NOON, []
    for _attempt in range(len(leasing.PAUSES) + 1):
        [leased] = leasing.lease("w", now=now)
        assert leasing.fail(leased, "RuntimeError: the server is away", now=now)
        job.refresh_from_db()
        pauses.append((job.run_after_at - now).total_seconds() / 60)
        now = job.run_after_at
    assert pauses[:6] == [1, 5, 15, 60, 240, 720]
    assert list(Job.objects.in_tray()) == [job]
    assert job.why == "RuntimeError: the server is away"
    assert leasing.lease("w", now=after(days=9)) == []


def test_a_job_that_kills_every_worker_stands_in_the_tray_too(job: Job) -> None:
    for hours in range(len(leasing.PAUSES) + 1):
        assert leasing.lease(f"w{hours}", now=after(hours=hours))
    assert leasing.lease("last", now=after(hours=99)) == []
    assert list(Job.objects.in_tray()) == [job]
    job.refresh_from_db()
    assert job.why == "Its worker (w6) stopped in the middle of it, 7 times."


def test_a_person_can_try_a_job_in_the_tray_again(job: Job) -> None:
    ada = cast.ada()
    Job.objects.update(state=JobState.POISON, attempts=7, why="gone")
    job.retry(by=ada, at=after(hours=1))
    assert (job.state, job.attempts, job.why) == (JobState.READY, 0, "")
    assert [one.pk for one in leasing.lease("w", now=after(hours=1))] == [job.pk]
    assert Entry.objects.get().kind == "job.retried"
    with pytest.raises(NotInTray):
        job.retry(by=ada, at=after(hours=2))


def test_a_person_can_discard_a_job_in_the_tray(job: Job) -> None:
    ada = cast.ada()
    Job.objects.update(state=JobState.POISON, attempts=7, why="gone")
    job.discard(by=ada, at=after(hours=1))
    assert (job.state, job.why) == (JobState.DONE, "gone")
    assert Entry.objects.get().kind == "job.discarded"
    with pytest.raises(NotInTray):
        job.discard(by=ada, at=after(hours=2))
