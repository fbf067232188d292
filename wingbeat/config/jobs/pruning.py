"""Forgetting what nobody asks about any more: done jobs, and sessions that are over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from wingbeat.config.jobs.models import Job

DONE_STAY_FOR = timedelta(days=3)  # long enough to see on Monday what Friday night did
AT_ONCE = 500  # rows in one short write, so that nobody waits for it


def prune_jobs(now: datetime) -> int:
    """Delete jobs that were done some days ago; return how many."""
    return _delete(Job.objects.done_before(now - DONE_STAY_FOR))


def prune_sessions(now: datetime) -> int:
    """Delete log-in sessions that have run out; return how many."""
    return _delete(Session.objects.filter(expire_date__lt=now))


def _delete(rows: QuerySet[Any]) -> int:
    count = 0
    while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        count += rows.model.objects.filter(pk__in=some).delete()[0]
    return count
