"""The forgotten attachment: words that tell of a file, for a draft that has none. Pure."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).with_name("forgotten.toml")
# A line break ends a sentence too: lists and headings have no stops.
SENTENCE = re.compile(r"[^.!?\n…]+(?:\.(?=\S)[^.!?\n…]+)*[.!?…]*")
QUOTED = re.compile(r"^\s*(?:>|\|)")
MOST = 20_000


class Wording(NamedTuple):
    """One language: what says that a file comes along, and what takes it back."""

    says: re.Pattern[str]
    unless: re.Pattern[str]


def mentions_attachment(text: str) -> str | None:
    """Return the words that tell of a file coming with this mail, or None.

    Quoted lines, questions, and files that the customer sent do not count.

    >>> mentions_attachment("Please find the invoice attached.")
    'find the invoice attached'
    >>> mentions_attachment("The screenshot you attached is very clear.") is None
    True
    """
    own = "\n".join(line for line in text[:MOST].split("\n") if not QUOTED.match(line))
    for found in SENTENCE.finditer(own.replace("'", "’")):
        if found[0].endswith("?"):
            continue
        for wording in _wordings():
            says = wording.says.search(found[0])
            if says and not wording.unless.search(found[0]):
                return own[found.start() + says.start() : found.start() + says.end()].strip()
    return None


@cache
def _wordings() -> tuple[Wording, ...]:
    tables = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return tuple(Wording(_any(table["says"]), _any(table["unless"])) for table in tables.values())


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
