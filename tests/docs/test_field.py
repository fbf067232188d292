"""docs/field.md has a row for each thing of the field, and points only at tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/field.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"^`(tests/[\w/]+\.py)::(test_\w+)`$")
STAKES, PAINS = (ROW.findall(part) for part in PAGE.split("\n## ")[1:])


def test_every_stake_and_every_pain_stands_there_once_and_in_order() -> None:
    assert [int(row[0]) for row in STAKES] == list(range(1, 26))
    assert [int(row[0]) for row in PAINS] == list(range(1, 41))


@pytest.mark.parametrize("row", [*STAKES, *PAINS], ids=lambda row: f"{row[0]} {row[1]}")
def test_each_names_a_test_that_is_there_or_says_not_yet(row: tuple[str, ...]) -> None:
    if row[3] == "**not yet**":
        return
    named = TEST.match(row[3])
    assert named, row[3]
    path, name = named.groups()
    source = ROOT / path
    assert source.is_file(), path
    assert re.search(rf"^(async )?def {name}\(", source.read_text(encoding="utf-8"), re.MULTILINE)
