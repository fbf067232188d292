"""The cases of the law of first impressions."""

from __future__ import annotations

from math import log

from wingbeat.laws.cases import Case, Numbers


def _trap() -> Numbers:
    """20,000 tickets of the last 72 hours, answered at a true median of 33.3 hours."""
    import numpy as np

    from wingbeat.stats.survival import Durations, kaplan_meier

    rng = np.random.default_rng(20)
    age, wait = rng.uniform(0, 72, 20_000), rng.exponential(33.3 / log(2), 20_000)
    ended = wait <= age
    seen = np.minimum(age, wait)
    curve = kaplan_meier(Durations.of(seen, ended))
    return curve.quantile(0.5).value, float(np.median(seen[ended]))


def _queue() -> Numbers:
    from wingbeat.stats.queues import Queue

    eight, nine = (Queue.of(arrivals_per_hour=60, handling_minutes=6, seats=n) for n in (8, 9))
    return (
        eight.wait_share, nine.wait_share, eight.answered_within(30), nine.answered_within(30),
    )  # fmt: skip


def _mirror(b: float) -> Numbers:
    """400 conversations of eight turns in which b of our tone comes back."""
    import numpy as np

    from wingbeat.laws.first_impression.mirroring import Turn, mirroring

    rng = np.random.default_rng(24)
    turns = []
    for one in range(400):
        tone = rng.normal(0, 0.3)
        for place in range(8):
            ours = rng.normal(0, 0.5)
            after = b * ours + 0.3 * tone + rng.normal(0, 0.4)
            turns.append(Turn(str(one), place, tone, ours, after))
            tone = after
    found = mirroring(turns, seed=1, permutations=200)
    return found.b.value, float(found.b.low <= b <= found.b.high), float(found.chance.p < 0.05)


def _arms() -> Numbers:
    from wingbeat.stats.shares import fisher

    music, apology, position = 29 / 41, 28 / 41, 15 / 41
    return float(music > apology > position), fisher(15, 41, 28, 41).p


CASES = (
    Case("V20", "median with open waits, and of answered ones alone", "own",
         (33.3, 14.94), (1.0, 0.5), "exponential waits, by formula", _trap),
    Case("V22", "Erlang C: waiting at 8 and 9 seats, within 30 s", "own",
         (0.357, 0.196, 0.698, 0.847), 0.001, "Erlang 1917, by the sum of his formula", _queue),
    Case("V24", "mirroring of 0.2: estimate, inside its interval, beyond chance", "own",
         (0.2, 1, 1), 0.03, "simulation", lambda: _mirror(0.2)),
    Case("V24b", "mirroring of nothing: estimate, inside its interval, beyond chance", "own",
         (0.0, 1, 0), 0.03, "simulation", lambda: _mirror(0.0)),
    Case("V28", "hang-ups: music, apology, position in that order; Fisher", "published",
         (1, 0.008), 0.001, "Munichor and Rafaeli 2007, counts rebuilt from shares", _arms),
)  # fmt: skip
