"""What a statistic answers with: an estimate, a test, or the reason why there is neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, isfinite


class WrongNumber(ValueError):
    """An argument that no sample can have; the text says which value and what is allowed."""

    @classmethod
    def of(cls, name: str, value: object, allowed: str) -> WrongNumber:
        """Name the argument, its value and what is allowed.

        >>> raise WrongNumber.of("level", 95, "a share between 0 and 1, such as 0.95")
        Traceback (most recent call last):
        wingbeat.stats.results.WrongNumber: level is 95; allowed is a share between 0 and 1, such as 0.95.
        """  # noqa: E501  the message is the example
        return cls(f"{name} is {value}; allowed is {allowed}.")


def all_finite(name: str, values: Iterable[float]) -> None:
    """Refuse a sample with a gap or an infinity in it: what it would yield looks like a number.

    >>> all_finite("values", [1.0, float("nan")])
    Traceback (most recent call last):
    wingbeat.stats.results.WrongNumber: values is nan; allowed is finite; leave out what is missing.
    """
    for value in values:
        if not isfinite(value):
            raise WrongNumber.of(name, value, "finite; leave out what is missing")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with the interval that belongs to it.

    `low` and `high` bound the interval at `level`; `n` is how many observations speak; `method`
    names the interval. The unit is the one that the function's docstring states.

    >>> Estimate(0.25, 0.045, 0.926, n=15, method="conditional binomial").excludes(1.0)
    True
    """

    value: float
    low: float
    high: float
    n: int
    method: str
    level: float = 0.95

    def excludes(self, value: float) -> bool:
        """Say whether the interval lies wholly on one side of a value."""
        return value < self.low or value > self.high

    def rest(self) -> Estimate:
        """Return the share of all the others, where this is a share."""
        return replace(self, value=1 - self.value, low=1 - self.high, high=1 - self.low)

    def within(self, low: float, high: float) -> bool:
        """Say whether the whole interval lies between two bounds: the claim of equality (TOST)."""
        return low < self.low and self.high < high


@dataclass(frozen=True, slots=True)
class Tested:
    """A test: its statistic, its two-sided p value (unless `method` says otherwise), and n."""

    statistic: float
    p: float
    n: int
    method: str


@dataclass(frozen=True, slots=True)
class NotEnough:
    """Too little data: how many there are, how many it takes, and about when there will be.

    `of` is the code of what is counted; without one it is the reading's own rows.

    >>> NotEnough.at_pace(40, 100, per_day=2.0, today=date(2026, 3, 1)).about_when
    datetime.date(2026, 3, 31)
    >>> NotEnough.at_pace(40, 100, per_day=0.0, today=date(2026, 3, 1)).about_when is None
    True
    """

    n: int
    needed: int
    about_when: date | None = None
    of: str = ""

    @classmethod
    def at_pace(cls, n: int, needed: int, *, per_day: float, today: date) -> NotEnough:
        """Foretell the day on which a steady pace reaches `needed`; None beyond ten years."""
        days = ceil((needed - n) / per_day) if per_day > 0 else None
        soon = days is not None and days <= 3653
        return cls(n, needed, today + timedelta(days=days) if soon and days is not None else None)


@dataclass(frozen=True, slots=True)
class NotSupported:
    """Not supported here: the `n` rows do not bear out what an estimate of them would take on.

    >>> NotSupported(n=120)
    NotSupported(n=120)
    """

    n: int


@dataclass(frozen=True, slots=True)
class CannotBeSeen:
    """Cannot be seen from support alone: what would have to be connected first.

    >>> CannotBeSeen(connect="orders")
    CannotBeSeen(connect='orders')
    """

    connect: str
