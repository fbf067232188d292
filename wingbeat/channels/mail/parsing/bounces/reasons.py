"""Say why a mail did not arrive, and whether the address will ever work again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LONGEST = 6000
_GAP = 100
_GAP_SIGN = " * "
_ABOUT_ADDRESS = re.compile(r"(?<![\d.])[45]\.1\.[1-6](?!\d)")


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of `reasons.toml`."""

    name: str
    hard: bool
    status: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    doubts: tuple[str, ...]

    def fits(self, words: str) -> bool:
        """Return whether one of the phrases occurs in words that `flattened` made."""
        if any(phrase in words for phrase in self.unless):
            return False
        return any(_occurs(pieces, words) for pieces in self.phrases)


UNKNOWN = Reason("unknown", hard=False, status=frozenset(), phrases=(), unless=(), doubts=())


@cache
def reasons() -> tuple[Reason, ...]:
    """Return the table, in order of precedence."""
    raw = tomllib.loads(files(__package__).joinpath("reasons.toml").read_text("utf-8"))
    return tuple(
        Reason(
            name=row["name"],
            hard=row["hard"],
            status=frozenset(row["status"]),
            phrases=tuple(tuple(phrase.split(_GAP_SIGN)) for phrase in row["phrases"]),
            unless=tuple(row.get("unless", ())),
            doubts=tuple(row.get("doubts", ())),
        )
        for row in raw["reason"]
    )


def reason_of(texts: Sequence[str], status: str) -> Reason:
    """Return the row of the first text that has a known phrase, else the row of the status code."""
    flats = [flattened(text) for text in texts]
    for flat in flats:
        for reason in reasons():
            if reason.fits(flat):
                return UNKNOWN if _is_doubted(reason, flats, status) else reason
    return next((reason for reason in reasons() if status in reason.status), UNKNOWN)


def _is_doubted(reason: Reason, flats: Sequence[str], status: str) -> bool:
    said = any(doubt in flat for flat in flats for doubt in reason.doubts)
    confirmed = any(_ABOUT_ADDRESS.search(text) for text in (*flats, status))
    return said and not confirmed


def flattened(words: str) -> str:
    """Lower case, single blanks and plain apostrophes, so that wrapped lines match phrases."""
    return " ".join(words[:_LONGEST].lower().replace("’", "'").split())


def _occurs(pieces: tuple[str, ...], words: str) -> bool:
    """Find the pieces in order; a phrase begins where a word begins ("rbl" is not in "marble")."""
    start = words.find(pieces[0])
    while start >= 0:
        begins = start == 0 or not (_is_letter(words[start - 1]) and _is_letter(pieces[0][0]))
        if begins and _continues(pieces, words, start):
            return True
        start = words.find(pieces[0], start + 1)
    return False


def _is_letter(character: str) -> bool:
    """Return whether words are parted by blanks in this script; Japanese and Chinese do not."""
    return character.isalnum() and character < "\u2e80"


def _continues(pieces: tuple[str, ...], words: str, start: int) -> bool:
    at = start + len(pieces[0])
    for piece in pieces[1:]:
        found = words.find(piece, at, at + _GAP + len(piece))
        if found < 0:
            return False
        at = found + len(piece)
    return True
