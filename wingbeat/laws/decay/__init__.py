"""Whatever nobody looks after gets worse: articles, macros, rules, quality itself.

How long a thing stays right is a survival time: from the day a person checked it to the first sign
that it was wrong. Things that are still right count as *at least* so long. With Weibull's curve

    S(t) = exp(-(t / scale)^shape),   P(stale) = 1 - S(age)

and what to look after first is views a day x P(stale) x harm. Quality itself is watched by a sum
of deviations (Page, 1954), which rings long before a monthly target is missed; how often it rings
for nothing is computed and told.

The physical law speaks of isolated systems; here it is a metaphor with a hazard one can measure.
Principles S1.13 to S1.16, S0.14; models B17 and B21.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.decay.policy import DecayPolicy
from wingbeat.laws.policy import shipped

__all__ = ["DecayPolicy", "shipped_policy"]

shipped_policy = partial(shipped, DecayPolicy, __name__)
