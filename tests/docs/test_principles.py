"""docs/principles.md names every principle once and points only at things that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.principles import (
    DOUBLE_OF,
    FORMS,
    KINDS,
    PAGE,
    ROOT,
    Principle,
    find,
    find_module,
    has_test,
    main,
    read,
    with_summary,
)

# How many principles each article holds, by its number.
EXPECTED = {0: 32, 1: 19, 2: 28, 3: 34, 4: 36}


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def principles(text: str) -> list[Principle]:
    return read(text)


def test_every_principle_stands_there_once_and_in_order(principles: list[Principle]) -> None:
    expected = [f"S{article}.{n}" for article, last in EXPECTED.items() for n in range(1, last + 1)]
    assert len(expected) == 149
    assert [principle.id for principle in principles] == expected


def test_every_row_stands_below_the_title_of_its_article(text: str) -> None:
    _introduction, *articles = text.split("\n## Article ")
    assert [article[:4] for article in articles] == [f"00{article}:" for article in EXPECTED]
    for article, section in zip(EXPECTED, articles, strict=True):
        assert {row.id.split(".")[0] for row in read(section)} == {f"S{article}"}


def test_every_sentence_is_one_plain_sentence(principles: list[Principle]) -> None:
    too_long = [row.id for row in principles if not 10 <= len(row.sentence) <= 140]
    unfinished = [row.id for row in principles if not row.sentence.endswith((".", "?"))]
    assert (too_long, unfinished) == ([], [])
    assert len({row.sentence for row in principles}) == len(principles)


def test_kinds_and_forms_come_from_the_closed_lists(principles: list[Principle]) -> None:
    strange = [
        (row.id, row.kind, row.form)
        for row in principles
        if row.form not in FORMS or (row.kind not in KINDS and not row.kind.startswith(DOUBLE_OF))
    ]
    assert strange == []


def test_a_double_shares_the_form_of_a_principle_that_is_no_double(
    principles: list[Principle],
) -> None:
    firsts = {row.id: row.form for row in principles if row.original is None}
    doubles = [row for row in principles if row.original is not None]
    assert [row.id for row in doubles if firsts.get(str(row.original)) != row.form] == []


def test_guards_test_and_place_are_given_together(principles: list[Principle]) -> None:
    halves = [row.id for row in principles if (row.guards is None) != (row.test is None)]
    nowhere = [row.id for row in principles if row.has_proof and row.place is None]
    assert (halves, nowhere) == ([], [])


def test_every_function_and_every_test_that_is_named_exists(principles: list[Principle]) -> None:
    wrong = [row.id for row in principles if row.guards and not callable(unwrapped(row.guards))]
    missing = [row.id for row in principles if row.test and not has_test(row.test, ROOT)]
    assert (wrong, missing) == ([], [])


def unwrapped(path: str) -> object:
    found = find(path)
    return found.fget if isinstance(found, property) else getattr(found, "func", found)


def test_every_place_that_is_named_exists(principles: list[Principle]) -> None:
    """A place is a page of the desk, a file of the documentation or a module of the product."""
    places = {row.id: row.place for row in principles if row.place and row.place[0] != "/"}
    files = {id_: place for id_, place in places.items() if "/" in place}
    modules = {id_: place for id_, place in places.items() if "/" not in place}
    assert [id_ for id_, place in files.items() if not (ROOT / place).is_file()] == []
    assert [id_ for id_, place in modules.items() if find_module(place)[1]] == []


def test_a_principle_of_the_documentation_has_its_paragraph_there(
    principles: list[Principle],
) -> None:
    read_in_docs = [row for row in principles if row.form == "docs" and row.place]
    assert len(read_in_docs) == 14
    pages = {place: (ROOT / place).read_text() for place in {str(r.place) for r in read_in_docs}}
    named = re.compile(r"\*\*(S\d[^*]*)")
    told = {place: " ".join(named.findall(page)).split() for place, page in pages.items()}
    assert [row.id for row in read_in_docs if row.id not in told[str(row.place)]] == []


def test_the_count_by_form_is_right(text: str) -> None:
    assert text == with_summary(text), "Run `just principles` to count again."


ROW = "| S0.1 | A thing holds. | said | mark | not yet | `json.dumps` | `tests/test_a.py::test_b` |"


def test_a_row_reads_not_yet_as_nothing_and_code_without_its_backticks() -> None:
    (row,) = read(f"# A page\n\n| id | principle |\n|---|---|\n{ROW}\n")
    assert row == Principle(
        id="S0.1",
        sentence="A thing holds.",
        kind="said",
        form="mark",
        place=None,
        guards="json.dumps",
        test="tests/test_a.py::test_b",
    )


def test_a_row_with_a_missing_cell_is_named() -> None:
    with pytest.raises(ValueError, match=r"6 cells where 7 are wanted: \| S0.2 "):
        read("| S0.2 | A thing holds. | said | mark | not yet | not yet |")


def test_counting_again_changes_the_count_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "principles.md"
    frame = f"Before\n<!-- summary: written by `just principles` -->%s<!-- /summary -->\n{ROW}\n"
    page.write_text(frame % "\nold\n", encoding="utf-8")
    assert main(["--page", str(page)]) == 0
    before, _, after = page.read_text(encoding="utf-8").partition("| mark | 1 | 1 |")
    assert before.startswith("Before\n")
    assert "old" not in before
    assert after.endswith(f"| all | 1 | 1 |\n\n<!-- /summary -->\n{ROW}\n")


def test_a_path_is_followed_to_a_module_a_function_or_a_method() -> None:
    assert find("pathlib") is __import__("pathlib")
    assert find("pathlib.Path.read_text") is Path.read_text
    with pytest.raises(LookupError, match="has no read_everything"):
        find("pathlib.Path.read_everything")
    with pytest.raises(LookupError, match="no such module"):
        find("wing.flap")


def test_a_test_is_found_in_its_file_or_in_a_class_there(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(
        "def test_b(): ...\ndef helper(): ...\nclass TestC:\n    async def test_d(self): ...\n"
    )
    found = {"test_a.py::test_b", "test_a.py::TestC::test_d"}
    asked = found | {"test_a.py", "test_a.py::helper", "test_a.py::TestC", "test_x.py::test_b"}
    assert {node for node in asked if has_test(node, tmp_path)} == found
