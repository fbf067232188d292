"""How far this desk's good and bad ratings may travel, and how many small acts it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.ripple import measure
from wingbeat.laws.ripple.policy import RipplePolicy
from wingbeat.laws.ripple.telling import many_small, talk_share
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.clusters import Floats, jackknife, worth

NEEDS = ("ratings",)
MAY_USE = ("messages",)
POLICY = RipplePolicy
SEED = 1942


def report(tables: Mapping[str, Any], policy: RipplePolicy, *, as_of: int) -> Report:
    """Return the reach of bad and of good ratings, and small acts by conversation."""
    stars = measure.by_stars(tables["ratings"], as_of=as_of)
    counts = {row["stars"]: row["ratings"] for row in stars.to_pyarrow().to_pylist()}
    readings = [_reach("ripple.bad", counts, (1, 2), policy)]
    readings.append(_reach("ripple.good", counts, (4, 5), policy))
    readings.append(_small(tables.get("messages"), policy, as_of))
    return Report(tuple(readings), {"stars": stars})


def _reach(
    key: str, counts: Mapping[int, int], stars: tuple[int, ...], policy: RipplePolicy
) -> Reading:
    n, ratings = sum(counts.values()), sum(counts.get(one, 0) for one in stars)
    result: Estimate | NotEnough = NotEnough(n, policy.least_ratings, of="ratings")
    details, telling = dict[str, Any](), ""
    if n >= policy.least_ratings:
        left = [(counts.get(one, 0), talk_share((one - 3) / 2, policy)) for one in stars]
        result, median = reach(left, policy, n=n, seed=SEED)
        details = {"median": median, "ratings": ratings, "spread": policy.spread}
        telling = "ripple.may_not_die_out" if policy.spread >= 1 else ""
        telling = telling if ratings else "ripple.none"
    return Reading(key, result, "people", "word_of_mouth", "reach_not_loss", details, telling)


def reach(
    left: Sequence[tuple[int, float]], policy: RipplePolicy, *, n: int, seed: int,
    level: float = 0.95,
) -> tuple[Estimate, float]:  # fmt: skip
    """Forecast how many people hear of it from so many, who each tell with such a chance.

    Returns mean and median of played stories, in people. The interval is where `level` of the runs
    end: its upper end is the tail.
    """
    rng = np.random.default_rng(seed)
    first = np.zeros(policy.runs)
    for ratings, chance in left:
        first += rng.binomial(ratings, chance, policy.runs)
    people = policy.contacts * played(first, policy.spread, most=policy.most_talkers, rng=rng)
    tail = (1 - level) / 2
    low, median, high = np.quantile(people, [tail, 0.5, 1 - tail])
    dies_out = policy.spread < 1
    tellers = sum(ratings * chance for ratings, chance in left)
    expected = policy.contacts * tellers / (1 - policy.spread) if dies_out else people.mean()
    bounds = float(expected), float(low), float(high)
    return Estimate(*bounds, n, "branching, simulated", level), float(median)


def played(first: Floats, spread: float, *, most: int, rng: np.random.Generator) -> Floats:
    """Return how many tell in the end, `most` at most, where each makes Poisson(R) new tellers."""
    total, alive = np.zeros(len(first)), first
    while alive.any():
        total += alive
        alive = np.where(total < most, rng.poisson(spread * alive), 0)
    return np.minimum(total, most)


def in_a_hundred(acts: Any, looked: Any, *, level: float = 0.95) -> Estimate | NotEnough:
    """Estimate how many acts 100 conversations have, from each customer's acts and conversations.

    Whoever is called by name once is so always, and a name and thanks stand in one sentence: the
    variance leaves out each customer in turn (Tukey 1958), widened by Student's t of as many as
    they are worth, less one. The interval is a gamma's, with one act more of one customer above
    (Fay and Feuer 1997, Statistics in Medicine 16:791); where all are alike it is the exact
    Poisson's, each customer counted once.
    """
    n, free = int(looked.sum()), worth(looked) - 1
    if free < 1 - 1e-9:
        return NotEnough(1, 2, of="one_customer")
    parts = np.column_stack([acts, looked]).astype(float)
    value, error = map(float, jackknife(parts, lambda one: 100 * one[..., 0] / one[..., 1]))
    tail, once = (1 + level) / 2, 100 / (free + 1)
    wide = error * float(stats.t.ppf(tail, free) / stats.norm.ppf(tail))
    spread = wide**2 if error > 1e-9 else value * once
    low = _gamma(value, spread, 1 - tail) if value else 0.0
    high = _gamma(value + once, spread + once**2, tail)
    return Estimate(value, low, high, n, "gamma, jackknife by customer", level)


def _gamma(mean: float, variance: float, share: float) -> float:
    return float(stats.gamma.ppf(share, mean**2 / variance, scale=variance / mean))


def _small(messages: Any, policy: RipplePolicy, as_of: int) -> Reading:
    result: Estimate | NotEnough | CannotBeSeen = CannotBeSeen("messages")
    details: dict[str, Any] = {}
    if messages is not None:
        by = measure.acts_by_kind(messages, policy.small_acts, as_of=as_of).order_by("customer")
        told = {name: np.asarray(one) for name, one in by.to_pyarrow().to_pydict().items()}
        details = {act: int(told[act].sum()) for act in policy.small_acts}
        details["ten"] = round(many_small(10, exponent=policy.exponent), 2)
        n, acts = int(told["looked"].sum()), sum(told[act] for act in policy.small_acts)
        result = NotEnough(n, policy.least_ratings, of="conversations")
        if n >= policy.least_ratings:
            result = in_a_hundred(np.asarray(acts, dtype=float), told["looked"])
    return Reading(
        "ripple.small_acts", result, "per 100 conversations", "small_acts", "no_quota", details
    )
