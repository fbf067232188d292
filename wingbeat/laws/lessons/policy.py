"""The thresholds of the law of lessons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class LessonsPolicy:
    """What `policy.toml` sets, with the reason for each."""

    before_days: Annotated[int, Between(14, 730)]
    cluster_days: Annotated[int, Between(0, 90)]
    washout_days: Annotated[int, Between(0, 30)]
    expected_when_quiet: tuple[float, ...]
    least_before: Annotated[int, Between(1, 100)]
    least_for_trend: Annotated[int, Between(5, 1000)]
    least_weeks: Annotated[int, Between(3, 20)]
    least_decided: Annotated[int, Between(2, 100)]
    level: Annotated[float, Between(0.8, 0.999)]
