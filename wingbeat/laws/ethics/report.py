"""Whether promises are kept, and whether those whom a fault affects hear it from us first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from wingbeat.laws.ethics import measure
from wingbeat.laws.ethics.policy import EthicsPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import share_of
from wingbeat.stats.shares import jeffreys, wilson
from wingbeat.stats.survival import Durations, kaplan_meier

NEEDS = ("promises",)
MAY_USE = ("notices",)
POLICY = EthicsPolicy
Rows = Sequence[Mapping[str, Any]]


def report(tables: Mapping[str, Any], policy: EthicsPolicy, *, as_of: int) -> Report:
    """Return promises kept and, where there are faults, coverage, delay, clock, asked first."""
    made = measure.promises(tables["promises"], as_of=as_of).order_by("customer").to_pyarrow()
    readings = [_kept(made.to_pydict(), policy)]
    found = {}
    if "notices" in tables:
        faults = measure.notices(tables["notices"], policy, as_of=as_of)
        delays = measure.delays(tables["notices"], as_of=as_of).to_pyarrow().to_pylist()
        readings += _notices(faults.to_pyarrow().to_pylist(), policy)
        readings.append(_delay(delays, policy))
        found = {"faults": faults}
    return Report(tuple(readings), found)


def _kept(made: Mapping[str, Sequence[int]], policy: EthicsPolicy) -> Reading:
    due, kept, late = (int(sum(made[name])) for name in ("due", "kept", "late"))
    result: Estimate | NotEnough = NotEnough(due, policy.least_promises, of="promises")
    if due >= policy.least_promises:
        result = share_of(made["kept"], made["due"], made["customer"], method=jeffreys)
    oldest = round(max(made["oldest"], default=0) / 3600, 1)
    details = {"late": late, "overdue": due - kept - late, "oldest_hours": oldest}
    told = "ethics.kept_overdue" if isinstance(result, Estimate) and oldest else ""
    return Reading("ethics.kept", result, "share", "promises", "extracted", details, told)


def _notices(rows: Rows, policy: EthicsPolicy) -> list[Reading]:
    total = {c: sum(int(r[c] or 0) for r in rows)
             for c in ("affected", "told", "in_time", "decided", "asked", "undecided")}  # fmt: skip
    least = policy.least_affected
    return [
        Reading("ethics.told", _share(total["told"], total["affected"], least),
                "share", "promises", "exposure"),
        Reading("ethics.in_time", _share(total["in_time"], total["decided"], least),
                "share", "own", "clocks"),
        Reading("ethics.asked_first", _share(total["asked"], total["affected"], least),
                "share", "promises", "exposure", {"undecided": total["undecided"]}),
    ]  # fmt: skip


def _delay(rows: Rows, policy: EthicsPolicy) -> Reading:
    n = sum(int(r["ended"]) + int(r["open"]) for r in rows)
    result: Estimate | NotEnough = NotEnough(n, policy.least_affected, of="customers")
    if n >= policy.least_affected:
        hours = [r["seconds"] / 3600 for r in rows]
        seen = Durations.of_counts(hours, [r["ended"] for r in rows], [r["open"] for r in rows])
        found, told = kaplan_meier(seen).quantile(), int(seen.ended.sum())
        half = max(told + 1, -(-n // 2))  # whoever waits still may know later than all who know
        result = found if isfinite(found.value) else NotEnough(told, half, of="told")
    return Reading("ethics.delay", result, "hours", "promises", "open_counted")


def _share(k: int, n: int, least: int) -> Estimate | NotEnough:
    return wilson(k, n) if n >= least else NotEnough(n, least, of="customers")
