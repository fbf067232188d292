"""People answer you the way they perceive you, and the first words decide how they read the rest.

A wait for first words begins when a known customer writes and ends with the first human answer. A
wait that has not ended still counts: it lasted *at least* until now. Leaving it out is the usual
mistake; on a desk whose answers take 33 hours in the median it shows 15.

    S(t) = product over answer times t_i <= t of (1 - d_i / n_i)          (Kaplan and Meier, 1958)

Nobody has shown that an answer within any given number of seconds makes an impression. The grace
period in the policy is a convention; this desk's own curve is the evidence. Principles S1.3 to
S1.7 and S3.24; models B8, B9, B16 and B20.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.first_impression.policy import FirstImpressionPolicy
from wingbeat.laws.policy import shipped

__all__ = ["FirstImpressionPolicy", "shipped_policy"]

shipped_policy = partial(shipped, FirstImpressionPolicy, __name__)
