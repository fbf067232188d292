"""The thresholds of the law of ripples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from wingbeat.laws.policy import Between

Share: TypeAlias = Annotated[float, Between(0, 1)]


@dataclass(frozen=True)
class RipplePolicy:
    """What `policy.toml` sets, with the reason for each."""

    exponent: Annotated[float, Between(0.1, 1)]
    talk_base: Share
    talk_good: Share
    talk_bad: Share
    contacts: Annotated[float, Between(0, 1000)]
    retell_share: Share
    runs: Annotated[int, Between(100, 100000)]
    most_talkers: Annotated[int, Between(100, 10000000)]
    least_ratings: Annotated[int, Between(5, 1000)]
    small_acts: tuple[str, ...]

    @property
    def spread(self) -> float:
        """R: how many new tellers one teller makes."""
        return self.contacts * self.retell_share
