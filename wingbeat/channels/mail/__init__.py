"""The mail channel: sources, parsing, judging, threading, sending."""

from __future__ import annotations
