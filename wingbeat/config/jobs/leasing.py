"""Leases: a worker takes jobs for a while; what a dead worker held becomes free by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from wingbeat.config.jobs.models import Job, JobQuerySet, JobState

LEASE = timedelta(seconds=60)  # renewed while its worker lives, so this is the wait after a crash
BATCH = 10
# How long to wait after each failure. A mail server or a disk that is gone for a night comes back
# within this; what fails for longer needs a person.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
LONGEST_WHY = 2_000


def lease(worker: str, *, now: datetime) -> list[Job]:
    """Take up to ten jobs that may begin; nobody else gets them while the lease is renewed."""
    free_abandoned(now)
    if not Job.objects.ready(now).exists():  # without asking for the write lock
        return []
    with transaction.atomic():
        jobs = list(Job.objects.ready(now).select_for_update(skip_locked=True)[:BATCH])
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
            state=JobState.RUNNING, worker=worker, lease_until_at=now + LEASE,
            attempts=F("attempts") + 1,
        )  # fmt: skip
    for job in jobs:
        job.state, job.worker, job.attempts = JobState.RUNNING, worker, job.attempts + 1
    return jobs


def renew(worker: str, *, now: datetime) -> int:
    """Say that a worker lives; return how many jobs it holds."""
    return Job.objects.held_by(worker).update(lease_until_at=now + LEASE)


def finish(job: Job, *, now: datetime) -> bool:
    """Mark a job done; False if its lease ran out meanwhile and somebody else has it."""
    return bool(_held(job).update(state=JobState.DONE, finished_at=now, why=""))


def fail(job: Job, why: str, *, now: datetime) -> bool:
    """Put a failed job back for later, or into the tray when it has failed every time."""
    why = why[:LONGEST_WHY]
    if job.attempts > len(PAUSES):
        return bool(_held(job).update(state=JobState.POISON, finished_at=now, why=why))
    later = now + PAUSES[job.attempts - 1]
    return bool(_held(job).update(state=JobState.READY, run_after_at=later, why=why))


def hand_back(jobs: list[Job]) -> None:
    """Free jobs that were leased and not begun; this attempt does not count."""
    for job in jobs:
        _held(job).update(state=JobState.READY, attempts=F("attempts") - 1)


def free_abandoned(now: datetime) -> None:
    """Free the jobs of dead workers. One that kills its worker each time goes to the tray."""
    for job in Job.objects.abandoned(now).order_by("lease_until_at")[:BATCH]:
        why = f"Its worker ({job.worker}) stopped in the middle of it, {job.attempts} times."
        changes = {"state": JobState.READY, "run_after_at": now}
        if job.attempts > len(PAUSES):
            changes = {"state": JobState.POISON, "finished_at": now, "why": why}
        Job.objects.abandoned(now).filter(pk=job.pk, attempts=job.attempts).update(**changes)


def _held(job: Job) -> JobQuerySet:
    return Job.objects.held_by(job.worker).filter(pk=job.pk, attempts=job.attempts)
