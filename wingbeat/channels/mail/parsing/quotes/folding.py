"""Which parts of a mail's text are folded: quotes and signatures, never the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wingbeat.channels.mail.parsing.parsed import Span
from wingbeat.channels.mail.parsing.quotes.attributions import Strength, attribution_at
from wingbeat.channels.mail.parsing.quotes.headers import (
    begins_forwarded,
    begins_original,
    is_rule,
    table_end,
)
from wingbeat.channels.mail.parsing.quotes.lines import Line, lines_of, next_written
from wingbeat.channels.mail.parsing.quotes.marked import Marks
from wingbeat.channels.mail.parsing.quotes.signatures import is_closing, signature_starts

# Fewer own words than this above a forwarded mail do not say what it is about: it is shown.
_ENOUGH_ABOVE_FORWARDED = 4
# A text of more lines is a log, and a page with more folds is an attack; so much is shown as it is.
_MOST_LINES = 60_000
_MOST_FOLDS = 1_000
_FENCE = ("```", "~~~")


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines [start, end) to fold."""

    start: int
    end: int
    kind: Literal["quote", "signature"]
    forwarded: bool = False


def fold(text: str, known: tuple[Span, ...] = ()) -> tuple[Span, ...]:
    """Return the quotes and signatures in the text, in order and apart from one another.

    `known` are spans that the mail's HTML proves. The time is linear in the text. Where nothing
    of the customer's would remain, nothing is folded: a mail that only forwards is read as it is.
    Nor is anything in a text of more than 60,000 lines, or after the thousandth fold.
    """
    lines = lines_of(text, _MOST_LINES + 1)
    if len(lines) > _MOST_LINES:
        return ()
    quotes = _quotes(lines, _proven(lines, known, "quote"))
    signatures = _signatures(lines, quotes, _proven(lines, known, "signature"))
    own = _outside(lines, [*quotes, *signatures])
    if _word_count(own) < _ENOUGH_ABOVE_FORWARDED and any(each.forwarded for each in quotes):
        quotes = [each for each in quotes if not each.forwarded]
    spans = _merged(lines, [*quotes, *signatures])[:_MOST_FOLDS]
    return spans if _says_something(lines, spans) else ()


def new_text(text: str, folds: tuple[Span, ...]) -> str:
    """Return the text without its folds, and without blank lines at its ends."""
    kept = []
    at = 0
    for each in folds:
        kept.append(text[at : each.start])
        at = each.end
    kept.append(text[at:])
    return "".join(kept).strip()


def _proven(lines: list[Line], known: tuple[Span, ...], kind: str) -> frozenset[int]:
    """Return the lines that lie wholly in a known span of that kind."""
    spans = sorted((each.start, each.end) for each in known if each.kind == kind)
    found = []
    at = 0
    for index, line in enumerate(lines):
        while at < len(spans) and spans[at][1] < line.end:
            at += 1
        if at < len(spans) and line.bare and spans[at][0] <= line.start:
            found.append(index)
    return frozenset(found)


def _quotes(lines: list[Line], proven: frozenset[int]) -> list[Fold]:
    marks = Marks(lines, proven)
    found: list[Fold] = []
    fenced = _fenced(lines)
    index = next_written(lines, 0)
    while index < len(lines):
        end = index + 1
        if index not in fenced:
            each, end = _quote_at(lines, index, marks)
            found += [each] if each else []
        index = next_written(lines, end)
    floors = [0, *(each.end for each in found)]
    return [
        _with_rule_above(lines, each, floor) for each, floor in zip(found, floors, strict=False)
    ]


def _quote_at(lines: list[Line], index: int, marks: Marks) -> tuple[Fold | None, int]:
    """Return the quote that begins with this line, if one does, and the line to go on from."""
    forwarded = not lines[index].is_quoted and begins_forwarded(lines, index)
    if marks[index] and not forwarded:
        end = marks.group_end(index)
        return (Fold(index, end, "quote") if marks.is_sure(index, end) else None), end
    introduced = _introduction_end(lines, index, marks, forwarded=forwarded)
    if introduced is None:
        return None, index + 1
    end = _quoted_end(lines, introduced, marks)
    if end == len(lines) and marks.is_led_to(index):
        # "My answers are below:" and no mark to tell them from the quote.
        return None, introduced
    return Fold(index, end, "quote", forwarded), end


def _introduction_end(
    lines: list[Line], index: int, marks: Marks, *, forwarded: bool
) -> int | None:
    """Return where the lines end that introduce a quote here, if they do."""
    if forwarded or begins_original(lines, index):
        return table_end(lines, next_written(lines, index + 1), least=2) or index + 1
    table = table_end(lines, index)
    if table is not None:
        return table
    found = attribution_at(lines, index)
    if found is None:
        return None
    below = next_written(lines, found.end)
    marked = below < len(lines) and marks[below]
    return found.end if marked or found.strength == Strength.STRONG else None


def _quoted_end(lines: list[Line], index: int, marks: Marks) -> int:
    """Return where a quote ends whose introduction ends at `index`.

    Marked lines are the quote, and what follows them is an answer; without marks nothing tells
    where the quote would end, and it goes on to the end of the mail.
    """
    below = next_written(lines, index)
    if below < len(lines) and marks[below]:
        return marks.group_end(below)
    return len(lines)


def _with_rule_above(lines: list[Line], each: Fold, floor: int) -> Fold:
    """Take the rulers and the blank lines directly above into the fold."""
    top = each.start
    for index in range(each.start - 1, floor - 1, -1):
        if lines[index].bare and not is_rule(lines[index]):
            break
        if lines[index].bare:
            top = index
    return Fold(top, each.end, each.kind, each.forwarded)


def _fenced(lines: list[Line]) -> frozenset[int]:
    """Return the lines between pairs of code fences, where nothing is a quote."""
    fences = [index for index, line in enumerate(lines) if line.bare.startswith(_FENCE)]
    pairs = zip(fences[::2], fences[1::2], strict=False)
    return frozenset(index for start, end in pairs for index in range(start, end + 1))


def _signatures(lines: list[Line], quotes: list[Fold], proven: frozenset[int]) -> list[Fold]:
    fenced = _fenced(lines)
    found = [Fold(index, index + 1, "signature") for index in sorted(proven)]
    for start, end in _gaps(quotes, len(lines)):
        free = [index for index in range(start, end) if index not in fenced and index not in proven]
        for top, bottom in signature_starts(lines, free[0], free[-1] + 1) if free else ():
            found.append(Fold(top, bottom, "signature"))
    return found


def _gaps(folds: list[Fold], count: int) -> list[tuple[int, int]]:
    edges = [0, *(edge for each in folds for edge in (each.start, each.end)), count]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def _outside(lines: list[Line], folds: list[Fold]) -> list[Line]:
    inside = {index for each in folds for index in range(each.start, each.end)}
    return [line for index, line in enumerate(lines) if index not in inside]


def _word_count(lines: list[Line]) -> int:
    count = 0
    for line in lines:
        if is_closing(line):
            break
        count += len(line.bare.split())
    return count


def _merged(lines: list[Line], folds: list[Fold]) -> tuple[Span, ...]:
    """Return the folds as spans; neighbors of one kind with only blank lines between become one."""
    spans: list[Span] = []
    covered = 0
    for each in sorted(folds, key=lambda fold: (fold.start, -fold.end)):
        start, end = max(each.start, covered), each.end
        while end > start and not lines[end - 1].bare:
            end -= 1
        start = min(next_written(lines, start), end)
        if start >= end:
            continue
        joins = bool(spans) and spans[-1].kind == each.kind
        joins = joins and not any(line.bare for line in lines[covered:start])
        first = spans.pop().start if joins else lines[start].start
        spans.append(Span(first, lines[end - 1].end, each.kind))
        covered = end
    return tuple(spans)


def _says_something(lines: list[Line], spans: tuple[Span, ...]) -> bool:
    """Whether a word or sign of the customer's remains outside the spans."""
    starts = {each.start for each in spans}
    ends = {each.end for each in spans}
    inside = False
    for line in lines:
        inside = inside or line.start in starts
        if not inside and line.bare and not is_rule(line):
            return True
        inside = inside and line.end not in ends
    return False
