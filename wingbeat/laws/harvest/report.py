"""What each act is followed by on this desk, and how often a good word comes back for one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from wingbeat.laws.harvest import measure
from wingbeat.laws.harvest.policy import HarvestPolicy
from wingbeat.laws.readings import Reading, Report, Value, together
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.clusters import share_of
from wingbeat.stats.lift import Stratum, chance, crowding, lift

NEEDS = ("messages", "ratings")
MAY_USE = ("conversations", "business_events")
POLICY = HarvestPolicy
UNIT = "difference of shares"


def report(tables: Mapping[str, Any], policy: HarvestPolicy, *, as_of: int) -> Report:
    """Return the lift of each act on the first word after it, and on business."""
    messages, window = tables["messages"], policy.window_days * measure.DAY
    past = messages.filter(messages.at <= as_of)
    said = measure.words(
        past, tables["ratings"].filter(lambda t: t.at <= as_of),
        good_stars=policy.good_stars, bad_stars=policy.bad_stars,
    )  # fmt: skip
    outcomes: dict[str, tuple[Any, ...]] = {"word": (said, ("conversation", "customer"))}
    if "business_events" in tables:
        events = tables["business_events"].filter(lambda t: t.at <= as_of)
        outcomes["business"] = (measure.happenings(events), ("customer",))
    readings, out = [], {}
    caveat = "matching" if "conversations" in tables else "matching_turns"
    for act in policy.sown:
        seeds = measure.sown(past, act, window=window, most_turns=policy.most_turns, as_of=as_of)
        for name, (came, by) in outcomes.items():
            told = measure.followed(seeds, came, tables.get("conversations"), window=window, by=by)
            each = measure.tallied(told, "customer").to_pyarrow().to_pydict()
            change, details = compared(each, policy)
            details |= {"act": act}
            readings.append(Reading(f"harvest.{name}", change, UNIT, "strata", caveat, details))
            if name == "word":
                readings.append(_each(act, each, policy))
            out[f"{act}_{name}"] = measure.tallied(told)
    if "business_events" not in tables:
        seen = CannotBeSeen("business_events")
        readings.append(Reading("harvest.business", seen, UNIT, "strata", caveat))
    return Report(tuple(together(readings, partial(verdict, level=policy.level))), out)


def verdict(found: Estimate, p: float, *, level: float) -> dict[str, Value]:
    """Say what an act does where chance is small and the interval holds no zero, too."""
    side = "more" if found.value > 0 else "less"
    return {"verdict": side if p < 1 - level and found.excludes(0) else "not shown"}


def compared(
    each: Mapping[str, Any], policy: HarvestPolicy
) -> tuple[Estimate | NotEnough, dict[str, Any]]:
    """Return the difference an act makes, with its chance among the details, or how many lack.

    Columns: `stratum, customer, n, a, m, b`, as `tallied` makes them.
    """
    rows = list(zip(*(map(int, each[name]) for name in "namb"), strict=True))
    sums: dict[str, Stratum] = {}
    for stratum, one in zip(each["stratum"], rows, strict=True):
        n, a, m, b = sums.get(stratum, (0, 0, 0, 0))
        sums[stratum] = (n + one[0], a + one[1], m + one[2], b + one[3])
    usable = [stratum for stratum in sums.values() if stratum[0] and stratum[2]]
    holding, without = (sum(one[side] for one in usable) for side in (0, 2))
    if (fewest := min(holding, without)) < policy.least_pairs:
        return NotEnough(fewest, policy.least_pairs, of="messages"), {}
    more, free = crowding(each["stratum"], each["customer"], rows)
    if free < 1e-9:
        return NotEnough(1, 2, of="one_customer"), {}
    p = chance(usable, inflation=more, freedom=free)
    return lift(usable, inflation=more, freedom=free, level=policy.level), {
        "p": p, "with_act": holding, "without": without,
    }  # fmt: skip


def _each(act: str, each: Mapping[str, Any], policy: HarvestPolicy) -> Reading:
    """On how many of the acts a good word came next; one customer's acts are weighed together."""
    acts, least = int(sum(each["n"])), policy.least_pairs
    share: Estimate | NotEnough = NotEnough(acts, least, of="acts")
    if acts >= least:
        share = share_of(each["a"], each["n"], each["customer"], level=policy.level)
    return Reading("harvest.each", share, "share", "own", "share_alone", {"act": act})
