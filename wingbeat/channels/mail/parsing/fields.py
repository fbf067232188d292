"""Read the header fields of a mail or of a part, however its lines were mangled on the way."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from wingbeat.channels.mail.parsing import limits

# A line and its break; gateways that double the carriage return break a line only once.
_LINE = re.compile(rb"([^\r\n]*)(\r{0,3}\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,4000})[ \t]*:")
# Names that prove a line to be a field: what a mail's or a part's header really holds.
_PROOF = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|return-path|received|message-id|mime-version"
    rb"|in-reply-to|references|delivered-to|user-agent|importance|priority|precedence"
    rb"|auto-submitted|content-[a-z-]+|x-[\w-]+|list-[a-z-]+|resent-[a-z-]+|arc-[a-z-]+"
    rb"|dkim-signature|authentication-results|thread-[a-z]+|errors-to|organization)[ \t]*:",
    re.IGNORECASE,
)
_ENVELOPE = re.compile(rb">?From [^\r\n]*(?:\r{0,3}\n|\r)")
_BLANK = re.compile(rb"[\r\n]*")
# A parameter whose line lost its leading blank, after a line that promised one.
_PARAMETER = re.compile(rb"[\w*-]{1,40}[ \t]?=")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Fields:
    """Header fields in order of arrival: names as written, values as bytes with their folds."""

    pairs: list[tuple[str, bytes]] = field(default_factory=list)

    def raw(self, name: str) -> bytes:
        """Return the first value of that (lower-case) name, or nothing."""
        return next((value for key, value in self.pairs if key.lower() == name), b"")

    def all_raw(self, name: str) -> list[bytes]:
        """Return the values of that (lower-case) name in order."""
        return [value for key, value in self.pairs if key.lower() == name]


def start_of_mail(raw: bytes, start: int = 0) -> int:
    """Return where the fields begin: after byte-order marks, blank lines and mailbox separators."""
    start += next((len(mark) for mark in _MARKS if raw.startswith(mark, start)), 0)
    blank = _BLANK.match(raw, start)
    begin = blank.end() if blank else start
    envelope = _ENVELOPE.match(raw, begin)
    if envelope:
        return envelope.end()
    # Blank lines first mean a mail without fields, unless fields follow for certain.
    return begin if _PROOF.match(raw, begin) else start


def read_fields(
    raw: bytes, start: int, boundaries: Container[bytes], *, is_root: bool
) -> tuple[Fields, int, list[str]]:
    """Return the fields that begin at `start`, where the body begins, and what was odd."""
    reader = _FieldReader(raw, start, boundaries)
    reader.read()
    if is_root and not reader.proven:
        return Fields(), start, ["The mail has no header."]
    return Fields(reader.pairs), reader.body, reader.defects


class _FieldReader:
    def __init__(self, raw: bytes, start: int, boundaries: Container[bytes]) -> None:
        self.raw = raw
        self.body = start
        self.boundaries = boundaries
        self.pairs: list[tuple[str, bytes]] = []
        self.proven = False
        self.defects: list[str] = []
        self.size = 0
        self.name = ""
        self.value_from = start
        self.value_to = start

    def read(self) -> None:
        """Take lines until the body begins."""
        position = self.body
        while position < len(self.raw):
            line = _LINE.match(self.raw, position)
            if line is None or self._ends(line):
                break
            position = line.end()
            self.body = position
        self._keep()

    def _ends(self, line: re.Match[bytes]) -> bool:
        """Take one line; return whether the body begins, having set where."""
        found = _FIELD.match(self.raw, line.start())
        if found:
            self._keep()
            self._open(found, line)
            return False
        if self._continues(line):
            self.value_to = line.end(1)
            return False
        if not line.group(1).strip():
            self.body = line.end()
            return True
        if not self._is_boundary(line.group(1)):
            self.defects.append("The blank line between header and body is missing.")
        return True

    def _open(self, found: re.Match[bytes], line: re.Match[bytes]) -> None:
        self.name = found.group(1).decode("ascii")
        self.value_from, self.value_to = found.end(), line.end(1)
        self.proven = self.proven or _PROOF.match(self.raw, line.start()) is not None

    def _continues(self, line: re.Match[bytes]) -> bool:
        """Return whether a line that names no field belongs to the field before it."""
        content = line.group(1)
        if content[:1] in {b" ", b"\t"} and content.strip():
            return True
        if not self.name or not line.group(2) or self._is_boundary(content):
            return False
        promised = _PARAMETER.match(content) and self.raw[self.value_to - 1 : self.value_to] == b";"
        # A line of blanks, or one that lost its leading blank, among fields that go on for certain.
        if not promised and (not content or _PROOF.match(self.raw, line.end()) is None):
            return False
        if content.strip():
            self._say_once("A header field is folded without a blank.")
        return True

    def _is_boundary(self, content: bytes) -> bool:
        if not content.startswith(b"--"):
            return False
        name = content[2:].rstrip()
        return name in self.boundaries or name.removesuffix(b"--") in self.boundaries

    def _keep(self) -> None:
        """Add the field that is complete, unless there are too many or it is too long."""
        if not self.name:
            return
        size = self.value_to - self.value_from
        self.size += size
        if len(self.pairs) >= limits.MAX_FIELDS or self.size > limits.MAX_HEADER_BYTES:
            self._say_once("The header is too long; its later fields are left out.")
        elif size > limits.MAX_FIELD_BYTES:
            self._say_once("A header field is too long and cut short.")
            end = self.value_from + limits.MAX_FIELD_BYTES
            self.pairs.append((self.name, self.raw[self.value_from : end].strip()))
        else:
            self.pairs.append((self.name, self.raw[self.value_from : self.value_to].strip()))
        self.name = ""

    def _say_once(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)
