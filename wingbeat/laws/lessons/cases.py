"""The cases of the law of lessons."""

from __future__ import annotations

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.lessons import shipped_policy
from wingbeat.laws.lessons.coach import watch


def _ratio(before: int, e0: float, after: int, e1: float) -> Numbers:
    from wingbeat.stats.rates import rate_ratio

    found, test = rate_ratio(before, e0, after, e1)
    return found.value, found.low, found.high, test.p


def _e_test() -> Numbers:
    from wingbeat.stats.rates import e_test

    return (e_test(0, 100, 3, 100).p,)


def _quiet() -> Numbers:
    from wingbeat.stats.rates import quiet_enough

    return tuple(2 * quiet_enough(k) for k in range(3))


def _days() -> Numbers:
    found = watch(shipped_policy(), before=12, days_before=100, after=0, days_after=0)
    return (found.days_left or 0.0,)


def _passes() -> Numbers:
    """How often a fix that does nothing passes one of three looks: rate known, of 12 and of 3."""
    from scipy import stats

    even = [(i + 0.5) / 400 for i in range(400)]
    counted = ([_passes_at(stats.gamma.ppf(q, k) / k) for q in even] for k in (12, 3))
    return _passes_at(1.0), *(sum(found) / len(even) for found in counted)


def _passes_at(longer: float) -> float:
    """The same by Poisson arrivals, where each look comes so many times later than it should."""
    from math import exp, factorial

    waiting, passed, at = {0: 1.0}, 0.0, 0.0
    for allowed, look in enumerate(shipped_policy().expected_when_quiet):
        span, arrived = look * longer - at, dict[int, float]()
        for had, chance in waiting.items():
            for more in range(3 - had):
                share = chance * exp(-span) * span**more / factorial(more)
                arrived[had + more] = arrived.get(had + more, 0.0) + share
        passed += sum(share for had, share in arrived.items() if had <= allowed)
        waiting = {had: share for had, share in arrived.items() if had > allowed}
        at = look * longer
    return passed


CASES = (
    Case("V18", "12 recurrences in 100 days before, 3 after: ratio, interval, p", "own",
         (0.25, 0.045, 0.926, 0.035), 0.001, "2 (1 + 15 + 105 + 455) / 2^15 by hand",
         lambda: _ratio(12, 100, 3, 100)),
    Case("V18b", "the E-test of 0 against 3", "published", (0.08837900929,), 1e-9,
         "SciPy's documentation of poisson_means_test", _e_test),
    Case("V18c", "11 in 800 against 21 in 3,011: ratio, interval, p", "published",
         (1.971488, 0.8584264, 4.2772659, 0.07967), 5e-6,
         "R's poisson.test on the example of its own page",
         lambda: _ratio(21, 3011, 11, 800)),
    Case("V25", "twice what must be expected for 0, 1 and 2 recurrences", "published",
         (5.991, 9.488, 12.592), 0.001, "tables of chi-squared, .95 at 2, 4, 6", _quiet),
    Case("V25c", "a fix that does nothing passes a look: rate known, of 12 and of 3 before", "own",
         (0.0939, 0.1369, 0.2381), 0.001, "simulated 6,000,000 times from 3; less in the tests",
         _passes),
    Case("V25b", "12 in 100 days: days that none may come", "own", (25.0,), 0.01, "3.00 / 0.12",
         _days),
)  # fmt: skip
