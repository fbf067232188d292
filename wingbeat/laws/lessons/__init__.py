"""Behind every bad experience there is a legitimate reason: mend it, and prove that it stays away.

A cause happened y0 times in T0 days before its fix and y1 times in T1 after it:

    RR = (y1 / T1) / (y0 / T0), exact given y0 + y1           (Przyborowski and Wilenski, 1940)

A lesson holds when the old rate would by now have led one to expect 3.00 recurrences and none
came, or 4.74 and one came, or 6.30 and two (chi2(.95; 2 y1 + 2) / 2); what comes many at once
counts as one. Days around the fix are washed out. Lessons are opened on peaks, and peaks fall by
themselves: so the days of the cluster that opened a lesson do not count as "before". All
causes are held together by Holm. Principles S2.11 to S2.18; model B18.
"""

from __future__ import annotations

from functools import partial

from wingbeat.laws.lessons.policy import LessonsPolicy
from wingbeat.laws.policy import shipped

__all__ = ["LessonsPolicy", "shipped_policy"]

shipped_policy = partial(shipped, LessonsPolicy, __name__)
