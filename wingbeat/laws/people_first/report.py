"""How evenly hard conversations are shared in a team, where five people stand behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from wingbeat.laws.people_first import measure
from wingbeat.laws.people_first.cells import Cell, shown
from wingbeat.laws.people_first.coach import load
from wingbeat.laws.people_first.policy import PeopleFirstPolicy
from wingbeat.laws.readings import Reading, Report, Value, together
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.inequality import gini

NEEDS = ("turns",)
MAY_USE: tuple[str, ...] = ()
POLICY = PeopleFirstPolicy
SEED = 23


def report(tables: Mapping[str, Any], policy: PeopleFirstPolicy, *, as_of: int) -> Report:
    """Return the evenness of load of every team that may be shown. No number is about a person."""
    days = measure.hard_days(tables["turns"], as_of=as_of, days=policy.own_weeks * 7)
    by_team: dict[str, dict[str, float]] = {}
    dealt: dict[str, dict[int, Day]] = {}
    for row in days.order_by("team", "agent", "age").to_pyarrow().to_pylist():
        ages = [(float(row["age"]), i >= int(row["unrested"])) for i in range(int(row["hard"]))]
        people = by_team.setdefault(row["team"], {})
        people[row["agent"]] = people.get(row["agent"], 0.0) + load(policy, ages)
        day = dealt.setdefault(row["team"], {}).setdefault(int(row["age"]), Day())
        day.worked[row["agent"]] = int(row["turns"])
        day.weights += [load(policy, [one]) for one in ages]
    cells: dict[str, Cell] = {
        team: {(agent, team): amount for agent, amount in people.items()}
        for team, people in by_team.items()
    }
    may = shown(policy, cells)
    readings = (
        _even(team, people, by_lot(dealt[team].values(), policy.deals, seed=SEED), policy)
        if team in may
        else _unshown(team, people, policy)
        for team, people in by_team.items()
    )

    def verdict(_: Estimate, p: float) -> dict[str, Value]:
        return {"verdict": "uneven" if p < 1 - policy.level else "by chance"}

    return Report(tuple(together(readings, verdict)))


@dataclass
class Day:
    """What weighs of a team's day: each hard conversation, and how many each person worked on."""

    weights: list[float] = field(default_factory=list)
    worked: dict[str, int] = field(default_factory=dict)


def by_lot(days: Collection[Day], deals: int, *, seed: int) -> npt.NDArray[np.float64]:
    """Return the unevenness of many deals by lot, day by day, by how much each one worked on it.

    Whoever works one day a week gets a fifth of what is hard; that is no unevenness. And nothing of
    a day is dealt to whoever was away: the last days weigh most, and holidays would look uneven.
    """
    rng, every = np.random.default_rng(seed), np.arange(deals)
    people = sorted({who for day in days for who in day.worked})
    loads = np.zeros((deals, len(people)))
    for day in days:
        worked = np.array([day.worked.get(who, 0) for who in people])
        for weight in day.weights:
            loads[every, rng.choice(len(people), deals, p=worked / worked.sum())] += weight
    return np.array([gini(one) for one in loads.tolist()])


def _even(
    team: str, people: Mapping[str, float], lots: npt.NDArray[np.float64], policy: PeopleFirstPolicy
) -> Reading:
    """A team is all there is, no sample: the number has no interval, and lots have a range."""
    value = gini(list(people.values()))
    low, high = (float(q) for q in np.quantile(lots, (0.025, 0.975)))
    p = min(1.0, 2 * float((lots >= value - 1e-9).sum() + 1) / (policy.deals + 1))
    details: dict[str, float | str] = {
        "team": team, "lots_from": round(low, 3), "lots_to": round(high, 3), "p": p,
    }  # fmt: skip
    result = Estimate(value, value, value, len(people), "the whole team", 1.0)
    return Reading("people_first.even", result, "share", "evenness", "load", details)


def _unshown(team: str, people: Mapping[str, float], policy: PeopleFirstPolicy) -> Reading:
    n = sum(amount > 0 for amount in people.values())
    details: dict[str, float | str] = {"team": team, "largest": policy.largest_share}
    result, telling = NotEnough(n, policy.least_people, of="carriers"), "people_first.unshown"
    return Reading("people_first.even", result, "share", "evenness", "load", details, telling)
