"""The thresholds of the law of decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class DecayPolicy:
    """What `policy.toml` sets, with the reason for each."""

    ration: Annotated[int, Between(1, 100)]
    audit_share: Annotated[float, Between(0, 1)]
    least_checks: Annotated[int, Between(5, 1000)]
    least_errors: Annotated[int, Between(2, 1000)]
    cusum_slack: Annotated[float, Between(0.05, 3)]
    cusum_limit: Annotated[float, Between(1, 20)]
    baseline_days: Annotated[int, Between(20, 730)]
    watch_days: Annotated[int, Between(7, 365)]
    least_weeks: Annotated[int, Between(2, 52)]
    least_a_day: Annotated[float, Between(0, 100)]
