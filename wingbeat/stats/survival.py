"""Survival: times until something happens, with those included that it has not happened to yet.

Leaving the open ones out is the commonest lie in service statistics: on a fast-growing desk the
median of the *answered* ones can be less than half the true median.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from wingbeat.stats.clusters import LEAST_WORTH, fewer, wilson_of, worth
from wingbeat.stats.results import Estimate, Tested, WrongNumber, all_finite
from wingbeat.stats.shares import reach

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[Any]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Durations:
    """Times since the start (any unit, 0 or more), and whether each has ended or is still open."""

    times: Floats
    ended: Flags
    whose: Codes | None = None  # whose each is, by number; none where nobody stands for several

    @classmethod
    def of(
        cls, times: Sequence[float] | Floats, ended: Sequence[bool] | Flags,
        whose: Sequence[object] | Labels | None = None,
    ) -> Durations:  # fmt: skip
        """Check and keep times with their flags and, where one has several, whose each is."""
        t, e = np.asarray(times, dtype=float), np.asarray(ended, dtype=bool)
        own = np.arange(t.size)
        if whose is not None:
            own = np.unique(np.asarray(whose), return_inverse=True)[1]
        for name, told in (("ended", e), ("whose", own)):
            if t.shape != told.shape or t.ndim != 1:
                raise WrongNumber.of(name, f"{told.size} long", f"one a time, {t.size} here")
        if t.size and not (np.isfinite(t).all() and t.min() >= 0):
            raise WrongNumber.of("times", t.min(), "finite times of 0 or more")
        return cls(t, e, own if t.size and own.max() + 1 < t.size else None)

    @property
    def is_of_one(self) -> bool:
        """Say whether all are one customer's, or as good as: that is no sample."""
        return self.whose is not None and worth(np.bincount(self.whose)) < LEAST_WORTH - 1e-9

    def __len__(self) -> int:
        return len(self.times)

    def only(self, chosen: Flags) -> Durations:
        """Keep the chosen ones."""
        own = None if self.whose is None else self.whose[chosen]
        return Durations.of(self.times[chosen], self.ended[chosen], own)


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: at each time with an end, the share still open just after it."""

    times: Floats
    share: Floats
    low: Floats
    high: Floats
    spread: Floats  # the variance of log share
    at_risk: Floats
    events: Floats
    followed: Floats  # all times in order, those of open ones too
    worth: Floats  # how many customers those followed as long or longer are worth
    method: str
    level: float = 0.95

    @property
    def n(self) -> int:
        """How many times there are."""
        return len(self.followed)

    @property
    def longest(self) -> float:
        """The longest time, beyond which nothing is known."""
        return float(self.followed[-1])

    def tells(self, time: float) -> bool:
        """Say whether it reaches a time: one was followed so long, or none was left before."""
        return time <= self.longest or bool(self.share.size and self.share[-1] <= 0)

    def at(self, time: float) -> Estimate:
        """Estimate the share still open after `time`, as far as the curve `tells`.

        Before the first end the curve has no spread; then the exact bound of those followed so long
        stands in: none of r ended, r customers. Source: Clopper and Pearson 1934.
        """
        if not self.tells(time):
            raise WrongNumber.of("time", time, f"at most the longest time, {self.longest}")
        i = int(np.searchsorted(self.times, time, side="right")) - 1
        if i < 0:
            r = self.worth[np.searchsorted(self.followed, time, side="left")]
            low = float(((1 - self.level) / 2) ** (1 / r))
            return Estimate(1.0, low, 1.0, self.n, "exact, none ended", self.level)
        share, low, high = map(float, (self.share[i], self.low[i], self.high[i]))
        return Estimate(share, low, high, self.n, self.method, self.level)

    def quantile(self, share_ended: float = 0.5) -> Estimate:
        """Estimate the time by which a share has ended; infinite where the curve ends above it.

        The interval inverts the pointwise one. Source: Brookmeyer and Crowley 1982,
        Biometrics 38:29.
        """
        value, low, high = (
            self._first_below(s, 1 - share_ended) for s in (self.share, self.low, self.high)
        )
        return Estimate(value, low, high, self.n, "Kaplan-Meier, Brookmeyer-Crowley", self.level)

    def _first_below(self, share: Floats, level: float) -> float:
        below = np.flatnonzero(share <= level + 1e-12)
        return float(self.times[below[0]]) if below.size else inf


def kaplan_meier(durations: Durations, *, level: float = 0.95) -> Curve:
    """Estimate the share still open over time: S(t) = product of (1 - d/r) up to t.

    d ended at a time, r were open just before. Interval by log(-log S) with Greenwood's sum
    d/(r(r-d)). Assumes that whatever left a case open has nothing to do with its speed. Where one
    customer stands for several, that sum is multiplied by D, as in `clusters.share_of`; what
    customer c moves in S is S times the sum over its cases of (1 at its end)/(r-d) - d/(r(r-d)) at
    all ends up to it, squared over c (R's robust variance). The interval is Wilson's of (1-S)/(S D
    sum) then, `share_of`'s where none is open and S above 0: log(-log S) bursts near S = 1. Bounds
    stay each time's own: the best so far would hold less often. Source: Kaplan and Meier 1958, JASA
    53:457; Ying and Wei 1994, J Multivar Anal 50:17; Dorey and Korn 1987, Stat Med 6:679 (that n).

    >>> six_mp = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    >>> curve = kaplan_meier(Durations.of(six_mp, [True] * 9 + [False] * 12))
    >>> round(curve.at(10).value, 4), curve.quantile().value
    (0.7529, 23.0)
    """
    if not len(durations):
        raise WrongNumber.of("durations", "empty", "at least one time")
    times, events, at_risk = _table(durations)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share: Floats = np.cumprod(1 - events / at_risk, dtype=np.float64)
        spread = np.cumsum(events / (at_risk * (at_risk - events)))
        over = share <= 0  # nobody is left: the interval cannot be had from logs
        apart, still = _by_customer(durations, times, at_risk - events, np.where(over, 0, spread))
        if durations.whose is None:
            half = reach(level=level) * np.sqrt(spread) / np.log(share)
            low, high, how = share ** np.exp(-half), share ** np.exp(half), "Kaplan-Meier, log-log"
        else:
            rows, own = (1 - share) / (share * spread), worth(np.bincount(durations.whose))
            within, moved = rows * share * (1 - share), apart * (rows * share) ** 2
            many = fewer(within, moved, rows / own, own - 1, level)
            spread, how = spread * many, "Kaplan-Meier, Wilson"
            low, high = wilson_of(share, rows / many, level)
    low, left = np.where(over, 0.0, low), still[len(durations) - at_risk.astype(int)]
    none_left = 1 - ((1 - level) / 2) ** (1 / left)  # exact: of the customers at risk
    before = np.concatenate([[1.0], high])[:-1] if high.size else high
    high = np.where(over, np.minimum(before, none_left), high)
    told = np.sort(durations.times), still, how, level
    return Curve(times, share, low, high, spread, at_risk, events, *told)


def _by_customer(
    durations: Durations, ends: Floats, left: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """Return the squares of what customers move in log S by each end, and the worth of those left.

    A customer of h of all cases moves it by (B - Y G)/(1 - h): B of the cases over by then, Y still
    followed, G Greenwood's sum. The sums over customers change only as a case goes, one at a time.
    """
    n, many = len(durations), np.arange(len(durations), 0, -1.0)
    if durations.whose is None:
        return spread, many
    order = np.lexsort((durations.times, durations.whose))
    times, own, ended = durations.times[order], durations.whose[order], durations.ended[order]
    upto = np.searchsorted(ends, times, side="right")
    step = -np.concatenate([[0.0], spread])[upto]
    step[ended] += np.where(left > 0, 1 / left, 0.0)[upto[ended] - 1]
    sizes = np.bincount(own).astype(float)
    first = (np.cumsum(sizes) - sizes).astype(int)[own]
    sums = np.concatenate([[0.0], np.cumsum(step)])
    moved, rest = sums[1:] - sums[first], sizes[own] - np.arange(n) + first - 1
    lever = (1 - np.minimum(sizes, n - 1) / n) ** -2  # of one customer alone the rest is nothing
    begin = np.array([0.0, 0.0, (lever * sizes**2).sum(), (sizes**2).sum()])
    was, rests = moved - step, 2 * rest + 1
    change = [moved**2 - was**2, moved * rest - was * (rest + 1), -rests] * lever[own]
    in_time = np.argsort(times, kind="stable")
    path = np.cumsum(np.column_stack([begin, np.vstack([change, -rests])[:, in_time]]), axis=1)
    by_then = path[:, np.searchsorted(times[in_time], ends, side="right")]
    squares = by_then[0] - 2 * spread * by_then[1] + spread**2 * by_then[2]
    return squares, many**2 / path[3, :-1]


def _table(durations: Durations) -> tuple[Floats, Floats, Floats]:
    """Distinct times with an end, how many ended then, how many were open just before."""
    times, counts = np.unique(durations.times[durations.ended], return_counts=True)
    order = np.sort(durations.times)
    at_risk = (len(order) - np.searchsorted(order, times, side="left")).astype(float)
    return times, counts.astype(float), at_risk


def crowding(
    durations: Durations, first: Flags, strata: Labels, whose: Labels
) -> tuple[float, float]:
    """Return how many times the log-rank's variance V is that of independent times, and freedom.

    Leaving out a row of group x moves O - E by the sum, over the times t it lives through, of
    (x - r1/r) (its end at t - d/r) r/(r - 1). With T the sum of squares of what customers move, and
    R of what rows do, it is 1 + (T - R)/V, never below 1, as in `lift.crowding`. Freedom: as many
    customers as the smaller group is worth, less one.

    >>> waits = Durations.of([1, 2, 3, 4, 11, 12, 13, 14], [True] * 8)
    >>> small, where = np.array([1, 1, 0, 0] * 2, dtype=bool), np.repeat(["chat", "mail"], 4)
    >>> same = np.array(["a", "b", "c", "d"] * 2)
    >>> round(crowding(waits, small, where, same)[0], 2)
    2.53
    """
    moved, told, variance = np.zeros(len(durations)), np.zeros(len(durations)), 0.0
    for one in set(strata):
        here = strata == one
        mine, x = durations.only(here), first[here].astype(float)
        times, d, r = _table(mine)
        ours = np.sort(mine.times[x > 0])
        share = (len(ours) - np.searchsorted(ours, times, side="left")) / r
        rest = np.where(r > 1, r - 1, np.inf)  # of the last one left nobody is compared
        upto = np.searchsorted(times, mine.times, side="right")
        pace, risk = d / rest, d / r
        lived = [np.concatenate([[0.0], np.cumsum(part)])[upto]
                 for part in (pace, pace * share, risk, risk * share, risk * share**2)]  # fmt: skip
        own = np.minimum(upto - 1, len(times) - 1)
        ends = np.where(mine.ended, (x - share[own]) * (r / rest)[own], 0.0) if times.size else 0.0
        moved[here] = ends - x * lived[0] + lived[1]
        told[here] = x * lived[2] - 2 * x * lived[3] + lived[4]
        variance += float((d * share * (1 - share) * (r - d) / rest).sum())
    names, who = np.unique(whose.astype(str), return_inverse=True)
    together, alone = (np.bincount(who, moved) ** 2).sum(), (moved**2).sum()
    sides = (np.bincount(who[side], told[side], len(names)) for side in (first, ~first))
    more = 1 + float(together - alone) / variance if variance > 0 else 1.0
    return max(1.0, more), min(map(worth, sides)) - 1


def log_rank(
    one: Durations, other: Durations, *,
    strata: tuple[Sequence[object], Sequence[object]] | None = None,
) -> Tested:  # fmt: skip
    """Test whether two groups end at the same pace, open cases included.

    Over all times: z = sum(O - E) / sqrt(sum V), E and V hypergeometric; with strata both sums run
    inside each stratum. Chi-squared = z^2 with one degree of freedom; the statistic is z, above 0
    when `one` ends sooner. Source: Mantel 1966, Cancer Chemotherapy Reports 50:163.

    >>> a = Durations.of([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32,
    ...     34, 35], [True] * 9 + [False] * 12)
    >>> b = Durations.of([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
    ...     [True] * 21)
    >>> round(log_rank(a, b).statistic ** 2, 2)
    16.79
    """
    pairs = [(one, other)] if strata is None else _by_stratum(one, other, strata)
    surplus = variance = 0.0
    for a, b in pairs:
        gained, spread = _surplus(a, b)
        surplus, variance = surplus + gained, variance + spread
    z = surplus / sqrt(variance) if variance > 0 else 0.0
    p = float(2 * stats.norm.sf(abs(z)))
    method = "log-rank" if strata is None else "stratified log-rank"
    return Tested(z, p, len(one) + len(other), method)


def _by_stratum(
    one: Durations, other: Durations, strata: tuple[Sequence[object], Sequence[object]]
) -> list[tuple[Durations, Durations]]:
    ours, theirs = (np.asarray([str(label) for label in side]) for side in strata)
    both = np.intersect1d(ours, theirs)
    return [(one.only(ours == label), other.only(theirs == label)) for label in both]


def _surplus(one: Durations, other: Durations) -> tuple[float, float]:
    pooled = Durations(
        np.concatenate([one.times, other.times]), np.concatenate([one.ended, other.ended])
    )
    times, d, r = _table(pooled)
    ours = np.sort(one.times)
    r1 = len(ours) - np.searchsorted(ours, times, side="left")
    expected = d * r1 / r
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(r > 1, d * (r1 / r) * (1 - r1 / r) * (r - d) / (r - 1), 0.0)
    return float(one.ended.sum() - expected.sum()), float(spread.sum())


def cox(
    durations: Durations, columns: npt.ArrayLike, *, strata: Sequence[object] | None = None,
    level: float = 0.95,
) -> list[Estimate]:  # fmt: skip
    """Estimate hazard ratios: how many times sooner things end for each unit of a column.

    h(t|x) = h0(t) e^(x b), partial likelihood with Efron's correction for ties, Newton's method,
    Wald intervals; a baseline of its own for every stratum. Unit: hazard ratio, above 1 is sooner.
    Where one column parts the times cleanly no finite b is likeliest: then the ratio is infinite or
    0, and its one bound is where the score test would just not refuse it.
    Source: Cox 1972, JRSS B 34:187; Efron 1977, JASA 72:557.

    >>> d = Durations.of([1, 2, 3, 4, 5, 6], [True] * 6)
    >>> [hazard] = cox(d, [1, 1, 0, 1, 0, 0])
    >>> hazard.value > 1
    True
    """
    x = np.asarray(columns, dtype=float).reshape(len(durations), -1)
    all_finite("columns", x.ravel())
    labels = np.asarray([str(s) for s in strata] if strata is not None else [""] * len(durations))
    parts = [(durations.only(labels == one), x[labels == one]) for one in np.unique(labels)]

    def slopes(beta: Floats) -> tuple[Floats, Floats]:
        found = [_efron(times, columns_in, beta) for times, columns_in in parts]
        gradients, curvatures = zip(*found, strict=True)
        return np.sum(gradients, axis=0), np.sum(curvatures, axis=0)

    beta, curvature = _newton(slopes, x.shape[1])
    if np.abs(beta).max() > FAR:
        return _parted(slopes, beta, len(durations), level)
    half = reach(level=level) * np.sqrt(np.diag(np.linalg.pinv(curvature)))
    low, high = np.exp(beta - half), np.exp(np.minimum(beta + half, 700))
    return [
        Estimate(float(np.exp(b)), float(lo), float(hi), len(durations), "Cox, Efron", level)
        for b, lo, hi in zip(beta, low, high, strict=True)
    ]


FAR = 20.0  # a log hazard ratio that no data of ours could tell from an infinite one
Slopes: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]  # gradient and information at b


def _newton(slopes: Slopes, columns: int) -> tuple[Floats, Floats]:
    """Climb to the likeliest b, or until it is beyond telling; return it with the information."""
    beta = np.zeros(columns)
    for _ in range(50):
        slope, curvature = slopes(beta)
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        beta = beta + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-9 or np.abs(beta).max() > FAR:
            break
    return beta, curvature


def _parted(slopes: Slopes, beta: Floats, n: int, level: float) -> list[Estimate]:
    """Bound a hazard ratio that the likelihood drives to infinity or 0, from its one near side."""
    method = "Cox, bound by score"
    if len(beta) > 1:
        return [Estimate(float(np.exp(b)), 0.0, inf, n, method, level) for b in beta]
    side = float(np.sign(beta[0]))
    z = reach(level=level)

    def beyond(b: float) -> float:
        slope, curvature = slopes(np.array([b]))
        return side * float(slope[0]) / sqrt(float(curvature[0, 0]) or 1e-300) - z

    bound = exp(optimize.brentq(beyond, -side * FAR, side * FAR))
    return [Estimate(inf, bound, inf, n, method, level)] if side > 0 else [
        Estimate(0.0, 0.0, bound, n, method, level)
    ]  # fmt: skip


def _efron(durations: Durations, x: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """Gradient and information of the partial likelihood, from the longest time to the shortest."""
    order = np.argsort(-durations.times, kind="stable")
    times, ended, x = durations.times[order], durations.ended[order], x[order]
    weight = np.exp(x @ beta)
    s0 = np.cumsum(weight)
    s1 = np.cumsum(weight[:, None] * x, axis=0)
    s2 = np.cumsum(weight[:, None, None] * x[:, :, None] * x[:, None, :], axis=0)
    gradient, information = np.zeros_like(beta), np.zeros((len(beta), len(beta)))
    _, first, size = np.unique(-times, return_index=True, return_counts=True)
    for start, count in zip(first, size, strict=True):
        died = np.flatnonzero(ended[start : start + count]) + start
        if not died.size:
            continue
        risk = start + count - 1
        d0, d1 = weight[died].sum(), (weight[died, None] * x[died]).sum(axis=0)
        d2 = (weight[died, None, None] * x[died][:, :, None] * x[died][:, None, :]).sum(axis=0)
        for part in np.arange(died.size) / died.size:
            m0, m1 = s0[risk] - part * d0, s1[risk] - part * d1
            mean = m1 / m0
            gradient -= mean
            information += (s2[risk] - part * d2) / m0 - np.outer(mean, mean)
        gradient += x[died].sum(axis=0)
    return gradient, information
