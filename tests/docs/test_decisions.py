"""docs/decisions holds one page a decision, of one shape, and an index of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.tables import DOCS, rows

FOLDER = DOCS / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
PARTS = ["Context", "Choice", "Options not taken", "Consequences"]
LONGEST = 80  # lines; a page that needs more is two decisions


def test_the_index_names_every_page_in_order() -> None:
    listed = [
        re.findall(r"\[(\d{4})\]\((\S+\.md)\)", link) for link, _ in rows(FOLDER / "README.md")
    ]
    assert [found for (found,) in listed] == [(page.name[:4], page.name) for page in PAGES]
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_four_parts_and_stays_short(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    titles = dict(rows(FOLDER / "README.md"))
    number = page.name[:4]
    assert lines[0] == f"# {number}: {titles[f'[{number}]({page.name})']}"
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == PARTS
    assert len(lines) <= LONGEST
