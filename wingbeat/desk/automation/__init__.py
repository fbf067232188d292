"""What the desk does by itself: hours and clocks, routing, rules."""

from __future__ import annotations
