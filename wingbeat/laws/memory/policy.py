"""The thresholds of the law of memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between
from wingbeat.laws.valences import MomentPolicy


@dataclass(frozen=True)
class MemoryPolicy:
    """What `policy.toml` sets, with the reason for each."""

    moments: MomentPolicy
    exponent: Annotated[float, Between(0.1, 1)]
    loss_aversion: Annotated[float, Between(1, 4)]
    loss_aversion_strip: Annotated[tuple[float, ...], Between(1, 4)]
    quiet_after_days: Annotated[int, Between(1, 90)]
    peak_half_life_days: Annotated[int, Between(1, 3650)]
    end_half_life_days: Annotated[int, Between(1, 3650)]
    attitude_half_life_days: Annotated[int, Between(1, 3650)]
    neutral_episodes: Annotated[float, Between(0.01, 100)]
    blend_from_ratings: Annotated[int, Between(20, 10000)]
    blend_prior: Annotated[tuple[float, ...], Between(0, 1)]
    blend_pull: Annotated[float, Between(0, 100000)]
    least_customers: Annotated[int, Between(5, 1000)]
