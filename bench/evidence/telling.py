"""Reads the tables, and words what was found."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from wingbeat.stats import Estimate


def rows(corpus: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(corpus / name, "rt", encoding="utf-8", errors="replace", newline="") as file:
        yield from csv.DictReader(file)


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def share(e: Estimate) -> str:
    return f"{e.value:.1%} ({e.low:.1%} to {e.high:.1%}, n = {e.n:,})"


def points(e: Estimate) -> str:
    """Tell a difference of two shares."""
    value, low, high = (100 * one for one in (e.value, e.low, e.high))
    return f"{value:+.1f} points ({low:+.1f} to {high:+.1f}, n = {e.n:,})"


def number(e: Estimate, unit: str = "") -> str:
    return f"{e.value:.2f}{unit} ({e.low:.2f} to {e.high:.2f}, n = {e.n:,})"


def section(title: str, plain: str, source: str, lines: list[str], limits: str) -> str:
    """Write a part: first `plain`, what it means for whoever reads one sentence of it."""
    found = "\n".join(line if line.startswith("  - ") else f"- {line}" for line in lines)
    head = f"\n## {title}\n\n{plain}\n\n{source}\n\n"
    return f"{head}{found}\n\nWhat it does not show: {limits}\n"
