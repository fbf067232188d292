"""Enqueueing: a job is a row of the caller's transaction."""

from __future__ import annotations

import pytest
from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from tests.cast import after
from tests.config.jobs import tasks
from wingbeat.config.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


def test_a_job_exists_exactly_if_the_rows_around_it_do() -> None:
    with transaction.atomic():
        tasks.tell.enqueue("lost")
        transaction.set_rollback(True)
    assert Job.objects.count() == 0
    with transaction.atomic():
        tasks.tell.enqueue(
            "kept",
        )
    assert Job.objects.get().args == ["kept"]


def test_a_result_follows_its_job() -> None:
    result = tasks.tell.enqueue("a word")
    assert result.status == TaskResultStatus.READY
    Job.objects.update(
        state=JobState.POISON, why="gone", attempts=3, worker="w", finished_at=after()
    )
    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.FAILED, 3)
    assert [error.traceback for error in result.errors] == ["gone"]


def test_an_unknown_result_says_so() -> None:
    for unknown in ("8a3c6a48-6f6b-4a4e-9b0e-000000000000", "no uuid"):
        with pytest.raises(TaskResultDoesNotExist):
            tasks.tell.get_result(unknown)


def test_a_job_can_be_put_off() -> None:
    tasks.tell.using(run_after=after(hours=1)).enqueue("later")
    assert Job.objects.ready(after()).count() == 0
    assert Job.objects.ready(after(hours=1)).count() == 1
