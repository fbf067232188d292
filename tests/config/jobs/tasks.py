"""Jobs that the tests run."""

from __future__ import annotations

import time
from pathlib import Path
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


@task()
def write_line(path: str, line: int) -> None:
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@task()
def hang_once(path: str, _line: int) -> None:
    """Hang the first time, as a worker that is killed then would leave it; then be done."""
    is_first = not Path(path).exists()
    with Path(path).open("a") as file:
        file.write("begun\n" if is_first else "done\n")
    if is_first:
        time.sleep(60)
