"""What customers live through with a desk that fails them, for the tests of recovery."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.laws.conftest import after, seconds
from wingbeat.laws.facts import Moment
from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.recovery import measure, shipped_policy
from wingbeat.laws.recovery.report import Rows

POLICY = shipped_policy()


def lived(who: str, day: float, kind: str, value: int) -> Moment:
    return Moment(
        customer=who, conversation=f"c-{who}", at=after(days=day), seq=0, kind=kind, value=value,
        evidence=None,
    )  # fmt: skip


def told(found: Report, key: str) -> Reading:
    return next(r for r in found.readings if r.key == key)


STORY = [
    lived("ana", 0, "answer", 200), lived("ana", 5, "farewell", 101),
    lived("ana", 10, "promise_broken", -600), lived("ana", 11, "grant", 400),
    lived("ana", 20, "thanks", 500), lived("ana", 30, "complaint", -500),  # no new story yet
    lived("bo", 0, "answer", -201), lived("bo", 10, "complaint", -500),
    lived("bo", 12, "apology", -100), lived("bo", 20, "rating", 500),
    lived("bo", 25, "complaint", -500),  # a rating speaks before it
    lived("bo", 12.5, "thanks", 500),  # grants take two days here: no longer before
    lived("cy", 10, "complaint", -500), lived("cy", 20, "answer", 200),  # nothing before
    lived("di", 0, "answer", 200), lived("di", 90, "complaint", -500),  # no aftermath yet
    lived("ed", 0, "answer", 200), lived("ed", 10, "complaint", -500),
    lived("ed", 12, "silence", -400), lived("ed", 13, "grant", 400),  # -400 is still before it,
    lived("ed", 14, "thanks", 500),  # thanks are not, and come too early; then nobody told
    lived("fa", 0, "answer", 100), lived("fa", 10, "silence", -400), lived("fa", 11, "answer", 200),
    lived("fa", 18, "silence", -400), lived("fa", 19, "grant", 400),  # too late for an answer
    lived("gus", 0, "answer", 100), lived("gus", 10, "silence", -400),
    lived("gus", 19, "step_failed", -500), lived("gus", 20, "answer", 200),  # not the same again
]  # fmt: skip


def failures(moments: Any, *, days: float) -> Any:
    return measure.failures(
        moments, as_of=seconds(after(days=days)), before_days=90, act_days=7, after_days=30
    )


def columns(found: Any) -> Rows:
    return {k: np.asarray(v) for k, v in found.to_pyarrow().to_pydict().items()}


def granted(silent: int, well: int, without: int) -> list[Moment]:
    """Customers whom something was given, of whom so many tell a good end; and others silent."""
    rows = []
    for i in range(silent + well + without):
        who = f"c{i}"
        rows += [lived(who, 0, "answer", 0), lived(who, 10, "complaint", -500)]
        rows += [lived(who, 11, "grant", 400)] if i < silent + well else []
        rows += [lived(who, 20, "rating", 500)] if i < well else []
    return rows
