"""Words in and out of the desk: one folder a channel."""

from __future__ import annotations
