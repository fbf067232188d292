"""Memory over many customers, in Ibis: the same whole numbers as the fold, on any engine.

A maximum over a tuple is not the same everywhere; a maximum over one whole number is. So what
decides (strength, place) stands in a number's high digits and what is wanted (u) in its low ones:

    peak = max(|u| 2^33 + place 2 + [u > 0]),   end = max(place 2^24 + u + 2^23)
    best, worst = max(K 2^24 + |peak + end|),   latest = max(t 2^24 + peak + end + 2^23)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import pyarrow as pa

from wingbeat.laws.memory.episodes import DAY, Blend
from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.laws.memory.value import GRAIN, MILLION, reach, table

HALF, WHOLE, PLACES = 2**23, 2**24, 2**33
LOW = WHOLE - 1
# Digits are taken apart by shifts: a division would pass through floats, which hold 53 bits.


def felt_table(policy: MemoryPolicy) -> pa.Table:
    """Return the value function as a table to join: `value` (thousandths), `u` (millionths)."""
    u = table(policy.loss_aversion, policy.exponent)
    values = pa.array(range(-1000, 1001), pa.int64())
    return pa.table({"value": values, "u": pa.array(u, pa.int64())})


def reach_table(policy: MemoryPolicy) -> pa.Table:
    """Return what each |peak + end| is worth in recency: `grain`, `reach` (millionths of a day)."""
    steps = reach(policy.peak_half_life_days)
    grains = pa.array(range(len(steps)), pa.int64())
    return pa.table({"grain": grains, "reach": pa.array(steps, pa.int64())})


def attached(moments: Any, policy: MemoryPolicy) -> Any:
    """Give each moment without a conversation the latest one of its customer, if that is young."""
    placed = moments.mutate(somewhere=moments.conversation.notnull().ifelse(1, 0))
    order = [placed.at, placed.somewhere.desc(), placed.conversation, placed.seq]
    upto = ibis.window(group_by=placed.customer, order_by=order, preceding=None, following=0)
    numbered = placed.mutate(slot=placed.somewhere.sum().over(upto))
    same = ibis.window(group_by=[numbered.customer, numbered.slot])
    known = numbered.mutate(
        latest=numbered.conversation.max().over(same),
        known_at=ibis.ifelse(numbered.somewhere == 1, numbered.at, None).max().over(same),
    )
    young = known.at - known.known_at <= policy.quiet_after_days * DAY
    joined = ibis.ifelse(young, known.latest, None)
    return known.mutate(conversation=known.conversation.coalesce(joined)).drop(
        "somewhere", "slot", "latest", "known_at"
    )


def episodes(moments: Any, felt: Any, policy: MemoryPolicy, *, before_rating: bool = False) -> Any:
    """Return the episodes of all customers.

    Columns: `customer, conversation, episode` (its number in the conversation), `n`, `total` (sum
    of u), `peak, end`, `rated` (u of the latest rating, or nothing; it is no part of the rest),
    `opened, latest` (seconds since 1970). u in millionths. With `before_rating` what came after the
    latest rating is no part of them either: it foretells nothing.
    """
    t = _numbered(moments, felt, policy)
    own = ~t.rating
    if before_rating:
        whole = ibis.window(group_by=[t.customer, t.conversation, t.episode])
        own &= t.place < t.place.max(where=t.rating).over(whole)
    t = t.mutate(own=own)
    place, u = t.place.cast("int64"), t.u.cast("int64")
    ending = place * WHOLE + u + HALF
    folded = t.group_by("customer", "conversation", "episode").aggregate(
        n=t.own.ifelse(1, 0).sum(), total=t.own.ifelse(u, 0).sum(),
        peak_key=(u.abs() * PLACES + place * 2 + (u > 0).ifelse(1, 0)).max(where=t.own),
        end_key=ending.max(where=t.own), rating_key=ending.max(where=t.rating),
        opened=t.at.min(), latest=t.at.max(),
    )  # fmt: skip
    size, sign = folded.peak_key >> 33, (folded.peak_key & 1) * 2 - 1
    return folded.select(
        "customer", "conversation", "episode",
        n=folded.n.cast("int64"), total=folded.total.cast("int64"),
        peak=(size * sign).cast("int64"),
        end=((folded.end_key & LOW) - HALF).cast("int64"),
        rated=((folded.rating_key & LOW) - HALF).cast("int64"),
        opened="opened", latest="latest",
    )  # fmt: skip


def _numbered(moments: Any, felt: Any, policy: MemoryPolicy) -> Any:
    """Give each moment its place in its conversation, the number of its episode, and its u."""
    # What is carried through the windows is sorted twice: no wider than it must be.
    t = moments.inner_join(felt, "value").select(
        "customer", "conversation", "at", seq=moments.seq.cast("int32"), u=felt.u.cast("int32"),
        rating=moments.kind == "rating",
    )  # fmt: skip
    line = ibis.window(group_by=[t.customer, t.conversation], order_by=[t.at, t.seq])
    gap = t.at - t.at.lag().over(line)
    new = (gap.isnull() | (gap > policy.quiet_after_days * DAY)).ifelse(1, 0)
    t = t.mutate(place=ibis.row_number().over(line), new=new.cast("int16")).drop("seq")
    upto = ibis.window(
        group_by=[t.customer, t.conversation], order_by=t.place, preceding=None, following=0
    )
    return t.mutate(episode=t.new.sum().over(upto))


def remembered(found: Any, blend: Blend | None = None) -> Any:
    """Add to episodes `kept` (twice what is remembered), `computed` (without the rating), `day`."""
    if blend is None:
        computed = (found.peak + found.end).coalesce(0)
    else:
        mean = (found.total.cast("float64") / found.n.nullif(0)).floor()
        weighed = found.peak * blend.peak + found.end * blend.end + mean * blend.mean
        bounded = (
            (2 * (1000 * blend.base + weighed) / 1000).floor().clip(2 * blend.lowest, 2 * MILLION)
        )
        computed = bounded.coalesce(0).cast("int64")
    return found.mutate(
        computed=computed,
        kept=(found.rated * 2).coalesce(computed).cast("int64"),
        day=(found.latest // DAY).cast("int64"),
    )


def customers(kept: Any, reaches: Any, **more: Callable[[Any], Any]) -> Any:
    """Return each customer's whole numbers: everything of the fold but the days.

    Columns: `customer, n, best_key, worst_key, latest_key, scar`, and what `more` makes of the
    episodes. Without a good or a bad one the key is 0.
    """
    t = kept.mutate(grain=((kept.kept.abs() + GRAIN // 2) // GRAIN).cast("int64"))
    t = t.inner_join(reaches, "grain")
    key = (t.day * MILLION + t.reach) * WHOLE + t.kept.abs()
    felt = t.grain > 0
    return t.group_by("customer").aggregate(
        n=t.count(),
        best_key=key.max(where=felt & (t.kept > 0)).coalesce(0),
        worst_key=key.max(where=felt & (t.kept < 0)).coalesce(0),
        latest_key=(t.latest * WHOLE + t.kept + HALF).max(),
        scar=ibis.least(t.kept.min(), 0), **{name: of(t) for name, of in more.items()},
    )  # fmt: skip


def recollections(kept: Any, reaches: Any, policy: MemoryPolicy, *, as_of: int) -> Any:
    """Return what each customer keeps as of a second since 1970.

    Columns: `customer, n, now, peak, end_, attitude, fresh, scar`, as `Recollection` has them.
    """
    today = as_of // DAY
    twice = 2.0 * MILLION

    def weight(t: Any) -> Any:
        return _fading(today - t.day, policy.attitude_half_life_days)

    # In one pass with the rest: joined to it, the episodes would be kept aside and read twice.
    c = customers(
        kept, reaches, total=lambda t: (weight(t) * t.kept).sum() / twice,
        mass=lambda t: weight(t).sum(),
    )  # fmt: skip
    bad = (c.worst_key > 0) & ((c.worst_key >> 24) >= (c.best_key >> 24))
    strongest = ibis.ifelse(bad, c.worst_key, c.best_key)
    c = c.mutate(size=strongest & LOW, effective=strongest >> 24, bad=bad)
    c = c.mutate(grain=((c.size + GRAIN // 2) // GRAIN).cast("int64")).inner_join(reaches, "grain")
    day = (c.effective - c.reach) / MILLION  # K told which day it was
    faded = c.size / twice * _fading(today - day, policy.peak_half_life_days)
    c = c.mutate(
        peak=ibis.ifelse(c.bad, -faded, faded),
        end_=((c.latest_key & LOW) - HALF) / twice,
        attitude=c.total / (c.mass + policy.neutral_episodes),
        fresh=_fading(today - ((c.latest_key >> 24) // DAY), policy.end_half_life_days),
        scar=c.scar / twice,
    )
    now = c.fresh * (c.peak + c.end_) / 2 + (1 - c.fresh) * c.attitude
    return c.mutate(now=now).select(
        "customer", "n", "now", "peak", "end_", "attitude", "fresh", "scar"
    )


def _fading(days: Any, half_life: int) -> Any:
    # Below e^-745 PostgreSQL refuses rather than say 0.
    return ibis.greatest(days.cast("float64") * (-0.6931471805599453 / half_life), -700.0).exp()
