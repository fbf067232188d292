"""The thresholds of the law of first impressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class FirstImpressionPolicy:
    """What `policy.toml` sets, with the reason for each."""

    promised_within_hours: Annotated[float, Between(0.01, 720)]
    promise_share: Annotated[float, Between(0.5, 0.99)]
    grace_seconds: Annotated[int, Between(1, 3600)]
    half_life_seconds: Annotated[int, Between(1, 86400)]
    least_score: Annotated[float, Between(0.0001, 0.5)]
    least_waits: Annotated[int, Between(5, 1000)]
    good_stars: Annotated[int, Between(1, 5)]
