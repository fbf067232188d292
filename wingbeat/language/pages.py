"""Reads the pages of a language's folder, which a person who does not program can read and mend."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def page(language: str, name: str) -> dict[str, Any]:
    """Return a page, such as `page("de", "dates")` of `de/dates.toml`."""
    return tomllib.loads((HERE / language / f"{name}.toml").read_text(encoding="utf-8"))
