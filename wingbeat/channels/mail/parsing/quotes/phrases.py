"""The words that mail programs put around quotes, read once from `phrases.toml` and compiled."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("phrases.toml")
LABEL_KINDS = ("from", "sent", "to", "cc", "subject")

# Scripts written without spaces have no word edges to look for.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The table, every word in lower case; a label maps to the kinds it means in any language."""

    wrote: re.Pattern[str]
    wrote_at_end: tuple[str, ...]
    original: frozenset[str]
    forwarded: tuple[str, ...]
    above: tuple[str, ...]
    labels: dict[str, frozenset[str]]
    device_line: re.Pattern[str]
    device_name: re.Pattern[str]
    closing: frozenset[str]
    legal: tuple[str, ...]


@cache
def phrases() -> Phrases:
    """Return the compiled table."""
    with TABLE.open("rb") as file:
        sections = tomllib.load(file)
    devices = sections.pop("any")["devices"]

    def every(key: str) -> list[str]:
        found = {word for section in sections.values() for word in section.get(key, ())}
        return sorted(found, key=lambda word: (-len(word), word))

    return Phrases(
        wrote=re.compile(_alternatives(every("wrote"))),
        wrote_at_end=tuple(every("wrote")),
        original=frozenset(every("original")),
        forwarded=tuple(every("forwarded")),
        above=tuple(every("above")),
        labels=_labels(sections),
        device_line=re.compile("|".join(_with_gap(line) for line in every("device"))),
        device_name=re.compile(rf"(?:(?<![^\W\u0e00-\uffff]))(?:{_any_of(devices)})"),
        closing=frozenset(every("closing")),
        legal=tuple(every("legal")),
    )


def _alternatives(words: list[str]) -> str:
    """Return one pattern for the words, longest first, whole words where the script has words."""
    spaced = [re.escape(word) for word in words if not _UNSPACED.search(word)]
    unspaced = [re.escape(word) for word in words if _UNSPACED.search(word)]
    return rf"(?:(?<!\w)(?:{'|'.join(spaced)})(?!\w)|{'|'.join(unspaced)})"


def _labels(sections: dict[str, dict[str, list[str]]]) -> dict[str, frozenset[str]]:
    """Return label -> kinds; a word may be the label of one row here, of another there."""
    kinds: dict[str, set[str]] = {}
    for section in sections.values():
        for kind in LABEL_KINDS:
            for label in section.get(kind, ()):
                kinds.setdefault(label, set()).add(kind)
    return {label: frozenset(found) for label, found in kinds.items()}


def _with_gap(line: str) -> str:
    return re.escape(line).replace(r"\*", r".{1,60}")


def _any_of(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
