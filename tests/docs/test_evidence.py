"""The page of evidence says what the code of today finds, and the unflattering first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from tests.docs.tables import DOCS
from tests.needs import corpus

PAGE = (DOCS / "evidence.md").read_text()


@pytest.mark.corpus
@pytest.mark.parametrize("part", ["ending.crowds", "ending.reopening"])
def test_a_part_of_the_page_is_what_its_code_finds_today(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, name = part.partition(".")
    monkeypatch.setattr(sys, "path", [str(DOCS.parent), *sys.path])
    made: Callable[[Path], str] = getattr(import_module(f"bench.evidence.{module}"), name)
    assert made(corpus("logs").parent) in PAGE


def test_that_the_mean_beats_peak_and_end_is_said_before_anything_else() -> None:
    parts = PAGE.split("\n- A shop's chats (Taobao")[1:3] + PAGE.split("\n- Graded task")[1:]

    def explained(part: str, rule: str) -> float:
        return float(part.split(f"\n  - {rule}: R2 ")[1].split(" ", maxsplit=1)[0])

    ahead = sum(explained(part, "mean") > explained(part, "peak-end") for part in parts)
    first = PAGE.split("foretell the rating\n\n")[1].splitlines()[0]
    assert first.startswith("**No**, peak and end are not what foretells best")
    assert (
        f"more of the ratings (R2) than peak-end does in {ahead} of {len(parts)} data sets" in first
    )
