"""Workers make the calls and say what became of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.config.jobs import tasks
from wingbeat.config.jobs import leasing, working
from wingbeat.config.jobs.models import Job, JobState
from wingbeat.config.running.bells import Bell

GO_ON = threading.Event()


@pytest.fixture(autouse=True)
def told() -> Iterator[list[Any]]:
    tasks.told.clear()
    yield tasks.told
    tasks.told.clear()


@pytest.mark.django_db
def test_a_call_is_made_with_its_arguments_and_the_job_is_done(told: list[Any]) -> None:
    tasks.tell.enqueue({"conversation": 7})
    assert working.work_once("w", GO_ON) == 1
    assert told == [{"conversation": 7}]
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db
def test_a_task_may_ask_which_attempt_it_is(told: list[Any]) -> None:
    tasks.tell_attempt.enqueue()
    Job.objects.update(attempts=2)
    working.work_once("w", GO_ON)
    assert told == [3]


@pytest.mark.django_db
def test_a_failure_is_logged_and_the_next_job_is_run(
    told: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    tasks.fail.enqueue()
    tasks.tell.enqueue("next")
    with caplog.at_level(logging.ERROR):
        assert working.work_once("w", GO_ON) == 2
    failed = Job.objects.get(state=JobState.READY)
    assert failed.why == "RuntimeError: the server is away"
    assert failed.run_after_at > timezone.now()
    assert told == ["next"]
    assert "the server is away" in caplog.text


@pytest.mark.django_db
def test_a_job_whose_code_is_gone_fails_with_that_reason(caplog: pytest.LogCaptureFixture) -> None:
    tasks.tell.enqueue("x")
    Job.objects.update(task="wingbeat.nowhere.nothing")
    working.work_once("w", GO_ON)
    assert "wingbeat.nowhere" in Job.objects.get().why


@pytest.mark.django_db
def test_told_to_stop_a_worker_hands_back_what_it_has_not_begun(told: list[Any]) -> None:
    tasks.tell.enqueue("x")
    stopped = threading.Event()
    stopped.set()
    assert working.work_once("w", stopped) == 0
    assert told == []
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.READY, 0)


@pytest.mark.django_db(transaction=True)
def test_the_leases_of_a_long_job_are_renewed_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "LEASE", leasing.LEASE / 100)
    tasks.tell.enqueue("x")
    leasing.lease("w", now=timezone.now())
    before = Job.objects.get().lease_until_at
    with working.kept_alive("w"):
        deadline = time.monotonic() + 5
        while Job.objects.get().lease_until_at == before and time.monotonic() < deadline:
            time.sleep(0.05)
    after = Job.objects.get().lease_until_at
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_job(told: list[Any]) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one writer: see test_processes")
    for n in range(60):
        tasks.tell.enqueue(n)
    stop, bell = threading.Event(), Bell()

    def work() -> None:
        working.work(stop, bell)
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while Job.objects.exclude(state=JobState.DONE).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    bell.ring()
    for thread in threads:
        thread.join(10)
    assert sorted(told) == list(range(60))
