"""A text as lines that know where they stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

# No line written by a mail program to introduce a quote is longer; of a longer line only the
# beginning is looked at, which keeps the work per line constant however long it is.
LONGEST = 500

_BREAK = re.compile(r"\r\n|\n|\r")
# Marks that steer writing direction stand invisibly around names and dates in Hebrew and Arabic.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_INVISIBLE |= {0xA0: " ", 0x202F: " ", 0x3000: " "}


_GROUPWISE = re.compile(r">>> ?[^>\s](?=.*(?:@|\d:\d\d)).*>>>$")


class Line(NamedTuple):
    """One line: its code points [start, end) without the break, and its bare words.

    `bare` is stripped, free of invisible marks and cut at `LONGEST`.
    """

    start: int
    end: int
    bare: str

    @property
    def is_quoted(self) -> bool:
        return self.bare.startswith((">", "＞")) and not self.is_groupwise

    @property
    def is_groupwise(self) -> bool:
        """Whether the line looks like ">>> Ada <ada@example.com> 3/5/2024 9:41 AM >>>"."""
        return bool(self.bare.endswith(">>>") and _GROUPWISE.match(self.bare))


def lines_of(text: str, most: int | None = None) -> list[Line]:
    """Return the lines of the text, or only the first `most`."""
    return list(islice(_lines(text), most))


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for found in _BREAK.finditer(text):
        yield _line(text, start, found.start())
        start = found.end()
    yield _line(text, start, len(text))


def _line(text: str, start: int, end: int) -> Line:
    bare = text[start : min(end, start + LONGEST)]
    if not bare.isascii():
        bare = bare.translate(_INVISIBLE)
    return Line(start, end, bare.strip())


def next_written(lines: list[Line], index: int) -> int:
    """Return the index of the first line from `index` on that is not blank, or the line count."""
    while index < len(lines) and not lines[index].bare:
        index += 1
    return index
