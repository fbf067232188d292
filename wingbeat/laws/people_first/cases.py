"""The cases of the law of people first."""

from __future__ import annotations

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.people_first import shipped_policy
from wingbeat.laws.people_first.coach import load
from wingbeat.stats.inequality import gini

INCOMES = (541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261)


def _load() -> Numbers:
    return (load(shipped_policy(), [(age, True) for age in (0, 1, 1, 3, 7, 10)]),)


CASES = (
    Case("B23", "hard ones 0, 1, 1, 3, 7 and 10 days ago: load", "own", (4.43,), 0.005,
         "1 + .906 + .906 + .743 + .5 + .371", _load),
    Case("B23b", "loads of 2, 3, 5 and 10: unevenness", "own", (0.325,), 1e-9,
         "half the mean difference over the mean", lambda: (gini([2, 3, 5, 10]),)),
    Case("B23c", "ten incomes: unevenness", "published", (0.4620911,), 5e-8,
         "R's package ineq, the example of its own page", lambda: (gini(INCOMES),)),
)  # fmt: skip
