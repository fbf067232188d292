"""A slip in the example's content is told with its file and place, all slips at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.demo.checking import problems_of
from wingbeat.config.demo.content import ContentProblems, load
from wingbeat.config.demo.times import HERE

SLIPS = """
[[thread]]
key = "slip"
inbox = "cellar"
customer = "nobody"
subject = "On {someday}"
tags = ["a tag that goes on and on"]
assignee = "adda"
ended = { by = "ada", at = "1d ago", reason = "tired of it" }

[[thread.message]]
from = "nora"
at = "2d ago"
text = "Until {someday}."

[[thread.message]]
from = "otto"
at = "3d ago"
cc = ["nobody"]
text = "Look: [image: other.png]"
attach = [{ name = "leaf.png", file = "a-cathedral.png", inline = true }]

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
text = "To do."
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
    return "\n".join(problems_of(load(folder)))


def test_the_example_as_it_is_has_none() -> None:
    assert problems_in(HERE) == ""


def test_all_slips_are_told_at_once_with_their_place(copy: Callable[[str, str], Path]) -> None:
    problems = problems_in(copy("threads/slips.toml", SLIPS))
    for words in (
        "slips.toml, slip: inbox 'cellar' is unknown; known: support, orders, school",
        "slips.toml, slip: customer 'nobody' is unknown",
        "slips.toml, slip: assignee 'adda' is unknown; known: ada, max, bo, ilse, samira",
        "slips.toml, slip: reason 'tired of it' is unknown; known: answered",
        "slips.toml, slip: the tag 'a tag that goes on and on' is long",
        "slips.toml, slip: another thread has this key",
        "slips.toml, slip: slip/2 is not later than slip/1",
        "slips.toml, slip: slip/2: otto is a stranger here",
        "slips.toml, slip: a snooze that is over says nothing",
        "slips.toml, slip: a message after the snooze would have ended it",
        "slips.toml, slip: slip/1: only an answer promises",
        "slips.toml, slip: slip/1: what is promised is due after it was",
        "slips.toml, slip: word 'fine' is unknown; known: not good, so-so, good",
        "slips.toml, slip: a conversation is rated after it began",
        "slip/1 in slips.toml: unknown placeholder {someday}",
        "slips.toml, slip: the subject has an unknown placeholder {someday}",
        "slip/2 in slips.toml: to or cc 'nobody' is unknown",
        "slip/2 in slips.toml: file 'a-cathedral.png' is unknown",
        "slip/2 in slips.toml: leaf.png is inline, but the text has no [image: leaf.png]",
    ):
        assert words in problems


UNREADABLE = """
[[thread]]
key = "torn"
inbox = "support"
customer = "nora"
subject = "Torn"
colour = "green"

[[thread.message]]
from = "nora"
at = "yesterday"

[[thread]]
key = "mute"
inbox = "support"
customer = "nora"
subject = "Mute"
"""


def test_what_cannot_be_read_is_told_at_once_with_its_place(
    copy: Callable[[str, str], Path],
) -> None:
    with pytest.raises(ContentProblems) as told:
        load(copy("threads/torn.toml", UNREADABLE))
    for words in (
        "torn.toml, torn, colour: Extra inputs are not permitted",
        'torn.toml, torn, message 1 at: Value error, "yesterday" is no time; write "2d 03:20 ago"',
        "torn.toml, torn, message 1 text: Field required",
        "torn.toml, mute, message: Tuple should have at least 1 item",
    ):
        assert words in str(told.value)


def test_a_person_who_cannot_be_read_is_named(copy: Callable[[str, str], Path]) -> None:
    people = (HERE / "people.toml").read_text(encoding="utf-8")
    folder = copy("people.toml", people.replace('lead = "ilse"', 'leed = "ilse"'))
    with pytest.raises(ContentProblems, match=r"people\.toml, teams\.school\.leed: Extra inputs"):
        load(folder)


def test_a_file_that_is_no_toml_is_named(copy: Callable[[str, str], Path]) -> None:
    with pytest.raises(ContentProblems, match=r"broken\.toml: "):
        load(copy("threads/broken.toml", "[[thread"))


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
