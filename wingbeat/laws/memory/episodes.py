"""Episodes: the moments of one customer in one conversation, folded in any order.

    e = (n, sum of u, opened, latest, peak, end)
    merge = (+, +, min, max, max by (|u|, t, seq), max by (t, seq))

Every part is associative and commutative. What an episode is remembered as is *not*: finish it only
when it is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import floor
from typing import TYPE_CHECKING

from wingbeat.laws.memory.policy import MemoryPolicy
from wingbeat.laws.memory.value import MILLION, table

if TYPE_CHECKING:  # a policy is read without the shapes of all tables
    from wingbeat.laws.facts import Moment

DAY = 86_400


@dataclass(frozen=True, slots=True, order=True)
class Felt:
    """One moment as felt: when (seconds since 1970), which of that second, u in millionths."""

    at: int
    seq: int
    u: int
    evidence: str = ""

    @property
    def strength(self) -> tuple[int, int, int, int]:
        """The order of peaks: the stronger, then the later."""
        return abs(self.u), self.at, self.seq, self.u


@dataclass(frozen=True, slots=True)
class Blend:
    """Fitted: U = base (millionths) + peak, end and mean of u, each by its weight (thousandths).

    A sum of lines knows no bounds; U has those of a rating, from `lowest` (millionths) to 1.
    """

    base: int
    peak: int
    end: int
    mean: int
    lowest: int


@dataclass(frozen=True, slots=True)
class Episode:
    """Moments of one customer in one conversation without a long silence between them.

    A rating is kept apart: it stands for the whole, and is no part of what is computed beside it.
    `opened` and `latest` are seconds since 1970, `total` is the sum of u in millionths.
    """

    n: int
    total: int
    opened: int
    latest: int
    peak: Felt | None
    end: Felt | None
    rating: Felt | None = None

    @classmethod
    def of(cls, moment: Felt, *, rated: bool = False) -> Episode:
        """Return the episode of a single moment."""
        if rated:
            return cls(0, 0, moment.at, moment.at, None, None, moment)
        return cls(1, moment.u, moment.at, moment.at, moment, moment)

    def merge(self, other: Episode) -> Episode:
        """Return both parts as one, whichever came first."""
        return Episode(
            self.n + other.n,
            self.total + other.total,
            min(self.opened, other.opened),
            max(self.latest, other.latest),
            max(_there(self.peak, other.peak), key=lambda one: one.strength, default=None),
            max(_there(self.end, other.end), default=None),
            max(_there(self.rating, other.rating), default=None),
        )

    @property
    def day(self) -> int:
        """The whole day, since 1970, of its latest moment."""
        return self.latest // DAY

    def computed(self, blend: Blend | None = None) -> int:
        """Return twice what it is remembered as without the customer's rating, in millionths."""
        if self.peak is None or self.end is None:
            return 0
        if blend is None:
            return self.peak.u + self.end.u
        mean = floor(self.total / self.n)
        weighed = blend.peak * self.peak.u + blend.end * self.end.u + blend.mean * mean
        found = floor(2 * (1000 * blend.base + weighed) / 1000)
        return max(2 * blend.lowest, min(found, 2 * MILLION))

    def remembered(self, blend: Blend | None = None) -> int:
        """Return twice what it is remembered as, in millionths: the rating stands for it all."""
        return 2 * self.rating.u if self.rating is not None else self.computed(blend)


def _there(*moments: Felt | None) -> list[Felt]:
    return [moment for moment in moments if moment is not None]


def episodes_of(moments: Iterable[Moment], policy: MemoryPolicy) -> list[Episode]:
    """Return the episodes of one customer's moments, oldest first.

    >>> from datetime import UTC, datetime
    >>> from wingbeat.laws.memory import shipped_policy
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> from wingbeat.laws.facts import Moment
    >>> moments = [
    ...     Moment(customer="ana", conversation="7", at=noon.replace(minute=at), seq=0,
    ...            kind="answer", value=x, evidence=None)
    ...     for at, x in enumerate([200, -600, -100, 500])
    ... ]
    >>> [round(e.remembered() / 2e6, 3) for e in episodes_of(moments, shipped_policy())]
    [-0.352]
    """
    u = table(policy.loss_aversion, policy.exponent)
    quiet = policy.quiet_after_days * DAY
    found: list[Episode] = []
    for _, group in groupby(_placed(moments, quiet), key=lambda pair: pair[0]):
        parts: list[Episode] = []
        for _, moment in group:
            felt = Felt(
                int(moment.at.timestamp()), moment.seq, u[moment.value + 1000],
                moment.evidence or "",
            )  # fmt: skip
            one = Episode.of(felt, rated=moment.kind == "rating")
            if parts and felt.at - parts[-1].latest <= quiet:
                parts[-1] = parts[-1].merge(one)
            else:
                parts.append(one)
        found += parts
    return sorted(found, key=lambda episode: (episode.latest, episode.opened))


def _placed(moments: Iterable[Moment], quiet: int) -> Iterator[tuple[str, Moment]]:
    """Yield each moment with its conversation: one without joins the latest, if that is young."""
    ordered = sorted(
        moments, key=lambda one: (one.at, one.conversation is None, one.conversation or "", one.seq)
    )
    placed, latest, at = [], "", 0
    for moment in ordered:
        now = int(moment.at.timestamp())
        if moment.conversation is not None:
            latest, at = moment.conversation, now
            placed.append((moment.conversation, moment))
        else:
            placed.append((latest if now - at <= quiet else "", moment))
    yield from sorted(placed, key=lambda pair: (pair[0], pair[1].at, pair[1].seq))
