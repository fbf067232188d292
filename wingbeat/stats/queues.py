"""Queues: what a number of seats can promise at a load (Erlang C)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from wingbeat.stats.results import WrongNumber


@dataclass(frozen=True, slots=True)
class Queue:
    """A steady queue: `load` in erlangs (hours of work arriving per hour) and its seats.

    >>> queue = Queue.of(arrivals_per_hour=60, handling_minutes=6, seats=9)
    >>> round(queue.wait_share, 3), round(queue.answered_within(30), 3), round(queue.occupancy, 2)
    (0.196, 0.847, 0.67)
    """

    load: float
    seats: int
    handling_seconds: float

    @classmethod
    def of(cls, *, arrivals_per_hour: float, handling_minutes: float, seats: int) -> Queue:
        """Describe a queue by what a team knows: arrivals, minutes each, seats."""
        if seats < 1 or arrivals_per_hour <= 0 or handling_minutes <= 0:
            raise WrongNumber.of(
                "queue", (arrivals_per_hour, handling_minutes, seats), "all above 0"
            )
        return cls(arrivals_per_hour * handling_minutes / 60, seats, handling_minutes * 60)

    @property
    def occupancy(self) -> float:
        """The share of their time that the seats are busy; at 1 or above the queue only grows."""
        return self.load / self.seats

    @property
    def wait_share(self) -> float:
        """The share of arrivals that wait at all: Erlang C. 1 when the queue only grows.

        B by the recursion B_k = a B / (k + a B), then C = B / (1 - (a/n)(1 - B)). It ignores that
        people give up, so it errs on the careful side. Source: Erlang 1917.
        """
        if self.occupancy >= 1:
            return 1.0
        lost = 1.0
        for seat in range(1, self.seats + 1):
            lost = self.load * lost / (seat + self.load * lost)
        return lost / (1 - self.occupancy * (1 - lost))

    def answered_within(self, seconds: float) -> float:
        """The share answered within so many seconds: 1 - C e^(-(n - a) t / handling)."""
        if self.occupancy >= 1:
            return 0.0
        left = (self.seats - self.load) * seconds / self.handling_seconds
        return 1 - self.wait_share * exp(-left)
