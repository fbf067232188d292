"""Reads the tables of a documentation page."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"


def rows(page: Path) -> list[list[str]]:
    """The cells of every table row on a page, without heads and rulers."""
    lines = page.read_text(encoding="utf-8").splitlines()
    found = []
    for above, line in itertools.pairwise(lines):
        is_row = above.startswith("|") and line.startswith("|")
        if is_row and not is_ruler(line):
            found.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return found


def is_ruler(line: str) -> bool:
    return re.fullmatch(r"[|\s:-]+", line) is not None
