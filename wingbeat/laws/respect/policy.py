"""The thresholds of the law of respect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class RespectPolicy:
    """What `policy.toml` sets, with the reason for each."""

    margin_low: Annotated[float, Between(0.3, 0.5)]
    margin_high: Annotated[float, Between(0.5, 0.7)]
    level: Annotated[float, Between(0.8, 0.999)]
    power: Annotated[float, Between(0.5, 0.99)]
    four_fifths: Annotated[float, Between(0.5, 1)]
    equal_within: Annotated[float, Between(0.01, 0.3)]
    least_each: Annotated[int, Between(5, 1000)]

    @property
    def equal_level(self) -> float:
        """The level of the interval that must lie within the margin: two one-sided tests (TOST)."""
        return 2 * self.level - 1
