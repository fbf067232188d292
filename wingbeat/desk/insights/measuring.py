"""Measuring the desk: at night, or when an owner asks, in a process of its own.

How a run goes stands in the journal, so every process of the desk can tell it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wingbeat.desk.insights.extracting import extract
from wingbeat.desk.insights.reading import Reading
from wingbeat.desk.insights.scopes import DESK, Scope, scopes
from wingbeat.desk.journal.models import Cursor, Entry
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

LAWS = ("first_impression", "memory", "decay", "support")  # those that have a page
RUNS = (Kind.LAWS_ASKED, Kind.LAWS_BEGUN, Kind.LAWS_MEASURED, Kind.LAWS_FAILED)
NIGHT = range(2, 6)  # hours of the desk's own clock
A_DAY, AN_HOUR = timedelta(hours=20), timedelta(hours=1)
WEEKS = 12  # looked back over in a desk's first run, so that its charts have a past
SPAN_DAYS = 90
MEGABYTES = 1_000
PREFIX = "laws-"  # of the folder that a run works in
MODULE = "wingbeat.analytics.nightly"
_ROOT = Path(__file__).parents[3]
Tell = Callable[[int, int], None]


class RunFailed(RuntimeError):
    """The run came to no end; `code` says why, in a word."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"The laws could not be measured: {code}.")


@dataclass(frozen=True, slots=True)
class Run:
    """How the latest run stands."""

    kind: str
    at: datetime
    facts: Mapping[str, Any]

    @property
    def state(self) -> str:
        """Return asked, begun, measured or failed."""
        return self.kind.partition(".")[2]

    @property
    def why(self) -> str:
        return str(self.facts.get("code", ""))

    @property
    def done(self) -> int:
        return Reading.objects.loaded(self.at)


def latest_run() -> Run | None:
    """Return the latest thing that is told of a run."""
    told = Entry.objects.filter(conversation_id__isnull=True, kind__in=RUNS)
    row = told.order_by("-at", "-pk").values_list("kind", "at", "facts").first()
    return Run(*row) if row else None


def is_due(run: Run | None, now: datetime) -> bool:
    """Say whether a run is to begin: it was asked for, or it is night and today had none."""
    if run is None:
        return timezone.localtime(now).hour in NIGHT
    if run.kind == Kind.LAWS_ASKED:
        return True
    if run.kind in {Kind.LAWS_BEGUN, Kind.LAWS_FAILED}:  # one that died told nobody
        return run.at < now - AN_HOUR
    return run.at < now - A_DAY and timezone.localtime(now).hour in NIGHT


@transaction.atomic
def ask(*, by: Agent, at: datetime) -> None:
    """Let the laws be measured as soon as the desk gets to it; asking twice is asking once."""
    run = latest_run()
    if run is None or run.kind not in {Kind.LAWS_ASKED, Kind.LAWS_BEGUN}:
        record(Kind.LAWS_ASKED, by=by, at=at)


def measure_when_due(now: datetime) -> int:
    """Measure if it is time; return 1 if a run was begun. A failure is told, and tried again."""
    if not is_due(latest_run(), now):
        return 0
    try:
        measure(now, only_if_due=True)
    except RunFailed:
        return 0
    return 1


def measure(now: datetime, *, only_if_due: bool = False, tell: Tell = lambda *_: None) -> int:
    """Run the laws over this desk; return how many readings are kept, or raise `RunFailed`."""
    system, covered = Agent.objects.system(), scopes(now)
    plan = _plan(covered, now)
    of = len(plan["scopes"]) * len(plan["laws"]) * len(plan["as_of"])
    with transaction.atomic():
        Cursor.objects.get_or_create(reader="measuring")
        Cursor.objects.select_for_update().get(reader="measuring")
        if only_if_due and not is_due(latest_run(), now):  # another process was quicker
            return 0
        record(Kind.LAWS_BEGUN, by=system, at=now, facts={"of": of})
    try:
        kept = _measured(plan, covered, now, tell)
    except RunFailed as error:
        _told(Kind.LAWS_FAILED, system, {"code": error.code})
        raise
    _told(Kind.LAWS_MEASURED, system, {"readings": kept})
    return kept


@transaction.atomic
def _told(kind: Kind, by: Agent, facts: dict[str, int | str]) -> None:
    record(kind, by=by, at=timezone.now(), facts=dict(facts))


def _plan(covered: Mapping[str, Scope], now: datetime) -> dict[str, Any]:
    return {
        "scopes": {
            name: None if name == DESK else [str(pk) for pk in scope.inbox_ids]
            for name, scope in covered.items()
        },
        "laws": LAWS,
        "as_of": [int(at.timestamp()) for at in _times(now)],
        "days": SPAN_DAYS,
        "megabytes": MEGABYTES,
    }


def _times(now: datetime) -> list[datetime]:
    """Return now and, in a first run, the weeks of which nothing is known: pages speak at once."""
    if Reading.objects.filter(at__lt=now).exists():
        return [now]
    return [now - timedelta(weeks=week) for week in range(WEEKS + 1)]


def _measured(
    plan: Mapping[str, Any], covered: Mapping[str, Scope], now: datetime, tell: Tell
) -> int:
    kept = 0
    _clear_away()
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=settings.HOME) as name:
        folder = Path(name)
        extract(folder, covered[DESK].inbox_ids, now=now)
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        waiting: list[dict[str, Any]] = []
        for line in _child(folder):
            if "done" not in line:
                waiting.append(line)
                continue
            kept += _keep(waiting, covered, now)
            waiting = []
            tell(line["done"], line["of"])
    return kept


def _clear_away() -> None:
    """Remove what a run left that was killed: the ids of customers who may be erased by now."""
    latest = time.time() - 2 * AN_HOUR.total_seconds()  # no run takes as long
    for folder in settings.HOME.glob(f"{PREFIX}*"):
        if folder.stat().st_mtime < latest:
            shutil.rmtree(folder, ignore_errors=True)


def _child(folder: Path) -> Iterator[dict[str, Any]]:
    """Run the program beside the desk, and yield what it tells."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-P", "-m", MODULE, str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        alarm = threading.Timer(AN_HOUR.total_seconds(), child.kill)
        alarm.start()
        try:
            for line in child.stdout or ():
                yield json.loads(line)
            code = child.wait()
        finally:
            alarm.cancel()
            child.kill()
    if code != 0:
        raise RunFailed("stopped" if code < 0 else "memory" if code == 1 else f"code {code}")


@transaction.atomic
def _keep(rows: list[dict[str, Any]], covered: Mapping[str, Scope], now: datetime) -> int:
    """Keep a law's readings; those of an earlier run for the same time give way."""
    made = [_row(row, covered[row["scope"]], now) for row in rows]
    for one in made[:1]:
        before = Reading.objects.of_scope(one.team_id, one.law)
        day = one.as_of_at.date()
        gone = [row.pk for row in before if row.as_of_at.date() == day]
        Reading.objects.filter(pk__in=gone).delete()
    Reading.objects.bulk_create(made)
    return len(made)


def _row(row: dict[str, Any], scope: Scope, now: datetime) -> Reading:
    about = ("scope", "law", "as_of", "policy", "version", "key")
    told = {name: value for name, value in row.items() if name not in about}
    return Reading(
        team_id=scope.team_id, inbox_ids=list(scope.inbox_ids), law=row["law"],
        version=row["version"], policy=row["policy"], key=row["key"],
        as_of_at=datetime.fromtimestamp(row["as_of"], UTC), at=now, told=told,
    )  # fmt: skip
