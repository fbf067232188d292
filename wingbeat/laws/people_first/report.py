"""How evenly hard conversations are shared in a team, where five people stand behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wingbeat.laws.people_first import measure
from wingbeat.laws.people_first.cells import Cell, shown
from wingbeat.laws.people_first.coach import load
from wingbeat.laws.people_first.policy import PeopleFirstPolicy
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.inequality import gini
from wingbeat.stats.resampling import bootstrap

NEEDS = ("turns",)
MAY_USE: tuple[str, ...] = ()
POLICY = PeopleFirstPolicy
SEED = 23


def report(tables: Mapping[str, Any], policy: PeopleFirstPolicy, *, as_of: int) -> Report:
    """Return the evenness of load of every team that may be shown. No number is about a person."""
    days = measure.hard_days(tables["turns"], as_of=as_of, days=policy.own_weeks * 7)
    by_team: dict[str, dict[str, float]] = {}
    dealt: dict[str, Dealt] = {}
    for row in days.order_by("team", "agent", "age").to_pyarrow().to_pylist():
        ages = [(float(row["age"]), i >= int(row["unrested"])) for i in range(int(row["hard"]))]
        people = by_team.setdefault(row["team"], {})
        people[row["agent"]] = people.get(row["agent"], 0.0) + load(policy, ages)
        dealt.setdefault(row["team"], Dealt()).add(row["agent"], int(row["turns"]), policy, ages)
    cells: dict[str, Cell] = {
        team: {(agent, team): amount for agent, amount in people.items()}
        for team, people in by_team.items()
    }
    may = set(shown(policy, cells))
    return Report(
        tuple(
            _even(team, people, dealt[team], policy, may=team in may)
            for team, people in by_team.items()
        )
    )


@dataclass
class Dealt:
    """What a team was dealt: the weight of each hard conversation, and each person's share of all.

    Whoever works one day a week gets a fifth of what is hard; that is no unevenness.
    """

    weights: list[float] = field(default_factory=list)
    worked: dict[str, int] = field(default_factory=dict)

    def add(
        self, agent: str, turns: int, policy: PeopleFirstPolicy,
        ages: Sequence[tuple[float, bool]],
    ) -> None:  # fmt: skip
        """Take in what one person worked through on one day."""
        self.worked[agent] = self.worked.get(agent, 0) + turns
        self.weights += [load(policy, [one]) for one in ages]

    def by_lot(self, *, seed: int, rounds: int = 1000) -> float:
        """Return the unevenness that lots would bring, drawn by how much each one worked."""
        rng, people = np.random.default_rng(seed), np.array(list(self.worked.values()), dtype=float)
        found = []
        for _ in range(rounds):
            whose = rng.choice(len(people), size=len(self.weights), p=people / people.sum())
            loads = np.bincount(whose, weights=self.weights, minlength=len(people))
            found.append(gini(loads.tolist()))
        return float(np.quantile(found, 0.95))


def _even(
    team: str, people: Mapping[str, float], dealt: Dealt, policy: PeopleFirstPolicy, *, may: bool
) -> Reading:
    n = sum(amount > 0 for amount in people.values())
    fewer = min(n, policy.least_people - 1)
    result: Estimate | NotEnough = NotEnough(fewer, policy.least_people, of="people")
    details: dict[str, float | str] = {"team": team}
    if may:
        result = bootstrap(list(people.values()), lambda x: gini(x.tolist()), seed=SEED)
        lots = dealt.by_lot(seed=SEED)
        verdict = "uneven" if result.value > lots else "by chance"
        details |= {"by_lot": round(lots, 3), "verdict": verdict}
    return Reading("people_first.even", result, "share", "b23", "load", details)
