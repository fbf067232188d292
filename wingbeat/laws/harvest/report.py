"""What each act is followed by on this desk, and how often a good word comes back for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wingbeat.laws.harvest import measure
from wingbeat.laws.harvest.policy import HarvestPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.families import holm
from wingbeat.stats.lift import Stratum, chance, lift
from wingbeat.stats.shares import wilson

NEEDS = ("messages", "ratings")
MAY_USE = ("conversations", "business_events")
POLICY = HarvestPolicy


def report(tables: Mapping[str, Any], policy: HarvestPolicy, *, as_of: int) -> Report:
    """Return the lift of each act on the first word after it, and on business."""
    messages, window = tables["messages"], policy.window_days * measure.DAY
    past = messages.filter(messages.at <= as_of)
    said = measure.words(
        past, tables["ratings"].filter(lambda t: t.at <= as_of),
        good_stars=policy.good_stars, bad_stars=policy.bad_stars,
    )  # fmt: skip
    outcomes: dict[str, tuple[Any, tuple[str, ...]]] = {
        "word": (said, ("conversation", "customer"))
    }
    if "business_events" in tables:
        events = tables["business_events"].filter(lambda t: t.at <= as_of)
        outcomes["business"] = (measure.happenings(events), ("customer",))
    readings, out = [], {}
    for act in policy.sown:
        seeds = measure.sown(past, act, window=window, as_of=as_of)
        for name, (came, by) in outcomes.items():
            told = measure.followed(seeds, came, tables.get("conversations"), window=window, by=by)
            table = measure.tallied(told)
            rows = table.to_pyarrow().to_pylist()
            strata = [(int(r["n"]), int(r["a"]), int(r["m"]), int(r["b"])) for r in rows]
            change, details = compared(told, table, strata, policy)
            readings.append(
                Reading(f"harvest.{name}", change, "difference of shares", "B26", "matching",
                        {"act": act, **details})
            )  # fmt: skip
            if name == "word":
                readings.append(_each(act, strata, policy))
            out[f"{act}_{name}"] = table
    if "business_events" not in tables:
        seen = CannotBeSeen("orders")
        readings.append(Reading("harvest.business", seen, "difference", "B26", "matching"))
    return Report(tuple(together(readings, level=0.95)), out)


def together(readings: list[Reading], *, level: float) -> Iterator[Reading]:
    """Give each lift its verdict, all acts and outcomes as one family held together by Holm.

    Many acts are asked about at once; one in twenty idle ones would look like a cause.
    """
    lifts = {
        i: one.result
        for i, one in enumerate(readings)
        if "p" in one.details and isinstance(one.result, Estimate)
    }
    adjusted = dict(zip(lifts, holm([float(readings[i].details["p"]) for i in lifts]), strict=True))
    for i, one in enumerate(readings):
        if i in lifts:
            told = "more" if lifts[i].value > 0 else "less"
            verdict = told if adjusted[i] < 1 - level else "not shown"
            more: dict[str, Any] = {"verdict": verdict, "p": round(adjusted[i], 4)}
            yield replace(one, details=dict(one.details) | more)
        else:
            yield one


def compared(
    told: Any, table: Any, strata: list[Stratum], policy: HarvestPolicy
) -> tuple[Estimate | NotEnough, dict[str, Any]]:
    """Return the difference an act makes, with its chance among the details, or how many lack."""
    usable = [stratum for stratum in strata if stratum[0] and stratum[2]]
    fewest = min(sum(one[0] for one in usable), sum(one[2] for one in usable))
    details: dict[str, Any] = {"acts": sum(one[0] for one in strata), "strata": len(usable)}
    if fewest < policy.least_pairs:
        return NotEnough(fewest, policy.least_pairs, of="conversations"), details
    common = lift(usable).value
    [moved] = measure.clustered(told, table, common).to_pyarrow().to_pylist()
    more, free = 1.0, moved["customers"] - 1
    if free < 1e-9:
        return NotEnough(1, 2, of="customers"), details
    if moved["alone"]:  # a few customers may look more even than they are
        more = max(1.0, moved["spread"] / moved["alone"] * (free + 1) / free)
    p = chance(usable, inflation=more, freedom=free)
    return lift(usable, inflation=more, freedom=free), details | {"p": p}


def _each(act: str, strata: list[Stratum], policy: HarvestPolicy) -> Reading:
    acts, good = sum(n for n, _, _, _ in strata), sum(a for _, a, _, _ in strata)
    least = policy.least_pairs
    share = wilson(good, acts) if acts >= least else NotEnough(acts, least, of="acts")
    return Reading("harvest.each", share, "share", "B26", "matching", {"act": act})
