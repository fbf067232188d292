"""Whether promises are kept, and whether those whom a fault affects hear it from us first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from wingbeat.laws.ethics import measure
from wingbeat.laws.ethics.policy import EthicsPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.tables import numbered
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import share_of
from wingbeat.stats.shares import jeffreys, wilson
from wingbeat.stats.survival import Durations, kaplan_meier

NEEDS = ("promises",)
MAY_USE = ("notices",)
POLICY = EthicsPolicy


def report(tables: Mapping[str, Any], policy: EthicsPolicy, *, as_of: int) -> Report:
    """Return promises kept and, where there are faults, coverage, delay, clock, asked first."""
    made = measure.promises(tables["promises"], as_of=as_of).order_by("customer").to_pyarrow()
    readings = [_kept(made.to_pydict(), policy)]
    found = {}
    if "notices" in tables:
        faults = measure.notices(tables["notices"], policy, as_of=as_of)
        delays = measure.delays(tables["notices"], as_of=as_of).order_by("fault", "seconds", "told")
        readings += _notices(faults.order_by("fault").to_pyarrow().to_pydict(), policy)
        readings.append(_delay(delays.to_pyarrow(), policy))
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


def _notices(by: Mapping[str, Sequence[int]], policy: EthicsPolicy) -> list[Reading]:
    undecided, least = int(sum(by["undecided"])), policy.least_affected
    return [
        Reading("ethics.told", _share(by, "told", "affected", least),
                "share", "promises", "exposure"),
        Reading("ethics.in_time", _share(by, "in_time", "decided", least),
                "share", "own", "clocks"),
        Reading("ethics.asked_first", _share(by, "asked", "affected", least),
                "share", "promises", "exposure", {"undecided": undecided}),
    ]  # fmt: skip


def _delay(rows: Any, policy: EthicsPolicy) -> Reading:
    n = rows.num_rows
    result: Estimate | NotEnough = NotEnough(n, policy.least_affected, of="customers")
    if n >= policy.least_affected:
        hours, told = rows["seconds"].to_numpy() / 3600, rows["told"].to_numpy() == 1
        whose = numbered(rows["fault"])
        seen = Durations.of(hours, told, whose if len(set(whose)) > 1 else None)
        found, know = kaplan_meier(seen).quantile(), int(told.sum())
        half = max(know + 1, -(-n // 2))  # whoever waits still may know later than all who know
        result = found if isfinite(found.value) else NotEnough(know, half, of="told")
    return Reading("ethics.delay", result, "hours", "promises", "open_counted")


def _share(by: Mapping[str, Sequence[int]], good: str, of: str, least: int) -> Estimate | NotEnough:
    """Estimate a share of customers; those of one fault hear the same, and speak with one voice.

    Of a single fault the interval is of its customers, and says nothing of the next fault.
    """
    there = [i for i, n in enumerate(by[of]) if n]
    k, n, faults = ([by[column][i] for i in there] for column in (good, of, "fault"))
    if sum(n) < least:
        return NotEnough(int(sum(n)), least, of="customers")
    return share_of(k, n, faults) if len(there) > 1 else wilson(int(sum(k)), int(sum(n)))
