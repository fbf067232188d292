"""Helping comes before measuring, and only the customer can say that they were helped.

Where a clock steers the work, answers crowd just before it. Counts around the due time are fitted
by a polynomial that leaves the two bins at it out; what stands in the last bin beyond the fit is
the excess (Chetty et al. 2011), asked with z > 3, and the density jump of McCrary (2008) must see
it, too. Beside it stands what was in the crowd: how many of its answers held
an act, and how often their conversations came back.

An end is read by what follows: the share of ended conversations that their customer reopened within
three days (Kaplan-Meier, recent ends included). And silence is no satisfaction: the share of happy
ratings is shown between its worst and its best case (Manski 1989). A crowd shows a distorted
process, not a dishonest person. Principles S4.21 to S4.28 and S1.17; model B14.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.policy import shipped
from wingbeat.laws.support.policy import SupportPolicy

__all__ = ["SupportPolicy", "shipped_policy"]

shipped_policy = partial(shipped, SupportPolicy, __name__)
