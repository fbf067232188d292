"""Time in which a team is there: pure arithmetic, without tables."""

from __future__ import annotations
