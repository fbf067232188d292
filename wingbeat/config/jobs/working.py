"""Running jobs: lease some, make their calls one after the other, say what became of each."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import TaskContext

from wingbeat.config.jobs import leasing
from wingbeat.config.jobs.backend import result_of
from wingbeat.config.jobs.models import Job
from wingbeat.config.running.bells import Bell

log = logging.getLogger(__name__)
LOOKS_AGAIN_AFTER = 5.0  # seconds: a bell may be missed, and failed jobs become due without one


def worker_name() -> str:
    """Return a name that no other worker has, in any process on any host."""
    host = socket.gethostname()[:40]
    return f"{host}:{os.getpid()}:{threading.get_ident() % 1_000_000}"


def work(stop: threading.Event, bell: Bell) -> None:
    """Run jobs until told to stop. The one that runs is finished; the others are handed back."""
    name = worker_name()
    while not stop.is_set():
        if not work_once(name, stop):
            bell.wait(LOOKS_AGAIN_AFTER)
            close_old_connections()


def work_once(name: str, stop: threading.Event) -> int:
    """Lease a batch and run it; return how many jobs were begun."""
    jobs = leasing.lease(name, now=timezone.now())
    begun = 0
    if jobs:
        with kept_alive(name):
            while jobs and not stop.is_set():
                _run(jobs.pop(0))
                begun += 1
        leasing.hand_back(jobs)
    return begun


@contextmanager
def kept_alive(name: str) -> Iterator[None]:
    """Renew a worker's leases from beside, so that a long job is not taken for a dead one."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(leasing.LEASE.total_seconds() / 3):
            leasing.renew(name, now=timezone.now())
        connection.close()

    thread = threading.Thread(target=renew, name=f"leases of {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _run(job: Job) -> None:
    try:
        _call(job)
    except Exception as error:
        log.exception("Job %s (%s) failed, attempt %d", job.pk, job.task, job.attempts)
        leasing.fail(job, f"{type(error).__name__}: {error}", now=timezone.now())
    else:
        if not leasing.finish(job, now=timezone.now()):
            log.warning("Job %s (%s) outlived its lease and may run twice", job.pk, job.task)


def _call(job: Job) -> None:
    task = import_string(job.task)
    first = [TaskContext(task_result=result_of(job, task))] if task.takes_context else []
    task.func(*first, *job.args, **job.kwargs)
