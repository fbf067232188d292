"""How quick the laws are, as ratios in one run: a fold, an import, memory over many rows.

    nice python -m bench.laws [ROWS ...]      # default 1000000 20000000

Memory on DuckDB is compared with the same query written by hand in SQL, with itself on more rows,
and over a Parquet file with Polars and pandas (`laws_peers.py`), each in a process of its own.
Times are of the processor, medians of interleaved rounds, so that a busy machine hurts less. Every
program may use 14 GB, a quarter of an hour of processor and an hour; which goes beyond is told so
and ends no other.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from wingbeat.analytics.engines import open_engine
from wingbeat.laws import memory
from wingbeat.laws.memory import measure
from wingbeat.laws.memory.episodes import Episode, Felt

POLICY = memory.shipped_policy()
ROUNDS, MANY = 5, 5_000_000  # of more rows than that there is one round
MOST_MB, MOST_SPENT, MOST_SECONDS = 14_000, 900, 3600
PEERS = ("wingbeat", "duckdb", "polars", "pandas")
LAWS = Path(__file__).resolve().parent.parent / "wingbeat" / "laws"
AS_OF = 1_800_000_000

BY_HAND = """
WITH line AS (
  SELECT customer, conversation, "at", kind, u, row_number() OVER w AS place,
         CASE WHEN "at" - lag("at") OVER w <= 14 * 86400 THEN 0 ELSE 1 END AS new
  FROM moments JOIN felt USING (value)
  WINDOW w AS (PARTITION BY customer, conversation ORDER BY "at", seq)
), numbered AS (
  SELECT *, sum(new) OVER (PARTITION BY customer, conversation ORDER BY place) AS episode FROM line
), episodes AS (
  SELECT customer, max("at") AS latest,
         coalesce(2 * arg_max(u, place) FILTER (kind = 'rating'),
                  arg_max(u, (abs(u), place)) FILTER (kind <> 'rating')
                  + arg_max(u, place) FILTER (kind <> 'rating'), 0) AS kept
  FROM numbered GROUP BY customer, conversation, episode
), grains AS (
  SELECT e.*, latest // 86400 AS day, reach,
         exp(-ln(2) * ({today} - latest // 86400) / 365) AS weight
  FROM episodes e JOIN reaches r ON r.grain = (abs(kept) + 500) // 1000
), folded AS (
  SELECT customer, sum(weight * kept) / 2e6 AS total, sum(weight) AS mass,
         arg_max(kept, (day * 1000000 + reach, kept < 0)) FILTER (abs(kept) >= 500) AS peak,
         arg_max(day, (day * 1000000 + reach, kept < 0))
           FILTER (abs(kept) >= 500) AS peak_day,
         arg_max(kept, latest) AS ending, max(day) AS last_day
  FROM grains GROUP BY customer
)
SELECT avg(g * (coalesce(peak / 2e6 * exp(-ln(2) * ({today} - peak_day) / 30), 0)
                + ending / 2e6) / 2
           + (1 - g) * total / (mass + 1)) AS now
FROM (SELECT *, exp(-ln(2) * ({today} - last_day) / 30) AS g FROM folded)
"""


def moments(rows: int) -> pa.Table:
    """Moments of a desk: twenty a customer, in conversations of about five."""
    rng = np.random.default_rng(rows)
    customer = rng.integers(0, max(1, rows // 20), rows)
    return pa.table(
        {
            "customer": pa.array(customer).cast(pa.string()),
            "conversation": pa.array(customer * 4 + rng.integers(0, 4, rows)).cast(pa.string()),
            "at": pa.array(AS_OF - rng.integers(0, 2 * 365 * 86_400, rows)),
            "seq": pa.array(rng.integers(0, 1000, rows)),
            "kind": pa.array(np.where(rng.random(rows) < 0.02, "rating", "answer")),
            "value": pa.array(rng.integers(-1000, 1001, rows)),
        }
    )


def processor(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def over_many(rows: int) -> tuple[float, float]:
    """Return the median seconds of ours and of the query by hand, and make sure they agree."""
    with open_engine() as engine:
        table = engine.put("moments", moments(rows))
        felt = engine.put("felt", measure.felt_table(POLICY))
        reaches = engine.put("reaches", measure.reach_table(POLICY))
        kept = measure.remembered(measure.episodes(table, felt, POLICY))
        ours = measure.recollections(kept, reaches, POLICY, as_of=AS_OF).now.mean()
        by_hand = BY_HAND.format(today=AS_OF // 86_400)
        raw = engine.connection.con  # type: ignore[attr-defined]
        one = ours.to_pyarrow().as_py()
        other = raw.execute(by_hand).fetchall()[0][0]
        assert abs(one - other) < 1e-6, (one, other)
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS if rows < MANY else 1):
            times[0].append(processor(ours.to_pyarrow))
            times[1].append(processor(lambda: raw.execute(by_hand).fetchall()))
    return statistics.median(times[0]), statistics.median(times[1])


def beside_peers(rows: int) -> dict[str, tuple[float, float, float]]:
    """Return processor seconds, seconds and MB of each program over the same file."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in PEERS}
    values = []
    with tempfile.TemporaryDirectory() as folder:
        small, file = (str(Path(folder, name)) for name in ("small.parquet", "file.parquet"))
        pa.parquet.write_table(moments(1000), small)
        pa.parquet.write_table(moments(rows), file)
        for _ in range(ROUNDS if rows < MANY else 1):
            for name in PEERS:
                told = child(name, small, file)
                if told is None:
                    continue
                value, spent, wall, peak = told
                values.append(value)
                found[name].append((spent, wall, peak))
                print(
                    f"  {name}: {spent:.1f} s of processor, {wall:.1f} s, {peak:.0f} MB", flush=True
                )
    assert max(values) - min(values) < 1e-6, values
    return {
        name: tuple(statistics.median(column) for column in zip(*told, strict=True))
        for name, told in found.items()
        if told
    }  # type: ignore[misc]


def child(name: str, small: str, file: str) -> list[float] | None:
    """Return what a program told, or None where it went beyond its memory or its time."""

    def bound() -> None:  # private memory: libraries reserve addresses that they never touch
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MB * 2**20, MOST_MB * 2**20))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SPENT, MOST_SPENT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        told = subprocess.run(
            [sys.executable, "-m", "bench.laws_peers", name, small, file],
            capture_output=True, text=True, check=True, timeout=MOST_SECONDS, preexec_fn=bound,
        ).stdout.split()  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"  {name}: not within {MOST_SECONDS} s", flush=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.splitlines() or ["no word"])[-1][:200]
        print(f"  {name}: not within {MOST_MB} MB or {MOST_SPENT} s of processor "
              f"({error.returncode}: {last})", flush=True)  # fmt: skip
    else:
        return list(map(float, told))
    return None


def online() -> float:
    """Return the milliseconds in which 117 episodes are folded and read."""
    rng = np.random.default_rng(117)
    episodes = [
        Episode.of(Felt(int(at), 0, int(u)))
        for at, u in zip(rng.integers(1.7e9, 1.8e9, 117), rng.integers(-1e6, 1e6, 117), strict=True)
    ]
    day = AS_OF // 86_400
    rounds = 300
    spent = processor(
        lambda: [memory.remember(episodes, POLICY).read(day, POLICY) for _ in range(rounds)]
    )
    return 1000 * spent / rounds


def imports(modules: str) -> float:
    """Return the processor milliseconds that importing costs beyond a bare interpreter."""

    def run(code: str) -> float:
        told = "import time\n" + code + "\nprint(time.process_time())"
        return min(
            float(subprocess.run([sys.executable, "-c", told], capture_output=True, text=True,
                                 check=True).stdout)
            for _ in range(7)
        )  # fmt: skip

    return 1000 * (run(f"import {modules}") - run("pass"))


def named(file: str) -> str:
    return ", ".join(
        f"wingbeat.laws.{path.parent.name}.{path.stem}" for path in sorted(LAWS.glob(f"*/{file}"))
    )


def main(sizes: list[int]) -> None:
    print(f"load average                            {os.getloadavg()[0]:8.1f}")
    print(f"importing the coaches of all laws       {imports(named('coach.py')):8.1f} ms")
    print(f"importing the policies of all laws      {imports(named('policy.py')):8.1f} ms")
    print(f"of which dataclasses, typing, datetime  "
          f"{imports('dataclasses, typing, datetime'):8.1f} ms")  # fmt: skip
    print(f"117 episodes folded and read            {online():8.3f} ms", flush=True)
    for name, (spent, wall, peak) in beside_peers(sizes[-1]).items():
        print(f"{sizes[-1]:>10,} moments by {name:10} {spent:7.1f} s of processor, {wall:7.1f} s, "
              f"{peak:7.0f} MB", flush=True)  # fmt: skip
    per_row = []
    for rows in sizes:
        ours, by_hand = over_many(rows)
        per_row.append(ours / rows)
        print(f"memory of {rows:>10,} moments  {ours:6.2f} s  by hand {by_hand:6.2f} s"
              f"  ratio {ours / by_hand:.2f}", flush=True)  # fmt: skip
    print(f"growth a row, largest over smallest     {per_row[-1] / per_row[0]:8.2f}")
    print(f"load average                            {os.getloadavg()[0]:8.1f}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000_000, 20_000_000])
