"""The service we give comes back to us: what follows on an act, against the same without it.

Outcomes are what a customer says or does: a rating or a word, a business event, a thank-you or a
complaint. A new contact or silence is *never* one: on a real desk 85 % never return in 90 days,
and whoever returns may do so because it went well or because it did not. Each act is compared
inside strata (same inbox, cause, severity, and which message of ours it was), and the differences
are joined:

    d = sum_i w_i (a_i/n_i - b_i/m_i) / sum_i w_i,   w_i = n_i m_i / (n_i + m_i)

(Mantel and Haenszel, 1959; variance of Sato, 1989, widened where customers stand in several). An
outcome before the act is never credited to it, and no act is spared what came before it. Good
service also goes to grateful people: this is matching, not proof. Without business events, repeat
business cannot be seen from support alone, and nothing is shown.

Principles S1.8 to S1.12, S0.21; model B26.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.harvest.policy import HarvestPolicy
from wingbeat.laws.policy import shipped

__all__ = ["HarvestPolicy", "shipped_policy"]

shipped_policy = partial(shipped, HarvestPolicy, __name__)
