"""Whom the desk serves: people, their addresses and organizations."""

from __future__ import annotations
