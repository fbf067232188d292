"""Find who wrote a mail that an agent forwards into the desk, and what they wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from wingbeat.channels.mail.parsing.bounces.addresses import first_address
from wingbeat.channels.mail.parsing.dates import read_date
from wingbeat.channels.mail.parsing.parsed import NamedAddress
from wingbeat.channels.mail.parsing.quotes.headers import (
    begins_forwarded,
    begins_original,
    table_end,
)
from wingbeat.channels.mail.parsing.quotes.lines import Line, lines_of, next_written
from wingbeat.channels.mail.parsing.quotes.phrases import phrases
from wingbeat.channels.mail.parsing.reading import parse
from wingbeat.channels.mail.subjects import is_answer

# How mail programs mark a forwarded subject: en de fr es it nl pl pt ru hu, and neighbors.
_PREFIX = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|i|inoltra|doorst|doorgestuurd|pd|przek|enc|encam|vb|vs|vl|vidb|ilt"
    r"|пересл|переслано|пер|továbbítás|továbbítva|tov|转发|轉寄)\s?[:：]\s*",
    re.IGNORECASE,
)
_ROW = re.compile(r"^[\s>*_|]*([^\W\d_][^:：*<>@]{0,30}?)[\s*_]*[:：][\s*_]*(.*)$")
_QUOTE_MARK = re.compile(r"^[ \t]{0,3}> ?")
_NAME_END = re.compile(r"\s*(?:[<\[(]|mailto:)")
# "10:12 AM" is the time of the forwarding person's program, and AM is no zone.
_ZONE = re.compile(r"[+-]\d{4}\b|\bGMT\b|\bUTC\b|\dZ$")
_KINDS = ("from", "sent", "subject", "to", "cc")
_MOST_LINES = 5000
_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside a mail.

    `sent` is its date as it stands there; `date` is given only where it names a time zone. `note`
    is what the forwarding person wrote above.
    """

    sender: NamedAddress
    subject: str
    text: str
    date: datetime | None = None
    sent: str = ""
    note: str = ""


def original_of(subject: str, text: str, attached: bytes | None) -> Forwarded | None:
    """Return the mail that another one passes on, or None.

    `attached` is the first enclosed mail, whose own headers are the surest source. Otherwise the
    text is searched for a line such as "Forwarded message"; a bare table of From, Sent and Subject
    counts only where the subject is marked as forwarded, for answers quote like that too. An
    answer, and a forwarding that hides the sender's address, are none.
    """
    if attached is not None and (enclosed := _from_attached(attached, text)):
        return enclosed
    if is_answer(subject):
        return None
    lines = [_unmarked(line) for line in lines_of(text, _MOST_LINES)]
    is_marked = bool(_PREFIX.match(subject))
    for index in range(len(lines)):
        table = _table_at(lines, index, is_marked=is_marked)
        if table is not None:
            return _from_table(subject, text, lines, index, table)
    return None


def without_mark(subject: str) -> str:
    """Return a subject without the marks of forwarding.

    >>> without_mark("Fwd: WG: The lamp is broken")
    'The lamp is broken'
    """
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject.strip()


def _from_attached(attached: bytes, note: str) -> Forwarded | None:
    mail = parse(attached)
    if not mail.sender.address:
        return None
    return Forwarded(
        sender=mail.sender,
        subject=mail.subject,
        text=mail.text,
        date=mail.date,
        sent=mail.header("date"),
        note=note.strip(),
    )


def _table_at(lines: list[Line], index: int, *, is_marked: bool) -> tuple[int, int] | None:
    """Return where the header table of a forwarded mail stands that begins at this line."""
    if begins_forwarded(lines, index) or (is_marked and begins_original(lines, index)):
        start = next_written(lines, index + 1)
    elif is_marked and lines[index].bare:
        start = index
    else:
        return None
    end = table_end(lines, start, least=2 if start > index else 3) if start < len(lines) else None
    return None if end is None else (start, end)


def _from_table(
    subject: str, text: str, lines: list[Line], index: int, table: tuple[int, int]
) -> Forwarded | None:
    start, end = table
    rows = _rows(lines[start:end])
    sender = _person(rows.get("from", ""))
    if not sender.address:
        return None
    sent = rows.get("sent", "")
    below = text[lines[end - 1].end :]
    return Forwarded(
        sender=sender,
        subject=rows.get("subject") or without_mark(subject),
        text=_unquoted(below) if text[lines[start].start :].startswith(">") else below.strip(),
        date=read_date(sent)[0] if _ZONE.search(sent) else None,
        sent=sent,
        note=text[: lines[index].start].strip(),
    )


def _rows(lines: list[Line]) -> dict[str, str]:
    """Return the rows by kind; a value may stand on the lines below its label."""
    rows: dict[str, str] = {}
    latest = ""
    for line in lines:
        found = _ROW.match(line.bare)
        meant = phrases().labels.get(found[1].lower(), frozenset()) if found else frozenset()
        kind = next((kind for kind in _KINDS if kind in meant and kind not in rows), "")
        if found and kind:
            rows[kind] = found[2].strip(" *_\t")[:_LONGEST_VALUE]
            latest = kind
        elif latest and line.bare.strip("> "):
            rows[latest] = f"{rows[latest]} {line.bare.strip('> ')}".strip()[:_LONGEST_VALUE]
    return rows


def _person(value: str) -> NamedAddress:
    name = _NAME_END.split(value, maxsplit=1)[0].strip(" \t\"'“”„«»")
    address = first_address(value).lower()
    return NamedAddress("" if name.lower() == address else name, address)


def _unmarked(line: Line) -> Line:
    """Take quote marks off a line: Apple Mail quotes what it forwards, headers and all."""
    return Line(line.start, line.end, line.bare.lstrip("> "))


def _unquoted(text: str) -> str:
    """Take one level of quote marks off."""
    return "\n".join(_QUOTE_MARK.sub("", line) for line in text.splitlines()).strip()
