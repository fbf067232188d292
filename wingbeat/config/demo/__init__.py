"""The example desk of `wingbeat demo`: one invented company, its people and their conversations."""

from __future__ import annotations
