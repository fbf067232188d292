"""What else stands above a quote: separators, and tables of From, Sent, To and Subject."""

from __future__ import annotations

import re

from wingbeat.channels.mail.parsing.quotes.lines import Line, next_written
from wingbeat.channels.mail.parsing.quotes.phrases import phrases

_LABELLED = re.compile(r"^[\s>*_|]*([^\W\d_][^:：*<>@]{0,30}?)[\s*_]*[:：][\s*_]*(.*)$")
_RULE = re.compile(r"^(?:[-_=~—–]\s?){3,}$|^(?:[*·.#]\s?){5,}$|^_{2,}$")
_RULER = "-_=*~#•—–"
_MOST_ROWS = 14
_MOST_WRAPPED = 3


def is_rule(line: Line) -> bool:
    """Whether the line is only a ruler of dashes, underscores and the like."""
    return bool(_RULE.match(line.bare))


def begins_original(lines: list[Line], index: int) -> bool:
    """Whether a line such as "-----Original Message-----" stands here, or a note to reply above."""
    if lines[index].is_groupwise:
        return True
    words, dashed = _undecorated(lines[index].bare.lower())
    if any(above in words for above in phrases().above):
        return True
    return words in phrases().original and (dashed or _table_follows(lines, index))


def begins_forwarded(lines: list[Line], index: int) -> bool:
    """Whether a line such as "---------- Forwarded message" stands here."""
    words, dashed = _undecorated(lines[index].bare.lower())
    if not words.startswith(phrases().forwarded):
        return False
    return dashed or _table_follows(lines, index)


def _undecorated(bare: str) -> tuple[str, bool]:
    unquoted = bare.lstrip("> ")
    dashes = len(unquoted) - len(unquoted.lstrip(_RULER))
    return unquoted.strip(_RULER + " :："), dashes >= 2


def _table_follows(lines: list[Line], index: int) -> bool:
    following = next_written(lines, index + 1)
    return following < len(lines) and table_end(lines, following, least=2) is not None


def table_end(lines: list[Line], start: int, *, least: int = 3) -> int | None:
    """Return where the table of header rows that begins here ends (exclusive), if one does.

    A customer may write "From: Berlin / To: Paris / Date: May"; so besides `least` different
    rows, a sender among them, there must be a subject or a mail address.
    """
    kinds: set[str] = set()
    addressed = False
    end, wrapped = start, 0
    for index in range(start, min(start + _MOST_ROWS, len(lines))):
        bare = lines[index].bare
        if not bare:
            continue
        label = _label(bare)
        if label is None or (label and label <= kinds):
            wrapped += 1
            if not kinds or wrapped > _MOST_WRAPPED or not lines[index - 1].bare:
                break
            continue
        kinds |= _new_kind(label, kinds)
        addressed = addressed or "@" in bare
        end, wrapped = index + 1, 0
    enough = len(kinds) >= least and "from" in kinds and (addressed or "subject" in kinds)
    return end if enough else None


def _label(bare: str) -> frozenset[str] | None:
    """Return the kinds that the row's label may mean; None where the line is no header row."""
    found = _LABELLED.match(bare)
    return phrases().labels.get(found[1].lower()) if found else None


def _new_kind(label: frozenset[str], seen: set[str]) -> set[str]:
    """Take one row for one kind: "De" cannot be the sender and the recipient at once."""
    fresh = sorted(label - seen)
    return set(fresh[:1])
