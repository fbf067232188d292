"""A slip in the example's content is told with its file and place, all slips at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.demo.checking import problems_of
from wingbeat.config.demo.content import load, read
from wingbeat.config.demo.reading import ContentProblems
from wingbeat.config.demo.times import HERE

SLIPS = """
[[thread]]
key = "slip"
inbox = "cellar"
customer = "nobody"
subject = "On {someday}"
tags = ["a tag that goes on and on"]
assignee = "adda"
colour = "green"
ended = { by = "ada", at = "1d ago", reason = "tired of it" }

[[thread.message]]
from = "nora"
at = "yesterday"
text = "Until {someday}."

[[thread.message]]
from = "otto"
at = "3d ago"
cc = ["nobody"]
text = "Look: [image: other.png]"
attach = [{ name = "leaf.png", drawing = "a-cathedral", inline = true }]

[[thread]]
key = "slip"
inbox = "support"
customer = "nora"
subject = "Again"
snoozed = { by = "ada", at = "2d ago", until = "1d ago" }
rated = { word = "fine", at = "3d ago" }

[[thread.message]]
note = "ada"
at = "1d ago"
promised = { words = "A letter", due = "2d ago" }
"""


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the example in which one file says something else."""

    def with_file(name: str, text: str) -> Path:
        shutil.copytree(HERE, tmp_path / "demo", ignore=shutil.ignore_patterns("*.py"))
        (tmp_path / "demo" / name).write_text(text, encoding="utf-8")
        return tmp_path / "demo"

    return with_file


def problems_in(folder: Path) -> str:
    demo, problems = read(folder)
    return "\n".join([*problems, *problems_of(demo)])


def test_the_example_as_it_is_has_none() -> None:
    assert problems_in(HERE) == ""


def test_all_slips_are_told_at_once_with_their_place(copy: Callable[[str, str], Path]) -> None:
    problems = problems_in(copy("threads/slips.toml", SLIPS))
    for words in (
        "slips.toml, slip: inbox 'cellar' is unknown; known: support, orders, school",
        "slips.toml, slip: customer 'nobody' is unknown",
        "slips.toml, slip: assignee 'adda' is unknown; known: ada, max, bo, ilse, samira",
        "slips.toml, slip: unknown key `colour`",
        "slips.toml, slip: reason 'tired of it' is unknown; known: answered",
        "slips.toml, slip: the tag 'a tag that goes on and on' is long",
        "slips.toml, slip: another thread has this key",
        "slips.toml, slip: slip/2 is not later than slip/1",
        "slips.toml, slip: slip/2: otto is a stranger here",
        'slips.toml, slip, message 1: `at`: "yesterday" is no time',
        "slips.toml, slip, message 1: `text` is missing",
        "slips.toml, slip: a snooze that is over says nothing",
        "slips.toml, slip: a message after the snooze would have ended it",
        "slips.toml, slip: slip/1: only an answer promises",
        "slips.toml, slip: slip/1: what is promised is due after it was",
        "slips.toml, slip: word 'fine' is unknown; known: not good, so-so, good",
        "slips.toml, slip: a conversation is rated after it began",
        "slip/1 in slips.toml: unknown placeholder {someday}",
        "slips.toml, slip: the subject has an unknown placeholder {someday}",
        "slip/2 in slips.toml: to or cc 'nobody' is unknown",
        "slip/2 in slips.toml: drawing 'a-cathedral' is unknown",
        "slip/2 in slips.toml: leaf.png is inline, but the text has no [image: leaf.png]",
    ):
        assert words in problems


def test_a_file_that_is_no_toml_is_named_and_nothing_is_played(
    copy: Callable[[str, str], Path],
) -> None:
    folder = copy("threads/broken.toml", "[[thread")
    assert "broken.toml: " in problems_in(folder)
    with pytest.raises(ContentProblems):
        load(folder)


def test_people_are_checked_too(copy: Callable[[str, str], Path]) -> None:
    people = (HERE / "people.toml").read_text(encoding="utf-8")
    wrong = (
        people.replace('lead = "ilse"', 'lead = "nora"')
        .replace("ada@marrowby.example", "ada@gmail.com")
        .replace('organization = "kite"', 'organization = "owl"')
        .replace('"otto.friis@letters.example"', '"nora.whitfield@postbox.example"')
        .replace("visitor = true\n", "")
    )
    problems = problems_in(copy("people.toml", wrong))
    for words in (
        "people.toml, member of school 'nora' is unknown",
        "people.toml, 'ada@gmail.com' has to be an address that ends with .example",
        "people.toml, organization 'owl' is unknown",
        "people.toml, nora.whitfield@postbox.example belongs to two people",
        "people.toml, agents: exactly one is the visitor",
    ):
        assert words in problems
