"""docs/laws/README.md lists the eleven laws and says truly which of them exist."""

from __future__ import annotations

import re

import pytest

from tests.docs.tables import DOCS, ROOT, rows
from tools.principles import NOT_YET, read

LAWS = """
    first_impression memory harvest decay ripple recovery lessons people_first respect support
    ethics
""".split()


def test_the_eleven_laws_stand_there_in_order() -> None:
    assert [law for law, *_ in rows(DOCS / "laws" / "README.md")] == LAWS


def test_every_law_rests_on_principles_that_exist() -> None:
    known = {row.id for row in read((DOCS / "principles.md").read_text(encoding="utf-8"))}
    for law, _, _, _, ids in rows(DOCS / "laws" / "README.md"):
        assert set(re.findall(r"S[\d.]+", ids)) <= known, law


def test_a_law_is_not_yet_there_until_its_folder_is() -> None:
    states = {law: state for law, _, _, state, _ in rows(DOCS / "laws" / "README.md")}
    folders = ROOT / "wingbeat" / "laws"
    assert {law: (folders / law).is_dir() for law in LAWS} == {
        law: states[law] != NOT_YET for law in LAWS
    }


@pytest.mark.parametrize("law", LAWS)
def test_a_page_says_first_in_plain_words_what_it_tells_and_what_not(law: str) -> None:
    page = (DOCS / "laws" / f"{law}.md").read_text(encoding="utf-8")
    before, _, rest = page.partition("## In plain words\n")
    assert rest, law
    assert len(before.splitlines()) < 12, "the first screen holds it"
    plain = rest.partition("\n## ")[0]
    for says in ("**It tells**", "**For example**", "**It cannot tell**", "**What to do:**"):
        assert says in plain
    assert not re.search(r"`|Kaplan|Weibull|variance|likelihood|Holm|\bz\b|\bp\b", plain)
    assert "## What to do on Monday" in page
