"""Backups: one encrypted file that holds the whole desk, and the way back."""

from __future__ import annotations
