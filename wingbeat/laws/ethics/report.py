"""Whether promises are kept, and whether those whom a fault affects hear it from us first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wingbeat.laws.ethics import measure
from wingbeat.laws.ethics.policy import EthicsPolicy
from wingbeat.laws.readings import Reading, Report, Value
from wingbeat.laws.tables import numbered
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import share_of, worth
from wingbeat.stats.shares import jeffreys
from wingbeat.stats.survival import Durations, kaplan_meier

NEEDS = ("promises",)
MAY_USE = ("notices",)
POLICY = EthicsPolicy
FEW = "_few"  # how the keys of a caveat and of a sentence without a range end
ALL = "all there are"


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
    due, kept, late, early = (int(sum(made[one])) for one in ("due", "kept", "late", "early"))
    result: Estimate | NotEnough = NotEnough(due, policy.least_promises, of="promises")
    if due >= policy.least_promises:
        result = share_of(made["kept"], made["due"], made["customer"], method=jeffreys)
    oldest = round(max(made["oldest"], default=0) / 3600, 1)
    details: dict[str, Value] = {
        "late": late, "overdue": due - kept - late, "early": early, "oldest_hours": oldest,
        "oldest_days": round(oldest / 24, 1), "oldest": "days" if oldest >= 48 else "hours",
    }  # fmt: skip
    told = "ethics.kept_overdue" if oldest else ""
    if isinstance(result, NotEnough):
        told = "ethics.kept_early" if early else ""
    return Reading("ethics.kept", result, "share", "promises", "extracted", details, told)


def _notices(by: Mapping[str, Sequence[int]], policy: EthicsPolicy) -> list[Reading]:
    told, few = _share(by, "told", "affected", policy)
    timely, few_decided = _share(by, "in_time", "decided", policy)
    asked, _ = _share(by, "asked", "affected", policy)
    undecided = {"undecided": int(sum(by["undecided"]))}
    return [
        Reading("ethics.told", told, "share", "promises", "exposure" + few,
                telling=_without_range("ethics.told", told)),
        Reading("ethics.in_time", timely, "share", "own", "clocks" + few_decided,
                telling=_without_range("ethics.in_time", timely)),
        Reading("ethics.asked_first", asked, "share", "promises", "exposure" + few, undecided,
                _without_range("ethics.asked_first", asked)),
    ]  # fmt: skip


def _without_range(key: str, result: Estimate | NotEnough) -> str:
    return key + FEW if isinstance(result, Estimate) and result.method == ALL else ""


def _of_all(value: float, n: int) -> Estimate:
    """Tell what was counted of all there are: no sample of anything, so it has no range."""
    return Estimate(value, value, value, n, ALL, 1.0)


def _delay(rows: Any, policy: EthicsPolicy) -> Reading:
    n, few = rows.num_rows, FEW
    result: Estimate | NotEnough = NotEnough(n, policy.least_affected, of="customers")
    if n >= policy.least_affected:
        hours, told = rows["seconds"].to_numpy() / 3600, rows["told"].to_numpy() == 1
        whose = numbered(rows["fault"])
        few = _speaks_from(np.bincount(whose), policy)
        found = kaplan_meier(Durations.of(hours, told, None if few else whose)).quantile()
        found, know = _of_all(found.value, n) if few else found, int(told.sum())
        half = max(know + 1, -(-n // 2))  # whoever waits still may know later than all who know
        result = found if isfinite(found.value) else NotEnough(know, half, of="told")
    at_once = isinstance(result, Estimate) and result.low == result.high
    telling = "ethics.delay_at_once" if at_once else ""
    telling = _without_range("ethics.delay", result) or telling
    return Reading("ethics.delay", result, "hours", "promises", "open_counted" + few, {}, telling)


def _share(
    by: Mapping[str, Sequence[int]], good: str, of: str, policy: EthicsPolicy
) -> tuple[Estimate | NotEnough, str]:
    """Estimate a share of customers, and say what its range speaks of."""
    k, n, faults = (by[column] for column in (good, of, "fault"))
    if sum(n) < policy.least_affected:
        counted = "decided" if of == "decided" else "customers"
        return NotEnough(int(sum(n)), policy.least_affected, of=counted), FEW
    if few := _speaks_from(n, policy):
        return _of_all(sum(k) / sum(n), int(sum(n))), few
    return share_of(k, n, faults), ""


def _speaks_from(sizes: ArrayLike, policy: EthicsPolicy) -> str:
    """Say how the caveat ends: those of one fault hear the same, and speak with one voice.

    Where all faults are worth fewer than the policy's number of equal ones, they tell nothing of
    the next: then the number is of these customers alone and has no range, and the caveat says so.
    """
    return FEW if worth(sizes) < policy.least_faults - 1e-9 else ""
