"""Quotes whose every line carries a mark: `>`, or the HTML's own word that it is a quote."""

from __future__ import annotations

import re

from wingbeat.channels.mail.parsing.quotes.lines import Line, next_written

# A program that wraps a quoted line at 70 to 80 characters leaves its rest without a mark.
_WRAPS_AT = 60

# "> 5 people came" is arithmetic, ">>> import os" is Python: both are the customer's own words.
_SURELY_QUOTED = re.compile(r"^[>＞]\s*(?![>＞\s\d=]).+|^[>＞]\s[>＞]")


class Marks:
    """Which lines of a text are marked as quoted."""

    def __init__(self, lines: list[Line], proven: frozenset[int]) -> None:
        self._lines = lines
        self._proven = proven

    def __getitem__(self, index: int) -> bool:
        return index in self._proven or self._lines[index].is_quoted

    def group_end(self, start: int) -> int:
        """Return where the quote that begins at `start` ends (exclusive).

        Blank lines between marked lines belong to it, and so does the unmarked rest of a marked
        line that was wrapped on the way.
        """
        end = index = start + 1
        while index < len(self._lines):
            if self[index]:
                end = index = index + 1
            elif not self._lines[index].bare:
                index = next_written(self._lines, index)
                if index == len(self._lines) or not self[index]:
                    break
            elif self._is_wrapped_rest(index):
                index += 1
            else:
                break
        return end

    def is_sure(self, start: int, end: int) -> bool:
        """Whether the group is a quote even though nothing introduces it."""
        if any(index in self._proven for index in range(start, end)):
            return True
        if self.is_led_to(start):
            return False
        written = [line.bare for line in self._lines[start:end] if line.bare.strip("> ＞")]
        return any(_SURELY_QUOTED.match(bare) for bare in written[:20])

    def is_led_to(self, start: int) -> bool:
        """Whether the customer's own sentence leads to it: "This is what the screen says:".

        A line with a date or an address may introduce a quote in a language we do not know.
        """
        above = start - 1
        while above >= 0 and not self._lines[above].bare:
            above -= 1
        bare = self._lines[above].bare if above >= 0 and not self[above] else ""
        says_who = any(sign.isdigit() or sign == "@" for sign in bare)
        return bare.endswith((":", "：")) and not says_who and len(bare.split()) > 4

    def _is_wrapped_rest(self, index: int) -> bool:
        before, line = self._lines[index - 1], self._lines[index].bare
        followed = index + 1 < len(self._lines) and self[index + 1]
        unfinished = not before.bare.endswith((".", "!", "?", ":"))
        long = before.end - before.start >= _WRAPS_AT
        return before.is_quoted and followed and long and unfinished and not line[0].isupper()
