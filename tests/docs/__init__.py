"""The documentation holds what it says."""

from __future__ import annotations
