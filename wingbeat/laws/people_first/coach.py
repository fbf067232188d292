"""The load of hard conversations that one person carries today: for them, and for routing."""

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


def is_unusual(policy: PeopleFirstPolicy, today: float, own_days: Sequence[float]) -> bool:
    """Say whether today's load is above nine of ten of somebody's own past days.

    False before half of the weeks are there to compare with.

    >>> from wingbeat.laws.people_first import shipped_policy
    >>> policy = shipped_policy()
    >>> is_unusual(policy, 3.0, [1.0, 2.0] * 28), is_unusual(policy, 9.0, [1.0] * 3)
    (True, False)
    """
    if len(own_days) < policy.own_weeks * 7 / 2:
        return False
    below = sum(day < today for day in own_days)
    return below / len(own_days) > policy.own_share


def next_in_turn(loads: Sequence[tuple[str, float]]) -> str:
    """Return who should get the next hard conversation: whoever carries least, by name on a tie.

    >>> next_in_turn([("bo", 2.0), ("ana", 0.5), ("cy", 0.5)])
    'ana'
    """
    return min(loads, key=lambda pair: (pair[1], pair[0]))[0]
