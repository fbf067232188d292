"""The API: everything the screens do, for programs."""

from __future__ import annotations
