"""One act of indifference or of care reaches people who were never there.

Small acts: n acts of size x/n are felt n^(1-a) = n^0.12 times as much as one act of size x (ten
acts: 1.32), because the value function flattens (Tversky and Kahneman, 1992).

Word of mouth, as a branching process: a customer left with s tells somebody with probability

    p(s) = p0 + b_bad max(0, -s) + b_good max(0, s)

and tells k people, each of whom tells it on with probability q. With R = k q < 1 a story dies out
after 1/(1 - R) tellers on average, distributed as Borel; with R >= 1 it may not die out. Both signs
are forecast: more people tell of good things than of bad ones, because more things go well (East et
al., 2007: 3 to 1), although each bad one is told more often (Anderson, 1998).

A forecast of reach, not of loss. Principles S0.2 to S0.6, S0.19, S0.26; models B6 and B11.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.policy import shipped
from wingbeat.laws.ripple.policy import RipplePolicy
from wingbeat.laws.ripple.telling import borel, many_small, talk_share, told_of

__all__ = ["RipplePolicy", "borel", "many_small", "shipped_policy", "talk_share", "told_of"]

shipped_policy = partial(shipped, RipplePolicy, __name__)
