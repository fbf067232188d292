"""The thresholds of the law of ethics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wingbeat.laws.policy import Between


@dataclass(frozen=True)
class EthicsPolicy:
    """What `policy.toml` sets, with the reason for each."""

    life_hours: Annotated[float, Between(0.25, 72)]
    money_hours: Annotated[float, Between(1, 168)]
    other_hours: Annotated[float, Between(1, 720)]
    deputy_share: Annotated[float, Between(0.1, 1)]
    least_promises: Annotated[int, Between(5, 1000)]
    least_affected: Annotated[int, Between(1, 1000)]
    least_faults: Annotated[int, Between(2, 1000)]
