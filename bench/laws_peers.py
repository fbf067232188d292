"""The law of memory over a Parquet file, computed by one program: a child of `bench/laws.py`.

    python -m bench.laws_peers wingbeat|duckdb|polars|pandas SMALL_FILE FILE

The other three are written by hand. The small file is computed first, so that imports are not
counted. Prints the mean memory, processor seconds, seconds, and the peak of resident memory in MB.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from math import log
from typing import Any

from wingbeat.laws import memory
from wingbeat.laws.memory.value import reach, table

POLICY = memory.shipped_policy()
AS_OF = 1_800_000_000
TODAY, GAP = AS_OF // 86_400, 14 * 86_400
FELT, REACHES = table(), reach(POLICY.peak_half_life_days)


def wingbeat(path: str) -> float:
    import pyarrow.parquet as pq

    from wingbeat.analytics.engines import open_engine
    from wingbeat.laws.memory import measure

    with open_engine() as engine:
        moments = engine.put("moments", pq.read_table(path))
        felt = engine.put("felt", measure.felt_table(POLICY))
        reaches = engine.put("reaches", measure.reach_table(POLICY))
        kept = measure.remembered(measure.episodes(moments, felt, POLICY))
        recalled = measure.recollections(kept, reaches, POLICY, as_of=AS_OF)
        return float(recalled.now.mean().to_pyarrow().as_py())


def duckdb(path: str) -> float:
    import duckdb as program

    from bench.laws import BY_HAND
    from wingbeat.laws.memory import measure

    raw = program.connect()
    felt, reaches = measure.felt_table(POLICY), measure.reach_table(POLICY)
    raw.register("felt", felt)
    raw.register("reaches", reaches)
    raw.execute(f"CREATE TABLE moments AS SELECT * FROM read_parquet('{path}')")
    found = raw.execute(BY_HAND.format(today=TODAY)).fetchall()
    return float(found[0][0])


def pandas(path: str) -> float:
    import numpy as np
    import pandas as pd

    df = pd.read_parquet(path)
    df = df.sort_values(["customer", "conversation", "at", "seq"], ignore_index=True)
    df["u"] = np.array(FELT)[df.pop("value") + 1000]
    same = df.customer.eq(df.customer.shift()) & df.conversation.eq(df.conversation.shift())
    df["episode"] = (~(same & (df["at"].diff() <= GAP))).cumsum()
    df["key"] = df.u.abs() * 2**33 + df.index * 2 + (df.u > 0)
    own = df.kind != "rating"
    by = df[own].groupby("episode")
    key, end = by.key.max(), by.u.last()
    whole = df.groupby("episode").agg(customer=("customer", "first"), latest=("at", "max"))
    rated = df[~own].groupby("episode").u.last() * 2
    del df
    computed = (key // 2**33) * np.where(key % 2, 1, -1) + end
    e = whole.assign(kept=rated.reindex(whole.index).fillna(computed).fillna(0).astype("int64"))
    e["day"] = e.latest // 86_400
    e["k"] = e.day * 1_000_000 + np.array(REACHES)[(e.kept.abs() + 500) // 1000]
    e["weight"] = np.exp(-log(2) * (TODAY - e.day) / 365)
    e["product"] = e.weight * e.kept
    c = e.groupby("customer").agg(
        total=("product", "sum"), mass=("weight", "sum"), last=("day", "max")
    )
    felt = e[e.kept.abs() >= 500].reset_index(drop=True)
    peak = felt.loc[(felt.k * 2 + (felt.kept < 0)).groupby(felt.customer).idxmax()]
    peak = peak.set_index("customer")
    ending = e.sort_values("latest").groupby("customer").kept.last()
    strong = peak.kept / 2e6 * np.exp(-log(2) * (TODAY - peak.day) / 30)
    g = np.exp(-log(2) * (TODAY - c["last"]) / 30)
    now = g * (strong.reindex(c.index).fillna(0) + ending / 2e6) / 2
    now += (1 - g) * c.total / 2e6 / (c.mass + 1)
    return float(now.mean())


def polars(path: str) -> float:
    import polars as pl

    felt = pl.LazyFrame(
        {"value": range(-1000, 1001), "u": FELT}, {"value": pl.Int64, "u": pl.Int64}
    )
    reaches = pl.LazyFrame({"grain": range(len(REACHES)), "reach": REACHES})
    own, where = pl.col("kind") != "rating", ["customer", "conversation"]
    size, place = pl.col("u").abs(), pl.int_range(pl.len())
    rows = pl.scan_parquet(path).join(felt, on="value").sort(*where, "at", "seq")
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in where)
    new = ~(same & (pl.col("at").diff() <= GAP)).fill_null(value=False)
    rows = rows.with_columns(
        episode=new.cum_sum(), key=size * 2**33 + place * 2 + (pl.col("u") > 0).cast(pl.Int64)
    )
    e = rows.group_by("episode").agg(
        customer=pl.col("customer").first(), latest=pl.col("at").max(),
        key=pl.col("key").filter(own).max(),
        end=pl.col("u").filter(own).sort_by(pl.col("key").filter(own) % 2**33).last(),
        rated=pl.col("u").filter(~own).sort_by(pl.col("key").filter(~own) % 2**33).last(),
    )  # fmt: skip
    sign = pl.when(pl.col("key") % 2 == 1).then(1).otherwise(-1)
    computed = pl.col("key") // 2**33 * sign + pl.col("end")
    kept, day = pl.col("kept"), pl.col("day")
    e = e.with_columns(
        kept=pl.coalesce(pl.col("rated") * 2, computed, 0), day=pl.col("latest") // 86_400
    ).with_columns(
        grain=(kept.abs() + 500) // 1000, weight=(-log(2) * (TODAY - day) / 365).exp()
    ).join(reaches, on="grain")  # fmt: skip
    strength = (day * 1_000_000 + pl.col("reach")) * 2 + (kept < 0).cast(pl.Int64)
    loud = kept.abs() >= 500
    order = strength.filter(loud).arg_max()
    c = e.group_by("customer").agg(
        total=(pl.col("weight") * kept).sum() / 2e6, mass=pl.col("weight").sum(), last=day.max(),
        peak=kept.filter(loud).get(order, null_on_oob=True),
        peak_day=day.filter(loud).get(order, null_on_oob=True),
        ending=kept.get(pl.col("latest").arg_max()),
    )  # fmt: skip
    g = (-log(2) * (TODAY - pl.col("last")) / 30).exp()
    strong = pl.col("peak") / 2e6 * (-log(2) * (TODAY - pl.col("peak_day")) / 30).exp()
    rest = pl.col("total") / (pl.col("mass") + 1)
    now = g * (strong.fill_null(0) + pl.col("ending") / 2e6) / 2 + (1 - g) * rest
    found: Any = c.select(now.mean()).collect(engine="streaming")
    return float(found.item())


PROGRAMS: dict[str, Callable[[str], float]] = {
    "wingbeat": wingbeat, "duckdb": duckdb, "polars": polars, "pandas": pandas
}  # fmt: skip

if __name__ == "__main__":
    run, small, file = PROGRAMS[sys.argv[1]], *sys.argv[2:]
    run(small)
    start, processor = time.perf_counter(), time.process_time()
    value = run(file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(value, time.process_time() - processor, time.perf_counter() - start, peak)
