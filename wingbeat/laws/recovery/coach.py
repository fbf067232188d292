"""What an agent may put right now, and what asking would cost: with its arithmetic, light."""

from __future__ import annotations

from dataclasses import dataclass

from wingbeat.laws.recovery.policy import RecoveryPolicy


class NoWorth(ValueError):
    """A share lies outside 0 to 1, so a customer's worth has no meaning."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit in cents, and the arithmetic a manager can follow, line by line."""

    cents: int
    worth_cents: int
    gain_cents: int
    asking_cents: int
    unbounded_cents: int


def margin_multiple(retention: float, discount: float) -> float:
    """Say how many years of margin a customer is worth: r / (1 + i - r), first margin next year.

    Source: Gupta and Lehmann 2003, Journal of Interactive Marketing 17:9.

    >>> round(margin_multiple(0.8, 0.10), 2), round(margin_multiple(0.9, 0.12), 2)
    (2.67, 4.09)
    """
    if not 0 <= retention <= 1 or not 0 <= discount <= 1 or retention - discount >= 1:
        raise NoWorth(
            f"retention {retention} at discount {discount}: both are shares from 0 to 1, and a "
            "customer who never leaves needs a discount above 0"
        )
    return retention / (1 + discount - retention)


def limit(policy: RecoveryPolicy, *, margin_cents: int, retention: float, minutes: float) -> Limit:
    """Return what may be given without asking, for a mean margin a year and a yearly retention.

    `minutes` is what asking would take in all, of whoever asks and whoever is asked.

    >>> from wingbeat.laws.recovery import shipped_policy
    >>> limit(shipped_policy(), margin_cents=6000, retention=0.8, minutes=25)
    Limit(cents=3750, worth_cents=15000, gain_cents=2250, asking_cents=1500, unbounded_cents=3750)
    """
    worth = round(margin_cents * margin_multiple(retention, policy.discount))
    gain = round(worth * policy.retention_gain)
    asking = round(minutes * policy.loaded_wage_cents)
    free = gain + asking
    return Limit(bounded(policy, free), worth, gain, asking, free)


def bounded(policy: RecoveryPolicy, cents: int) -> int:
    """Keep a limit between the lowest and the highest that the policy allows."""
    return min(policy.highest_cents, max(policy.lowest_cents, cents))


def send_another(policy: RecoveryPolicy, *, cost_cents: int) -> bool:
    """Say whether the thing itself costs so little that another is sent at once, undiscussed.

    >>> from wingbeat.laws.recovery import shipped_policy
    >>> [send_another(shipped_policy(), cost_cents=cents) for cents in (999, 1000, 1001)]
    [True, True, False]
    """
    return cost_cents <= policy.send_at_once_cents
