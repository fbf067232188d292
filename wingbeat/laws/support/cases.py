"""The cases of the law of support."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from wingbeat.laws.cases import Case, Numbers


@lru_cache
def _moved(share: float, rounds: int = 120) -> Numbers:
    """Desks of 2,000 answers, the late ones moved before four hours: told, sd of McCrary."""
    import numpy as np

    from wingbeat.laws.support import shipped_policy
    from wingbeat.laws.support.report import crowd

    policy, told, jumps = replace(shipped_policy(), bin_seconds=600), [], []
    for seed in range(rounds):
        rng = np.random.default_rng(seed)
        minutes = rng.lognormal(np.log(180), 0.6, 2000)
        late = (minutes >= 240) & (minutes < 290) & (rng.random(2000) < share)
        minutes[late] = 240 - 10 * rng.random(int(late.sum()))
        seconds = np.round(60 * (minutes - 240)).astype(int)
        near = enumerate(seconds[(seconds >= -7200) & (seconds < 7200)].tolist())
        fine = [{"day": day, "late_by": at, "n": 1} for day, at in near]  # none hangs on another
        found = crowd(fine, policy).details
        told.append(int(found["verdict"] == "crowd"))
        jumps.append(float(found["jump_z"]))
    return float(np.mean(told)), float(np.std(jumps))


def _newcombe() -> Numbers:
    from wingbeat.stats.shares import newcombe

    pairs = ((56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (0, 10, 0, 20), (10, 10, 0, 20))
    found = [newcombe(*pair) for pair in pairs]
    return tuple(end for one in found for end in (one.low, one.high))


def _silence() -> Numbers:
    from wingbeat.stats.shares import silence_bounds

    found = silence_bounds(3, 3, 100)
    return found.low, found.high


CASES = (
    Case("V21", "an honest desk: share told of a crowd, and McCrary's spread", "own",
         (0.0, 1.0), (0.02, 0.15), "2,000 answers, lognormal; a standard normal",
         lambda: _moved(0)),
    Case("V21b", "15 % of the late ones moved: share told", "own", (0.46,), 0.11,
         "one test tells 77.5 %, the other 57 %: both tell 34.5 to 57 %",
         lambda: _moved(0.15)[:1]),
    Case("V21c", "30 % of the late ones moved: share told", "own", (1.0,), 0.03,
         "either test tells all", lambda: _moved(0.3)[:1]),
    Case("B14", "differences of shares: intervals of five pairs", "published",
         (0.0524, 0.3339, 0.1705, 0.8090, -0.0381, 0.1926, -0.1611, 0.2775, 0.6791, 1.0), 5e-5,
         "Newcombe 1998, table II, method 10", _newcombe),
    Case("S1.17", "three happy answers of a hundred asked", "own", (0.03, 1.0), 1e-9,
         "worst and best case by hand", _silence),
)  # fmt: skip
