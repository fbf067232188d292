"""The agent's desk: lists, conversations, customers, search and the tray."""

from __future__ import annotations
