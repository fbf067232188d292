"""The thresholds of the law of people first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class PeopleFirstPolicy:
    """What `policy.toml` sets, with the reason for each."""

    half_life_days: Annotated[float, Between(1, 60)]
    no_break_weight: Annotated[float, Between(0, 2)]
    own_weeks: Annotated[int, Between(4, 52)]
    least_people: Annotated[int, Between(5, 50)]
    largest_share: Annotated[float, Between(0.1, 0.5)]
    deals: Annotated[int, Between(199, 100_000)]
    level: Annotated[float, Between(0.8, 0.999)]
