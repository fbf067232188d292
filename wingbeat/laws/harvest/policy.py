"""The thresholds of the law of harvest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class HarvestPolicy:
    """What `policy.toml` sets, with the reason for each."""

    window_days: Annotated[int, Between(1, 730)]
    sown: tuple[str, ...]
    most_turns: Annotated[int, Between(1, 50)]
    good_stars: Annotated[int, Between(1, 5)]
    bad_stars: Annotated[int, Between(1, 5)]
    least_pairs: Annotated[int, Between(5, 1000)]
    level: Annotated[float, Between(0.8, 0.999)]
