"""Those who serve are treated as well as those they serve.

Hard conversations weigh on people for days. Each weighs 2^(-days / 7), half a one more where no
break followed; their sum H is the load that somebody carries today. No number is about a person:
for a team its evenness is told (Gini), beside what lots would bring, and only through the cell
rule: five people at least, none of whom makes up more than half, and no difference of two numbers
shown may undo this. It is load, never health, and never a mood. Principles S0.8 to S0.16 and S2.19
to S2.28; model B23.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.people_first.policy import PeopleFirstPolicy
from wingbeat.laws.policy import shipped

__all__ = ["PeopleFirstPolicy", "shipped_policy"]

shipped_policy = partial(shipped, PeopleFirstPolicy, __name__)
