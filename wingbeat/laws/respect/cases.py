"""The cases of the law of respect."""

from __future__ import annotations

from wingbeat.laws.cases import Case, Numbers
from wingbeat.laws.respect import shipped_policy

# Applicants and admitted by department, men then women: R's UCBAdmissions (Bickel et al. 1975).
BERKELEY = (
    (512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593), (138, 417, 131, 375),
    (53, 191, 94, 393), (22, 373, 24, 341),
)  # fmt: skip


SIX_MP = ([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], 9)
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], 21)


def _freireich() -> Numbers:
    """Weeks in remission: the curve at 6 to 23 weeks, both medians, chi-squared, and Cox's beta."""
    from math import log

    from wingbeat.stats.survival import Durations, cox, kaplan_meier, log_rank

    one, other = (
        Durations.of(weeks, [i < ended for i in range(len(weeks))])
        for weeks, ended in (SIX_MP, PLACEBO)
    )
    both = Durations.of([*one.times, *other.times], [*one.ended, *other.ended])
    curve, [hazard] = kaplan_meier(one), cox(both, [0] * 21 + [1] * 21)
    shares = (curve.at(week).value for week in (6, 7, 10, 13, 16, 22, 23))
    medians = curve.quantile().value, kaplan_meier(other).quantile().value
    return *shares, *medians, log_rank(one, other).statistic ** 2, log(hazard.value)


def _power() -> Numbers:
    from wingbeat.stats.comparing import detectable

    return detectable(363, 363), detectable(67, 67)


def _departments() -> Numbers:
    """Berkeley's p as this law has it, and with the correction that R makes."""
    from scipy import stats

    from wingbeat.laws.respect.report import shares
    from wingbeat.stats.lift import lift

    rows = [
        {"stratum": str(d), "size": size, "k": k, "n": n}
        for d, (k1, n1, k2, n2) in enumerate(BERKELEY)
        for size, k, n in (("small", k1, n1), ("big", k2, n2))
    ]
    p = float(shares(rows, shipped_policy())[1]["p"])
    moved = lift((n1, k1, n2, k2) for k1, n1, k2, n2 in BERKELEY).value * sum(
        n1 * n2 / (n1 + n2) for _, n1, _, n2 in BERKELEY
    )
    return p, float(2 * stats.norm.sf(stats.norm.isf(p / 2) * (1 - 0.5 / abs(moved))))


def _promises() -> Numbers:
    from wingbeat.stats.shares import fisher, ratio

    return ratio(45, 60, 54, 60).value, fisher(45, 60, 54, 60).p


CASES = (
    Case("V19", "Freireich's trial: curve at seven weeks, medians, log-rank, Cox with Efron's ties",
         "published",
         (0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482, 23, 8, 16.793, 1.5721), 0.0005,
         "Freireich et al. 1963 (Blood 21:699); R's survdiff and coxph on MASS::gehan; lifelines",
         _freireich),
    Case("B15", "what 363 and 67 in a group can show", "own", (0.56, 0.64), 0.001, "Noether 1987",
         _power),
    Case("B15b", "Berkeley's six departments, stratified: p, and corrected for continuity",
         "published", (0.2169, 0.2323), 5e-5,
         "R's mantelhaen.test on UCBAdmissions, corrected; the first by hand", _departments),
    Case("B15c", "45 of 60 kept against 54 of 60: ratio, Fisher's p", "own", (0.833, 0.053), 0.001,
         "by hand; R's fisher.test", _promises),
)  # fmt: skip
