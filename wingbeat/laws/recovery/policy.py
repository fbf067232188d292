"""The thresholds of the law of recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class RecoveryPolicy:
    """What `policy.toml` sets, with the reason for each."""

    lowest_cents: Annotated[int, Between(0, 100_000)]
    highest_cents: Annotated[int, Between(0, 1_000_000)]
    send_at_once_cents: Annotated[int, Between(0, 100_000)]
    retention_gain: Annotated[float, Between(0, 1)]
    discount: Annotated[float, Between(0.01, 1)]
    loaded_wage_cents: Annotated[int, Between(1, 10_000)]
    act_within_days: Annotated[int, Between(1, 30)]
    read_after_days: Annotated[int, Between(7, 180)]
    before_days: Annotated[int, Between(7, 365)]
    least_failures: Annotated[int, Between(10, 1000)]
    least_recovered: Annotated[int, Between(5, 1000)]
    least_customers: Annotated[int, Between(10, 10_000)]
    asking_minutes: Annotated[int, Between(1, 240)]
