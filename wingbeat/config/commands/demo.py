"""`wingbeat demo`: a throw-away desk with a living example."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module


def pass_on(argv: Sequence[str]) -> int:
    """Hand the arguments to the demo, which reads them itself."""
    return int(import_module("wingbeat.config.demo.command").main(argv))
