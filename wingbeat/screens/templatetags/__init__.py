"""Tags and filters of every screen."""

from __future__ import annotations
