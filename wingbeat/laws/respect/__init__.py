"""Everyone is met with the same regard, however small their order and however sharp their words.

Small and big customers are compared within the same severity and channel, never across them. For
waits the open ones count, by a stratified hazard ratio h (Cox, 1972), read as the chance that the
small customer waits less:

    p = h / (1 + h),   0.5 is no difference; where curves cross, the pairs are counted

Shares are compared by Mantel and Haenszel's difference (Sato 1989) and ratio, with a flag below
four fifths. Equality is *claimed* only when the 90 % intervals lie inside the margins (two
one-sided tests, Schuirmann 1987), for shares that of the ratio, too; otherwise the law says "not
shown", and which difference it could have seen. Many conversations of one customer count for what
they tell together. All metrics of one report are held together by Holm. Principles S4.8 to S4.16;
model B15.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.policy import shipped
from wingbeat.laws.respect.policy import RespectPolicy

__all__ = ["RespectPolicy", "shipped_policy"]

shipped_policy = partial(shipped, RespectPolicy, __name__)
