"""The thresholds of the law of support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class SupportPolicy:
    """What `policy.toml` sets, with the reason for each."""

    bin_seconds: Annotated[int, Between(60, 86_400)]
    flag_z: Annotated[float, Between(1, 6)]
    least_answers: Annotated[int, Between(50, 10_000)]
    least_days: Annotated[int, Between(5, 1000)]
    recontact_hours: Annotated[int, Between(1, 720)]
    happy_stars: Annotated[int, Between(1, 5)]
    least_ends: Annotated[int, Between(5, 1000)]
    least_gap: Annotated[int, Between(5, 1000)]
