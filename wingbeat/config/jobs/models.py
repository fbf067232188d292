"""Jobs waiting, running, or given up on; and when each scheduled one ran last."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job is."""

    READY = "ready", _("ready")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    POISON = "poison", _("given up")


class JobQuerySet(models.QuerySet["Job"]):
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
            models.Index(fields=["-priority", "run_after_at"], name="job_ready", condition=Q(state="ready")),
            models.Index(fields=["lease_until_at"], name="job_leased", condition=Q(state="running")),
            models.Index(fields=["finished_at"], name="job_done", condition=Q(state="done")),
            models.Index(fields=["-enqueued_at"], name="job_poison", condition=Q(state="poison")),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.state})"


class LastRun(models.Model):
    """When a scheduled job was last begun, so that processes share one schedule."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
