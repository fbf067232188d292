"""How fast this desk's things go stale, what to look after today, and what has moved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from wingbeat.laws.decay import measure
from wingbeat.laws.decay.drifting import Drift, drift
from wingbeat.laws.decay.fading import Fading, fit
from wingbeat.laws.decay.policy import DecayPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.survival import Durations, kaplan_meier

NEEDS: tuple[str, ...] = ()  # each of its readings has a table of its own
MAY_USE = ("checks", "assets", "conversations")
POLICY = DecayPolicy


def report(tables: Mapping[str, Any], policy: DecayPolicy, *, as_of: int) -> Report:
    """Return a half-life for each kind of thing, the order of upkeep, and drift."""
    readings, curves, out = [], {}, {}
    if "checks" in tables:
        out["spans"] = measure.spans(tables["checks"], as_of=as_of)
        for kind, rows in _by_kind(out["spans"]).items():
            reading, curve = _half_life(kind, rows, policy)
            readings.append(reading)
            if curve is not None:
                curves[kind] = curve
    if not readings:
        unseen = NotEnough(0, policy.least_checks, of="checks") if out else CannotBeSeen("checks")
        readings.append(Reading("decay.half_life", unseen, "days", "freshness", "metaphor"))
    if "assets" in tables:
        out["audit"] = _audit(tables["assets"], policy, as_of)
    if "assets" in tables and curves:
        out["upkeep"] = measure.upkeep(tables["assets"], _curves(curves), as_of=as_of)
        out["today"] = out["upkeep"].filter(out["upkeep"].place <= policy.ration).order_by("place")
    readings.append(_drift(tables.get("conversations"), policy, as_of))
    return Report(tuple(readings), out)


def _by_kind(lasted: Any) -> dict[str, list[tuple[float, bool, str]]]:
    kinds: dict[str, list[tuple[float, bool, str]]] = {}
    for row in lasted.order_by("kind", "asset", "seconds", "wrong").to_pyarrow().to_pylist():
        span = row["seconds"] / measure.DAY, bool(row["wrong"]), row["asset"]
        kinds.setdefault(row["kind"], []).append(span)
    return kinds


def _audit(assets: Any, policy: DecayPolicy, as_of: int) -> Any:
    """The share of things that is looked at by chance this week: each has its turn alike."""
    ids = sorted(str(one) for one in assets.id.to_pyarrow().to_pylist())
    lots = by_lot(ids, share=policy.audit_share, week=as_of // (7 * measure.DAY))
    return ibis.memtable(pa.table({"id": pa.array(lots, pa.string())}))


def by_lot(ids: Sequence[str], *, share: float, week: int) -> list[str]:
    """Draw the share of things, rounded up, that a week's lot falls on: the same whoever asks.

    >>> things = [str(n) for n in range(100)]
    >>> len(by_lot(things, share=0.02, week=1)), by_lot([], share=0.02, week=1)
    (2, [])
    """
    drawn = sorted(ids, key=lambda one: hashlib.sha256(f"{week} {one}".encode()).digest())
    return sorted(drawn[: ceil(share * len(ids))])


def _half_life(
    kind: str, rows: list[tuple[float, bool, str]], policy: DecayPolicy
) -> tuple[Reading, Fading | None]:
    days, wrong, whose = zip(*rows, strict=True)
    spans, errors, curve, telling = Durations.of(days, wrong, whose), sum(wrong), None, ""
    result: Estimate | NotEnough = NotEnough(errors, policy.least_errors, of="errors")
    details: dict[str, Any] = {"kind": kind, "wrong": errors}
    if len(rows) < policy.least_checks:
        result = NotEnough(len(rows), policy.least_checks, of="checks")
    elif errors >= policy.least_errors:
        curve = fit(spans.times, spans.ended, spans.whose)
        result = NotEnough(1, 2, of="one_thing")
    if curve is not None and not spans.is_of_one:
        result = kaplan_meier(spans).quantile(0.5)
        if not np.isfinite(result.value):  # half have not gone wrong yet: the curve foretells it
            result, telling = curve.estimate(), "decay.half_life_foretold"
        wear = curve.wear()
        details |= {"shape": wear.value, "shape_low": wear.low, "shape_high": wear.high}
    reading = Reading("decay.half_life", result, "days", "freshness", "metaphor", details, telling)
    return reading, curve


def _curves(curves: Mapping[str, Fading]) -> Any:
    rows = [{"kind": kind, "scale": c.scale, "shape": c.shape} for kind, c in curves.items()]
    return ibis.memtable(pa.Table.from_pylist(rows))


def _drift(conversations: Any, policy: DecayPolicy, as_of: int) -> Reading:
    result: Estimate | NotEnough | CannotBeSeen = CannotBeSeen("conversations")
    details: dict[str, Any] = {}
    if conversations is not None:
        rows = measure.openings_by_day(conversations, as_of=as_of).to_pyarrow().to_pylist()
        by_day = {row["day"]: row["n"] for row in rows}
        first = min(by_day, default=0)
        days = range(first, as_of // measure.DAY) if by_day else range(0)
        found = drift([float(by_day.get(day, 0)) for day in days], policy)
        result = found.change if isinstance(found, Drift) else found
        if isinstance(found, Drift):
            details = _alarms(found, first)
            details |= {"watched": policy.watch_days, "baseline": policy.baseline_days}
    is_told = isinstance(result, Estimate) and not details["alarms"]
    telling = "decay.drift_quiet" if is_told else ""
    return Reading("decay.drift", result, "ratio", "drift", "an_alarm_asks", details, telling)


def _alarms(found: Drift, first: int) -> dict[str, Any]:
    dates = [
        datetime.fromtimestamp((first + at) * measure.DAY, UTC).date().isoformat()
        for at, _ in found.alarms
    ]
    return {
        "alarms": len(dates), "false_per_year": found.false_per_year,
        "latest_alarm": dates[-1] if dates else "",
    }  # fmt: skip
