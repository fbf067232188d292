"""Jobs that the tests run."""

from __future__ import annotations

from typing import Any

from django_tasks import TaskContext, task

told: list[Any] = []


@task()
def tell(what: Any) -> None:
    told.append(what)


@task(priority=5)
def tell_first(what: Any) -> None:
    told.append(what)


@task(takes_context=True)
def tell_attempt(context: TaskContext) -> None:
    told.append(context.attempt)


@task()
def fail() -> None:
    raise RuntimeError("the server is away")
