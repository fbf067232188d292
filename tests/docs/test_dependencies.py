"""docs/dependencies.md and pyproject.toml name the same packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.docs.tables import DOCS, ROOT, rows

MOST = 32


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements: list[str]) -> list[str]:
    """The packages that requirements name, without extras and versions."""
    return [re.split(r"[\[<>=~!; ]", requirement)[0] for requirement in requirements]


def named_on_page(folder: Path) -> dict[str, list[str]]:
    """The packages on the page, by the section they stand in."""
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    sections = {}
    for section in page.split("\n## ")[1:]:
        part = folder / "section.md"
        part.write_text(section, encoding="utf-8")
        sections[section.splitlines()[0]] = [package for package, *_ in rows(part)]
    return sections


def test_every_direct_dependency_has_its_line_where_it_belongs(
    project: dict[str, Any], tmp_path: Path
) -> None:
    extras = project["project"].get("optional-dependencies", {})
    groups = project["dependency-groups"]
    expected = {
        "The desk": names(project["project"]["dependencies"]),
        **{f"Extra: {extra}": names(listed) for extra, listed in extras.items()},
        **{f"Group: {group}": names(listed) for group, listed in groups.items()},
        "To build": names(project["build-system"]["requires"]),
    }
    assert named_on_page(tmp_path) == expected


def test_every_line_says_why_and_what_was_not_taken() -> None:
    unfinished = [
        package
        for package, *cells in rows(DOCS / "dependencies.md")
        if len(cells) != 2 or not all(cell.endswith(".") for cell in cells)
    ]
    assert unfinished == []


def test_the_desk_stays_small(project: dict[str, Any]) -> None:
    assert len(project["project"]["dependencies"]) <= MOST
