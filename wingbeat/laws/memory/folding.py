"""What a customer keeps: a fold over episodes that forgets only when it is read.

    c = (per day: sum and count; best, worst: max by K; latest: max by t; scar; n)
    K = day + h log2 |U|, the effective time: twice as strong is worth one half-life of recency

K does not contain today, so the strongest episode today stays the strongest tomorrow, and the
maximum can be kept without its rivals. Everything kept is a whole number: any order, any partition,
the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import fsum

from wingbeat.laws.memory.episodes import Blend, Episode
from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.laws.memory.value import GRAIN, MILLION, reach

TWICE = 2 * MILLION  # what is kept is peak + end, twice what is remembered
Peak = tuple[int, int, int]  # K in millionths of a day, |peak + end|, day


@dataclass(frozen=True, slots=True)
class Recollection:
    """What a customer keeps on a day; all but `fresh` between minus loss aversion and 1.

    `now` is M(T), `peak` P, `end` E, `attitude` A and `fresh` g; `scar` is the worst ever, which
    does not fade and is shown, never averaged.
    """

    now: float
    peak: float
    end: float
    attitude: float
    fresh: float
    scar: float
    episodes: int


@dataclass(frozen=True, slots=True)
class Memory:
    """The mergeable part: kept, or made at read (a hundred episodes fold in 0.2 ms)."""

    days: dict[int, tuple[int, int]] = field(default_factory=dict)
    best: Peak | None = None
    worst: Peak | None = None
    latest: tuple[int, int] | None = None  # seconds since 1970, peak + end
    scar: int = 0
    n: int = 0

    @classmethod
    def of(cls, at: int, day: int, kept: int, half_life_days: int) -> Memory:
        """Return the memory of one episode: its time, its day, and its peak + end."""
        best = worst = None
        grain = (abs(kept) + GRAIN // 2) // GRAIN
        if grain:
            peak = (MILLION * day + reach(half_life_days)[grain], abs(kept), day)
            best, worst = (peak, None) if kept > 0 else (None, peak)
        return cls({day: (kept, 1)}, best, worst, (at, kept), min(kept, 0), 1)

    def merge(self, other: Memory) -> Memory:
        """Return both as one, whichever came first."""
        days = dict(self.days)
        for day, (total, count) in other.days.items():
            had = days.get(day, (0, 0))
            days[day] = (had[0] + total, had[1] + count)
        return Memory(
            days,
            max(filter(None, (self.best, other.best)), default=None),
            max(filter(None, (self.worst, other.worst)), default=None),
            max(filter(None, (self.latest, other.latest)), default=None),
            min(self.scar, other.scar),
            self.n + other.n,
        )

    def read(self, day: int, policy: MemoryPolicy) -> Recollection:
        """Return what is kept on a day (whole days since 1970, in UTC)."""
        if self.latest is None:
            return Recollection(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0)
        attitude_life = policy.attitude_half_life_days
        weighed = [
            (0.5 ** ((day - at) / attitude_life), total, count)
            for at, (total, count) in sorted(self.days.items())
        ]
        total = fsum(weight * kept for weight, kept, _ in weighed) / TWICE
        mass = fsum(weight * count for weight, _, count in weighed)
        attitude = total / (mass + policy.neutral_episodes)
        fresh = 0.5 ** ((day - self.latest[0] // 86_400) / policy.end_half_life_days)
        peak, end = self._peak(day, policy.peak_half_life_days), self.latest[1] / TWICE
        now = fresh * (peak + end) / 2 + (1 - fresh) * attitude
        return Recollection(now, peak, end, attitude, fresh, self.scar / TWICE, self.n)

    def _peak(self, day: int, half_life: int) -> float:
        best, worst = self.best, self.worst
        if worst is not None and (best is None or worst[0] >= best[0]):  # the bad one on ties
            return -_faded(worst, day, half_life)
        return _faded(best, day, half_life) if best else 0.0


def _faded(peak: Peak, day: int, half_life: int) -> float:
    forgotten: float = 0.5 ** ((day - peak[2]) / half_life)
    return peak[1] / TWICE * forgotten


def remember(
    episodes: Iterable[Episode], policy: MemoryPolicy, blend: Blend | None = None
) -> Memory:
    """Fold one customer's episodes; `read` the result as of a day.

    >>> from wingbeat.laws.memory import shipped_policy
    >>> remember([], shipped_policy()).read(20_000, shipped_policy()).now
    0.0
    """
    # The same as merging one by one (a test insists), without a state for each step: the desk folds
    # whenever a page shows a customer.
    steps, days = reach(policy.peak_half_life_days), dict[int, tuple[int, int]]()
    best: Peak | None = None
    worst: Peak | None = None
    latest: tuple[int, int] | None = None
    scar = n = 0
    for episode in episodes:
        kept, day = episode.remembered(blend), episode.day
        total, count = days.get(day, (0, 0))
        days[day] = (total + kept, count + 1)
        grain = (abs(kept) + GRAIN // 2) // GRAIN
        if grain:
            peak = (MILLION * day + steps[grain], abs(kept), day)
            if kept > 0:
                best = peak if best is None else max(best, peak)
            else:
                worst = peak if worst is None else max(worst, peak)
        now = (episode.latest, kept)
        latest = now if latest is None else max(latest, now)
        scar, n = min(scar, kept), n + 1
    return Memory(days, best, worst, latest, scar, n)
