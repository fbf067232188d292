"""What the desk holds about people: how long, given out to them, and taken away for good."""

from __future__ import annotations
