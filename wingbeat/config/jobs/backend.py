"""The django-tasks backend that keeps jobs in the desk's database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from wingbeat.config.jobs.models import Job, JobState

STATUS = {
    JobState.READY: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.POISON: TaskResultStatus.FAILED,
}


class LeasedBackend(BaseTaskBackend):
    """Enqueueing writes a row in the caller's transaction: both are committed, or neither is.

    Jobs may run twice (a worker can die between the work and saying so), so each has to bear it.
    What a job returns is not kept.
    """

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        now = timezone.now()
        job = Job.objects.create(
            task=task.module_path, args=normalize_json(list(args)), kwargs=normalize_json(kwargs),
            queue=task.queue_name, priority=task.priority, enqueued_at=now,
            run_after_at=task.run_after or now,
        )  # fmt: skip
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        try:
            job = Job.objects.get(pk=UUID(result_id))
        except (Job.DoesNotExist, ValidationError, ValueError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return result_of(job, import_string(job.task))


def result_of(job: Job, task: Task[Any, Any]) -> TaskResult[Any]:
    """Return a job as django-tasks shows it to its caller."""
    errors = [TaskError(exception_class_path="builtins.Exception", traceback=job.why)]
    return TaskResult(
        task=task, id=str(job.pk), status=STATUS[JobState(job.state)], enqueued_at=job.enqueued_at,
        started_at=None, last_attempted_at=None, finished_at=job.finished_at, args=job.args,
        kwargs=job.kwargs, backend=task.backend, errors=errors if job.why else [],
        worker_ids=[job.worker] * job.attempts,
    )  # fmt: skip
