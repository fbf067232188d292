"""The desk's memory of what was done: ids and small facts, never words."""

from __future__ import annotations
