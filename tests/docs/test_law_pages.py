"""The laws' pages: examples run, thresholds and proofs are generated, and nothing is left out."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.docs.tables import DOCS
from tools import law_pages
from wingbeat.analytics.files import read_tables
from wingbeat.laws.facts import SHAPES
from wingbeat.laws.tables import conform, lacking

PAGES = law_pages.pages()
LONGEST = 128  # lines; one page that a support manager reads to its end, plain words first


@pytest.mark.parametrize(
    "page", [*PAGES, DOCS / "guide" / "laws-alone.md"], ids=lambda page: page.stem
)
def test_examples_run(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_thresholds_and_proofs_are_what_the_law_has(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert law_pages.filled(page.stem, text) == text
    assert "<!-- thresholds -->\n|" in text


def test_the_tables_page_is_what_the_shapes_are() -> None:
    assert (DOCS / "laws" / "tables.md").read_text(encoding="utf-8") == law_pages.tables()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_every_reading_and_what_would_change_our_mind(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert "What would change our mind" in text
    acts = text.split("## What to do on Monday\n\n")[1].split("\n\n")[0].splitlines()
    assert [line[:3] for line in acts] == ["1. ", "2. ", "3. "]
    catalogue = law_pages.FOLDER.parent.parent / (
        f"wingbeat/laws/{page.stem}/locale/en/LC_MESSAGES/{page.stem}.po"
    )
    report = (catalogue.parents[3] / "report.py").read_text(encoding="utf-8")
    for line in catalogue.read_text(encoding="utf-8").splitlines():
        key = line.removeprefix('msgid "').rstrip('"')
        if key.startswith(f"{page.stem}.") and f'"{key}"' in report:
            assert f"`{key}`" in text, key


@pytest.mark.parametrize("page", [*PAGES, DOCS / "readings.md"], ids=lambda page: page.stem)
def test_sources_are_named_and_customers_begin_conversations(page: Path) -> None:
    text = page.read_text(encoding="utf-8").split("## Proofs")[0]
    assert re.findall(r"\b[bB]\d{1,2}\b", text) == []
    assert re.findall(r"\bopenings?\b(?! hours)", text) == []


@pytest.mark.parametrize("name", SHAPES)
def test_two_rows_of_every_table_are_shown_and_can_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.csv").write_text(law_pages.examples()[name], encoding="utf-8")
    tables = read_tables(tmp_path, [name])
    assert tables[name].num_rows == 2
    assert lacking(tables) == {}
    conform(tables)
