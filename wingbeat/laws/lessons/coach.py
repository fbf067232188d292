"""How long a fixed cause must still be watched: light enough for every page that shows a lesson."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from wingbeat.laws.lessons.policy import LessonsPolicy

State = Literal["holds", "watching", "rarer", "returned", "rate unknown"]


@dataclass(frozen=True, slots=True)
class Watch:
    """Where a lesson stands: what the old rate would have brought by now, and what it takes."""

    state: State
    expected: float
    needed: float | None
    days_left: float | None


def watch(
    policy: LessonsPolicy, *, before: float, days_before: float, after: int, days_after: float
) -> Watch:
    """Say whether a lesson holds, or for how many days it is still watched.

    Counts of occurrences (those that come as one are one), and days at one number of customers,
    before and after the fix. After three or more it holds no longer: it is "rarer" where the old
    rate would have brought clearly more, else "returned".

    >>> from wingbeat.laws.lessons import shipped_policy
    >>> policy = shipped_policy()
    >>> watch(policy, before=12, days_before=100, after=0, days_after=10)
    Watch(state='watching', expected=1.2, needed=3.0, days_left=15.0)
    >>> watch(policy, before=12, days_before=100, after=0, days_after=25).state
    'holds'
    """
    if before < policy.least_before or days_before <= 0:
        return Watch("rate unknown", 0.0, None, None)
    rate = before / days_before
    expected = rate * max(0.0, days_after)
    if after >= len(policy.expected_when_quiet):
        rarer = expected >= _clearly_more(after, policy.level)
        return Watch("rarer" if rarer else "returned", expected, None, None)
    needed = policy.expected_when_quiet[after]
    if expected >= needed - 1e-9:
        return Watch("holds", expected, needed, 0.0)
    return Watch("watching", expected, needed, needed / rate - max(0.0, days_after))


def _clearly_more(after: int, level: float) -> float:
    """Return what must have been expected for so many to be clearly fewer.

    That is chi2(level; 2k + 2) / 2, by Wilson and Hilferty's cube (1931), within a thousandth from
    three on.
    """
    freedom = 2 * after + 2
    part = 2 / (9 * freedom)
    return freedom / 2 * NormalDist(1 - part, part**0.5).inv_cdf(level) ** 3
