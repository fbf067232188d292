"""What this desk's customers keep: remembered beside lived, and which weights foretell ratings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ibis
import numpy as np

from wingbeat.laws.memory import measure
from wingbeat.laws.memory.blend import Fitted, fit
from wingbeat.laws.memory.episodes import Blend
from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.laws.memory.value import MILLION
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.clusters import Floats
from wingbeat.stats.means import bounded_mean
from wingbeat.stats.shares import wilson

NEEDS = ("moments",)
MAY_USE: tuple[str, ...] = ()
POLICY = MemoryPolicy
SEED = 1996


def report(tables: Mapping[str, Any], policy: MemoryPolicy, *, as_of: int) -> Report:
    """Return what is remembered, what was lived, whom it leaves worse off, and the blend."""
    moments = _past(tables["moments"], policy, as_of)
    felt_as = ibis.memtable(measure.felt_table(policy))
    found = measure.episodes(moments, felt_as, policy)
    theirs = moments.semi_join(moments.filter(moments.kind == "rating"), "customer")
    fitted = _fitted(measure.episodes(theirs, felt_as, policy, before_rating=True), policy)
    blend = fitted.blend if isinstance(fitted, Fitted) else None
    kept = measure.remembered(found, blend)
    recalled = _recalled(kept, policy, as_of)
    now = recalled.now.to_pyarrow().to_numpy()
    felt = _lived(kept)
    strip = _strip(moments, policy, blend, as_of)
    readings = (*_kept(now, felt, strip, policy), _blend_reading(fitted))
    return Report(readings, {"episodes": kept, "memories": recalled})


def _kept(
    now: Floats, felt: Floats, strip: Mapping[float, tuple[float, float, float]],
    policy: MemoryPolicy,
) -> Iterator[Reading]:  # fmt: skip
    """Yield what is remembered, what was lived and who is worse off; each says what turns it."""
    details = {f"at_{lam:g}".replace(".", "_"): told[0] for lam, told in strip.items()}
    least, most = (end(list(strip.values()), axis=0).tolist() for end in (np.min, np.max))
    # A mean could hide the few who were hurt: each lies between the worst and the best there is.
    mean = partial(bounded_mean, lowest=-policy.loss_aversion, highest=1.0, seed=SEED)
    means = [_told(values, policy, mean) for values in (now, felt)]
    hows = [
        f"memory.{name}_turns" if isinstance(one, Estimate) and low < 0 < high else ""
        for name, one, low, high in zip(("remembered", "lived"), means, least, most, strict=False)
    ]
    unit = "memory, -2 to 1"
    yield Reading("memory.remembered", means[0], unit, "forgetting", "model", details, hows[0])
    yield Reading("memory.lived", means[1], unit, "peak_end", "model", {}, hows[1])
    below = _told(now, policy, _below)
    beyond = isinstance(below, Estimate) and not below.low <= least[2] <= most[2] <= below.high
    ends, how = {"least": least[2], "most": most[2]}, "memory.worse_off_turns" if beyond else ""
    yield Reading("memory.worse_off", below, "share", "forgetting", "model", ends, how)


def _lived(kept: Any) -> Floats:
    """Return the plain mean of what each customer felt, of those with a moment of their own."""
    by = kept.group_by("customer").aggregate(
        lived=(kept.total.sum().cast("float64") / kept.n.sum().nullif(0)) / MILLION
    )
    lived: Floats = by.filter(by.lived.notnull()).lived.to_pyarrow().to_numpy()
    return lived


def _past(moments: Any, policy: MemoryPolicy, as_of: int) -> Any:
    past = moments.filter(moments.at <= as_of)
    loose = past.filter(past.conversation.isnull()).count().to_pyarrow().as_py()
    return measure.attached(past, policy) if loose else past


def _recalled(kept: Any, policy: MemoryPolicy, as_of: int) -> Any:
    return measure.recollections(
        kept, ibis.memtable(measure.reach_table(policy)), policy, as_of=as_of
    )


def _strip(
    moments: Any, policy: MemoryPolicy, blend: Blend | None, as_of: int
) -> dict[float, tuple[float, float, float]]:
    """Return at each loss aversion the means of memory and of what was lived, and who is below."""
    found = {}
    for loss_aversion in policy.loss_aversion_strip:
        other = replace(policy, loss_aversion=loss_aversion)
        felt = measure.episodes(moments, ibis.memtable(measure.felt_table(other)), other)
        bounded = blend and replace(blend, lowest=-round(MILLION * loss_aversion))
        kept = measure.remembered(felt, bounded)
        now = _recalled(kept, other, as_of).now.to_pyarrow().to_numpy()
        a, b, c = (float(one.mean()) if len(one) else 0.0 for one in (now, _lived(kept), now < 0))
        found[loss_aversion] = a, b, c
    return found


def _told(values: Floats, policy: MemoryPolicy, what: Callable[[Floats], Estimate]) -> Any:
    n = len(values)
    enough = n >= policy.least_customers
    return what(values) if enough else NotEnough(n, policy.least_customers, of="customers")


def _below(values: Floats) -> Estimate:
    return wilson(int((values < 0).sum()), len(values))


def _fitted(found: Any, policy: MemoryPolicy) -> Fitted | NotEnough:
    """Fit the blend to rated episodes, of which each holds only what came before its rating."""
    rated = found.filter(found.rated.notnull() & (found.n > 0))
    n = int(rated.count().to_pyarrow().as_py())
    if n < policy.blend_from_ratings:
        return NotEnough(n, policy.blend_from_ratings, of="ratings")
    rows = rated.order_by("customer", "conversation", "episode").select(
        rated.customer, rated.peak / MILLION, rated.end / MILLION,
        rated.total / rated.n / MILLION, rated.rated / MILLION,
    )  # fmt: skip
    customer, *columns = rows.to_pyarrow().columns
    matrix = np.column_stack([column.to_numpy() for column in columns])
    if not np.ptp(matrix[:, 3]):  # all alike: nothing to foretell
        return NotEnough(1, 2, of="different")
    if np.linalg.matrix_rank(matrix[:, :3] - matrix[:, :3].mean(axis=0)) < len(policy.blend_prior):
        return NotEnough(1, 2, of="unlike")  # peak, end and mean go together in all of them
    whose = customer.to_pylist()
    if (raters := len(set(whose))) < policy.least_customers:
        return NotEnough(raters, policy.least_customers, of="customers")
    return fit(matrix[:, :3], matrix[:, 3], whose, policy, seed=SEED)


def _blend_reading(fitted: Fitted | NotEnough) -> Reading:
    details: dict[str, Any] = {}
    if isinstance(fitted, Fitted):
        r2 = max(fitted.r2, fitted.r2_peak_end)
        order = max(fitted.spearman, fitted.spearman_peak_end)
        used = "neither" if min(r2, order) <= 0 else "yes" if fitted.blend else "no"
        details = {
            "r2": fitted.r2, "r2_peak_end": fitted.r2_peak_end, "spearman": fitted.spearman,
            "spearman_peak_end": fitted.spearman_peak_end, "used": used,
        }  # fmt: skip
        for name, weight in zip(("peak", "end", "mean"), fitted.weights, strict=True):
            details |= {name: weight.value, f"{name}_low": weight.low, f"{name}_high": weight.high}
    result = fitted.ahead if isinstance(fitted, Fitted) else fitted
    return Reading(
        "memory.blend", result, "R2 ahead of peak-end", "peak_end", "fitted_here", details
    )
