"""Find the parts of a mail in its bytes, in linear time, as offsets: nothing is copied or decoded.

The standard library's parser tests every line against every open boundary and copies each level,
so nested mail costs it minutes and a large one ten times its size in memory. This one visits only
lines that begin with two hyphens, keeps a table of open boundaries, and stops at the bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wingbeat.channels.mail.parsing import limits
from wingbeat.channels.mail.parsing.fields import Fields, read_fields, start_of_mail
from wingbeat.channels.mail.parsing.parameters import content_type

# A line break, then a line that may be a boundary.
_CANDIDATE = re.compile(rb"[\r\n]--([^\r\n]*)(?:\r{0,3}\n|\r|\Z)")
# What follows a line that serves as a boundary although it was not declared as one.
_UNDECLARED = re.compile(
    rb"(?:\A|[\r\n])--([^\r\n\s][^\r\n]{0,200})[\r\n]{1,3}content-", re.IGNORECASE
)
_NESTED = frozenset({"message/rfc822", "message/global", "message/news"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(slots=True)
class Part:
    """One part: its fields, where its body lies in the raw mail, and the parts within it."""

    fields: Fields
    type: str
    parameters: dict[str, str]
    start: int
    body: int
    end: int = -1
    boundary: bytes = b""
    ended_at: int = -1
    parts: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        """Return whether the part was declared as a multipart and holds parts."""
        return self.type.startswith("multipart/") and bool(self.parts)

    @property
    def is_message(self) -> bool:
        """Return whether the part is a whole mail of its own."""
        return self.type in _NESTED

    def encoding(self) -> str:
        """Return the transfer encoding as the mail names it, in lower case."""
        value = self.fields.raw("content-transfer-encoding")
        return value.decode("ascii", "replace").strip().lower()


@dataclass(slots=True)
class Structure:
    """The parts of a mail, where reading stopped (or -1), and what was odd."""

    root: Part
    rest: int
    defects: list[str]


def read_structure(raw: bytes) -> Structure:
    """Return the parts of a mail, in time linear in its bytes whatever they are."""
    reader = _Reader(raw)
    reader.read()
    return Structure(reader.root, reader.rest, reader.defects)


def size_of_words(part: Part) -> int:
    """Return how many bytes of a part are text, in whatever transfer encoding."""
    if part.parts:
        return sum(size_of_words(child) for child in part.parts)
    is_words = part.type.startswith(("text/", "multipart/", "application/xhtml"))
    return part.end - part.body if is_words else 0


class _Reader:
    """Keeps the open parts, outermost first, and a table from boundary to their places."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.defects: list[str] = []
        self.open: list[Part] = []
        self.places: dict[bytes, list[int]] = {}
        self.count = 0
        self.searches = 0
        self.rest = -1
        self.root = self._begin(start_of_mail(raw), is_root=True)

    def read(self) -> None:
        position = max(self.open[-1].body - 1, 0)
        while self.places and self.rest < 0:
            line = _CANDIDATE.search(self.raw, position)
            if line is None:
                break
            # The line break that ends this line may begin the next candidate.
            position = self._meet(line)
        end = len(self.raw) if self.rest < 0 else self.rest
        if any(part.boundary and part.ended_at < 0 for part in self.open):
            self._say("A multipart has no closing boundary.")
        self._close(0, end)

    def _meet(self, line: re.Match[bytes]) -> int:
        after = max(line.end() - 1, line.start() + 1)
        place, closes = self._named(line.group(1).rstrip())
        if place < 0:
            return after
        part = self.open[place]
        self._close(place + 1, self._before(line.start(), part.body))
        if closes:
            part.ended_at = line.end() if part.ended_at < 0 else part.ended_at
            return after
        if part.ended_at >= 0 and self.raw[part.ended_at : line.start()].strip():
            return after  # lines in between: another mail's, glued to this one
        if part.ended_at >= 0:
            part.ended_at = -1
            self._say("A multipart goes on after its closing boundary.")
        if self._is_full(line.start()):
            return after
        self._begin(line.end())
        return max(self.open[-1].body - 1, after)

    def _named(self, name: bytes) -> tuple[int, bool]:
        """Return the place of the part whose boundary a line holds, and whether it closes it.

        RFC 2046 lets anything follow a boundary on its line.
        """
        for candidate in (name, name.partition(b" ")[0]):
            place = self._place(candidate)
            if place >= 0:
                return place, False
            if candidate.endswith(b"--") and (place := self._place(candidate[:-2])) >= 0:
                return place, True
        return -1, False

    def _place(self, boundary: bytes) -> int:
        """Return the innermost open part of that boundary, an ended one for want of another."""
        places = self.places.get(boundary)
        if not places:
            return -1
        if self.open[places[-1]].ended_at >= 0 and len(places) > 1:
            return places[-2]
        return places[-1]

    def _before(self, position: int, least: int) -> int:
        """Return where a body ends whose following boundary line is preceded by a line break."""
        if (
            self.raw[position : position + 1] == b"\n"
            and self.raw[position - 1 : position] == b"\r"
        ):
            position -= 1
        return max(position, least)

    def _is_full(self, position: int) -> bool:
        if self.count >= limits.MAX_PARTS:
            self._stop(position, f"The mail has more than {limits.MAX_PARTS} parts")
        elif len(self.open) >= limits.MAX_DEPTH:
            self._stop(position, f"The mail is nested deeper than {limits.MAX_DEPTH} levels")
        return self.rest >= 0

    def _stop(self, position: int, why: str) -> None:
        self.rest = position
        self._say(f"{why}; the rest is attached as it came.")

    def _begin(self, start: int, *, is_root: bool = False) -> Part:
        """Open the part whose fields begin at `start`, and the mail within if it is one."""
        within_digest = bool(self.open) and self.open[-1].type == "multipart/digest"
        part = self._opened(
            start, is_root=is_root, default="message/rfc822" if within_digest else ""
        )
        first = part
        while part.is_message and part.encoding() in _IDENTITY and not self._is_full(part.body):
            part = self._opened(start_of_mail(self.raw, part.body), is_root=False, default="")
        return first

    def _opened(self, start: int, *, is_root: bool, default: str) -> Part:
        fields, body, defects = read_fields(self.raw, start, self.places, is_root=is_root)
        for defect in defects:
            self._say(defect)
        type_, parameters = content_type(fields.raw("content-type"), default or "text/plain")
        part = Part(fields, type_, parameters, start, body)
        if self.open:
            self.open[-1].parts.append(part)
        if type_.startswith("multipart/"):
            part.boundary = self._boundary(part)
        if part.boundary:
            self.places.setdefault(part.boundary, []).append(len(self.open))
        self.open.append(part)
        self.count += 1
        return part

    def _boundary(self, part: Part) -> bytes:
        """Return the declared boundary, or the one in use where the declared one is not."""
        declared = part.parameters.get("boundary", "").encode("utf-8", "surrogateescape").rstrip()
        window = part.body + limits.BOUNDARY_WINDOW
        if declared and self.raw.find(b"--" + declared, part.body, window) >= 0:
            return declared
        used = self._used_boundary(part.body, window)
        if used:
            self._say("A multipart uses another boundary than it names.")
        elif not declared:
            self._say("A multipart names no boundary; it is read as text.")
        return used or declared

    def _used_boundary(self, start: int, end: int) -> bytes:
        """Return what serves as a boundary though none declares it, or nothing."""
        self.searches += 1
        if self.searches > limits.MAX_BOUNDARY_SEARCHES:
            return b""
        used = _UNDECLARED.search(self.raw, max(start - 1, 0), end)
        name = used.group(1).rstrip() if used else b""
        return b"" if name in self.places or name.removesuffix(b"--") in self.places else name

    def _close(self, place: int, end: int) -> None:
        """Close all open parts from that place on, innermost first."""
        while len(self.open) > place:
            part = self.open.pop()
            part.end = max(end, part.body)
            if part.boundary:
                self.places[part.boundary].pop()
                if not self.places[part.boundary]:
                    del self.places[part.boundary]

    def _say(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)
