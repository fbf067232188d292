"""Thin, uniform statistics: every function answers with an estimate, a test, or why there is none.

This package imports nothing heavy; its modules load numpy and SciPy when they are imported:

- `shares` (k of n), `means`, `rates` (counts in exposure), `survival` (times, open ones too);
- `comparing` (one group against another), `lift` (within strata), `families` (many questions at
  once), `clusters` (rows that resemble one another);
- `drift` (series that move), `bunching` (times that crowd before a target);
- `queues`, `inequality`, and `charts` (three forms of SVG).
"""

from __future__ import annotations

from wingbeat.stats.results import (
    CannotBeSeen,
    Estimate,
    NotEnough,
    NotSupported,
    Tested,
    WrongNumber,
)  # fmt: skip

__all__ = ["CannotBeSeen", "Estimate", "NotEnough", "NotSupported", "Tested", "WrongNumber"]
