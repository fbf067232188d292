"""Words that a team would rather not say, and what it says instead: its own list, in any language.

A line holds one pair, `avoid = say`; without a right side the words are simply left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_LINES = 100
LONGEST = 80  # letters on either side
# What stands in quotation marks, or behind an angle bracket at the beginning, are somebody's words.
_QUOTED = re.compile(r"[\"“”„«»][^\"“”„«»\n]{1,400}[\"“”„«»]|^>.*$", re.MULTILINE)


class Pair(NamedTuple):
    """What not to say, and what instead; empty where it is just left out."""

    avoid: str
    say: str


class WrongLine(ValueError):
    """A line of a list is no pair; `number` counts from one."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(f"line {number}: {line[:LONGEST]}")
        self.number, self.line = number, line[:LONGEST]


def pairs_in(text: str) -> tuple[Pair, ...]:
    """Read a list; empty lines count for nothing.

    >>> pairs_in("coupon = voucher")
    (Pair(avoid='coupon', say='voucher'),)

    Raises:
        WrongLine: if nothing stands to the left, a side is too long, or the lines are too many.
    """
    pairs: list[Pair] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        avoid, _equals, say = (" ".join(part.split()) for part in line.partition("="))
        if not avoid or max(len(avoid), len(say)) > LONGEST or len(pairs) == MOST_LINES:
            raise WrongLine(number, line)
        pairs.append(Pair(avoid, say))
    return tuple(pairs)


def avoided_in(text: str, pairs: tuple[Pair, ...]) -> Iterator[tuple[int, int, Pair]]:
    """Yield where each of the words to avoid first begins and ends, outside of what is quoted.

    >>> [at[:2] for at in avoided_in("Your Coupon is here.", pairs_in("coupon = voucher"))]
    [(5, 11)]
    """
    own = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    for pair in pairs:
        words = r"\s+".join(map(re.escape, pair.avoid.split()))
        if found := re.search(rf"(?<!\w){words}(?!\w)", own, re.IGNORECASE):
            yield found.start(), found.end(), pair
