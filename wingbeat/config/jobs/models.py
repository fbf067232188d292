"""Jobs waiting, running, or given up on; and when each scheduled call was begun last."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent


class JobState(models.TextChoices):
    """Where a job is."""

    READY = "ready", _("ready")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    POISON = "poison", _("given up")


class NotInTray(ValueError):
    """The job does not wait for a person's decision."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"Job {job.pk} does not stand in the tray any more; look again.")


class JobQuerySet(models.QuerySet["Job"]):
    def ready(self, now: datetime) -> JobQuerySet:
        """Jobs that may begin, the most pressing first."""
        return self.filter(state=JobState.READY, run_after_at__lte=now).order_by(
            "-priority", "run_after_at"
        )

    def abandoned(self, now: datetime) -> JobQuerySet:
        """Jobs whose worker has not renewed its lease: it is dead, or stuck."""
        return self.filter(state=JobState.RUNNING, lease_until_at__lt=now)

    def held_by(self, worker: str) -> JobQuerySet:
        return self.filter(state=JobState.RUNNING, worker=worker)

    def done_before(self, time: datetime) -> JobQuerySet:
        return self.filter(state=JobState.DONE, finished_at__lt=time)

    def in_tray(self) -> JobQuerySet:
        """Jobs that failed every time, for a person to look at; newest first."""
        return self.filter(state=JobState.POISON).order_by("-enqueued_at")


class Job(models.Model):
    """One call to make; committed with the rows that made it necessary."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.READY)
    enqueued_at = models.DateTimeField()
    run_after_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    finished_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]  # the manager answers all its questions

    class Meta:
        indexes = [
            models.Index(
                fields=["-priority", "run_after_at"], name="job_ready", condition=Q(state="ready")
            ),
            models.Index(
                fields=["lease_until_at"], name="job_leased", condition=Q(state="running")
            ),
            models.Index(fields=["finished_at"], name="job_done", condition=Q(state="done")),
            models.Index(fields=["-enqueued_at"], name="job_poison", condition=Q(state="poison")),
        ]

    @transaction.atomic
    def retry(self, *, by: Agent, at: datetime) -> None:
        """Take a job out of the tray and try it again now, with all its attempts before it.

        Raises:
            NotInTray: if somebody was quicker.
        """
        self._leave_tray(state=JobState.READY, attempts=0, run_after_at=at, why="")
        record(Kind.JOB_RETRIED, by=by, at=at)

    @transaction.atomic
    def discard(self, *, by: Agent, at: datetime) -> None:
        """Take a job out of the tray for good; why it failed stays on it until it is pruned.

        Raises:
            NotInTray: if somebody was quicker.
        """
        self._leave_tray(state=JobState.DONE, finished_at=at)
        record(Kind.JOB_DISCARDED, by=by, at=at)

    def _leave_tray(self, **changes: object) -> None:
        if not Job.objects.in_tray().filter(pk=self.pk).update(**changes):
            raise NotInTray(self)
        self.refresh_from_db()


class LastRun(models.Model):
    """When a scheduled call was last begun, so that processes share one schedule."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
