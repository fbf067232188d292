"""Counts hard conversations by their age in days, on any engine."""

from __future__ import annotations

from typing import Any

DAY = 86_400


def hard_days(turns: Any, *, as_of: int, days: int) -> Any:
    """Return one row per agent, team and age in whole days: `hard` ones, `unrested` of them, `all`.

    Agents are pseudonyms of one run.
    """
    seen = turns.filter((turns.at <= as_of) & (turns.at > as_of - days * DAY))
    age = ((as_of - seen.at) // DAY).cast("int64")
    rest_known = seen.rested.coalesce(True)
    return seen.group_by("agent", "team", age=age).aggregate(
        hard=seen.hard.ifelse(1, 0).sum(),
        unrested=(seen.hard & ~rest_known).ifelse(1, 0).sum(),
        turns=seen.count(),
    )
