"""Webhooks: telling other systems what was done, as soon as it was."""

from __future__ import annotations
