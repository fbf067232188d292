"""The load of hard conversations that one person carries today."""

from __future__ import annotations

from collections.abc import Sequence

from wingbeat.laws.people_first.policy import PeopleFirstPolicy


def load(policy: PeopleFirstPolicy, hard: Sequence[tuple[float, bool]]) -> float:
    """Return H: each hard conversation by its age in days, and whether a break followed it.

    Unit: hard conversations of today. Ages below 0 lie in the future and weigh nothing.

    >>> from wingbeat.laws.people_first import shipped_policy
    >>> rested = [(age, True) for age in (0, 1, 1, 3, 7, 10)]
    >>> round(load(shipped_policy(), rested), 2)
    4.43
    """
    return sum(
        (1.0 if rested else 1.0 + policy.no_break_weight) * 2 ** (-age / policy.half_life_days)
        for age, rested in hard
        if age >= 0
    )
