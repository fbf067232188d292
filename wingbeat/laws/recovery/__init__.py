"""Whoever talks to the customer may put things right at once, up to a limit, without asking.

The limit follows from what a customer is worth and from what asking costs:

    worth = margin a year * r / (1 + i - r)                       (Gupta and Lehmann, 2003)
    limit = worth * gain in retention + minutes * people * wage, kept between two bounds

One limit for everybody, from the mean customer: it caps authority, not generosity, and nobody is
offered less for being small. Whether acts of recovery work is measured against failures of equal
depth that got none, because whatever is picked for being bad looks better afterwards by itself;
and by what customers say or do, since a new question or a silence is no outcome.
Principles S2.1 to S2.9; models B13 and B19.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.policy import shipped
from wingbeat.laws.recovery.policy import RecoveryPolicy

__all__ = ["RecoveryPolicy", "shipped_policy"]

shipped_policy = partial(shipped, RecoveryPolicy, __name__)
