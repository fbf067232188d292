"""Text growing block by block: white space as a browser shows it, offsets known at once."""

from __future__ import annotations

import re

# Line breaks around a block: 1 = a new line, 2 = an empty line between.
BREAKS = {
    **dict.fromkeys(
        "address article aside body center dd dir div dt fieldset figcaption footer form header "
        "li main nav section tr caption legend summary details option".split(),
        1,
    ),
    **dict.fromkeys("blockquote dl figure h1 h2 h3 h4 h5 h6 hr menu ol p pre table ul".split(), 2),
}
_LISTS = ("ul", "ol", "menu", "dir")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NBSP = "\xa0"
_TAIL = 800


class TextWriter:
    """Collects text; every method that writes knows where in the text it wrote."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._breaks = 0
        # Line breaks that preformatted text ended with; those count for the next block.
        self._ended = 0
        self._gap = ""
        self._bullet = ""
        self._lists: list[int] = []
        self._places: list[int] = []
        self._unplaced = 0

    def text(self) -> str:
        return "".join(self._parts).rstrip()

    def block(self, tag: str, breaks: int) -> None:
        """Begin a block on a line of its own."""
        if tag in _LISTS:
            breaks = 1 if self._lists else breaks
            self._lists.append(0 if tag == "ol" else -1)
        self._breaks = max(self._breaks, breaks)
        if tag == "li":
            self._bullet = self._next_bullet()

    def end_block(self, tag: str, breaks: int) -> None:
        """End a block; what follows begins a new line."""
        if tag in _LISTS and self._lists:
            self._lists.pop()
            breaks = 1 if self._lists else breaks
        if tag == "li":
            self._bullet = ""
        self._breaks = max(self._breaks, breaks)

    def line_break(self) -> None:
        """Take a `<br>`: it ends a line, and after an ended line it leaves an empty one."""
        self._breaks = 2 if self._breaks else 1

    def cell(self) -> None:
        """Begin a table cell; cells with text stand apart by a tab."""
        if self._length and not self._breaks:
            self._gap = "\t"

    def words(self, words: str) -> tuple[int, int]:
        """Write running text; return where it stands, or (-1, -1) where nothing is visible."""
        folded = _SPACE.sub(" ", words)
        core = folded.strip(" ")
        if not core.strip(_NBSP):
            self._blank(folded, core)
            return -1, -1
        if folded[0] == " ":
            self._space()
        start = self._put(core.replace(_NBSP, " "))
        if folded[-1] == " ":
            self._gap = " "
        return start, self._length

    def verbatim(self, words: str) -> tuple[int, int]:
        """Write preformatted text as it is, one code point for each."""
        if not words:
            return -1, -1
        start = self._put(words.replace(_NBSP, " "))
        self._ended = len(words) - len(words.rstrip("\n"))
        return start, self._length

    def place(self) -> int:
        """Return a token for the place where the next text will stand."""
        self._places.append(-1)
        return len(self._places) - 1

    def since(self, place: int) -> tuple[int, int]:
        """Return the text written since the place was taken; an empty range where there is none."""
        start = self._places[place]
        return (start, self._length) if start >= 0 else (self._length, self._length)

    def tail(self) -> str:
        """Return the end of the text so far, enough of it to hold a few lines."""
        parts: list[str] = []
        length = 0
        for part in reversed(self._parts):
            parts.append(part[-_TAIL:])
            length += len(part)
            if length > _TAIL:
                break
        return "".join(reversed(parts))

    def _blank(self, folded: str, core: str) -> None:
        if core and (self._breaks or not self._length):
            self._breaks = 2
        elif folded:
            self._space()

    def _space(self) -> None:
        if self._length and not self._breaks and not self._ended:
            self._gap = self._gap or " "

    def _next_bullet(self) -> str:
        indent = "  " * max(0, min(len(self._lists), 12) - 1)
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            return f"{indent}{self._lists[-1]}. "
        return f"{indent}* "

    def _put(self, words: str) -> int:
        """Write what was held back, then the words; return where the words begin."""
        held = "\n" * (self._breaks - self._ended) if self._breaks else self._gap
        if not self._length:
            held = ""
        self._append(held)
        while self._unplaced < len(self._places):
            self._places[self._unplaced] = self._length
            self._unplaced += 1
        self._append(self._bullet)
        self._breaks, self._ended, self._gap, self._bullet = 0, 0, "", ""
        start = self._length
        self._append(words)
        return start

    def _append(self, part: str) -> None:
        if part:
            self._parts.append(part)
            self._length += len(part)
