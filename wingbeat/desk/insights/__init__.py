"""Insights: what the laws make of the desk's own rows."""

from __future__ import annotations
