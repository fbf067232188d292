"""docs/glossary.md has every word of the product once, and every table."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.apps import apps

from tests.docs.tables import DOCS, rows

PAGE = DOCS / "glossary.md"
LAWS = DOCS / "laws" / "README.md"

# The words of the product that must never lose their line.
WORDS = """
    inbox, conversation, message, note, customer, organization, agent, light agent, team, lead,
    assignment, snooze, waits for us, waits for the customer, quiet, ended, solved, reopened, draft,
    macro, tag, view, rule, article, help center, rating, moment, episode, law, finding, reading,
    act, sentence act, margin, restricted, scope, generation, promise, grant, cause, lesson, fault,
    notice, kudos, raw mail, tray, handing over, in doubt
"""


@pytest.fixture(scope="module")
def lines() -> list[list[str]]:
    return rows(PAGE)


def tables_in(lines: list[list[str]]) -> list[str]:
    return [name for line in lines for name in re.findall(r"\w+", line[3])]


def test_every_line_says_what_the_word_is_and_what_it_is_not_called(
    lines: list[list[str]],
) -> None:
    wrong = [line[0] for line in lines if len(line) != 4 or not all(line[:3])]
    unfinished = [line[0] for line in lines if not line[1].endswith(".")]
    assert (wrong, unfinished) == ([], [])


def test_every_word_stands_there_once(lines: list[list[str]]) -> None:
    count = Counter(line[0] for line in lines)
    assert [word for word, n in count.items() if n > 1] == []
    assert sorted({word.strip() for word in WORDS.split(",")} - set(count)) == []


def test_every_law_has_a_line_and_a_sentence_of_its_own(lines: list[list[str]]) -> None:
    laws = rows(LAWS)
    assert len({law[1] for law in laws}) == len(laws) == 11
    assert sorted({law[0] for law in laws} - {line[0] for line in lines}) == []


def test_every_table_of_the_desk_and_of_mail_stands_there_once(lines: list[list[str]]) -> None:
    named = Counter(tables_in(lines))
    there = {
        model.__name__
        for config in apps.get_app_configs()
        if config.name.startswith("wingbeat.desk.") or config.name.startswith("wingbeat.channels.")
        for model in config.get_models()
    }
    missing = sorted(there - set(named))
    gone = sorted(set(named) - there)
    twice = sorted(name for name, n in named.items() if n > 1)
    assert {"missing": missing, "gone": gone, "twice": twice} == {
        "missing": [],
        "gone": [],
        "twice": [],
    }
