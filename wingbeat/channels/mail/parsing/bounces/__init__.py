"""Read notifications about mail that did not arrive: whom, why, and whether for good."""

from __future__ import annotations

from wingbeat.channels.mail.parsing.bounces.report import BounceReport, bounces_of

__all__ = ["BounceReport", "bounces_of"]
