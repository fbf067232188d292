"""Sanitized HTML with its quotes and signatures within `<details>`, no word moved or lost."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wingbeat.channels.mail.parsing.html.bounding import written_tag
from wingbeat.channels.mail.parsing.html.plain import FOLD_ENDS, fold_begins
from wingbeat.channels.mail.parsing.html.sanitizing import clean
from wingbeat.channels.mail.parsing.html.walking import Step, read
from wingbeat.channels.mail.parsing.parsed import Span
from wingbeat.channels.mail.parsing.quotes import fold

_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
# `<details>` may not stand directly in these, and they cannot be cut in two.
_ROWS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "colgroup"})
_WHOLE = _ROWS | {"td", "th", "caption", "ul", "ol", "li", "dl", "dt", "dd"}
# Inside these the parser would close the paragraph, or the fold would hang in a run of words.
_RUNS = frozenset(
    "p a abbr b bdi bdo big cite code del dfn em font h1 h2 h3 h4 h5 h6 i ins kbd mark pre q s "
    "samp small span strike strong sub sup time tt u var address".split()
)


@dataclass(frozen=True, slots=True)
class _Range:
    """Steps [first, last] of the walk that become one fold."""

    first: int
    last: int
    kind: str


def fold_html(safe_html: str) -> str:
    """Return sanitized HTML with each quote and signature within `<details class="fold">`.

    `safe_html` comes from `sanitize`. The folds are those of its visible text and of the marks
    that `sanitize` kept. The result went through the sanitizer again.
    """
    reading = read(LexborHTMLParser(safe_html))
    spans = fold(reading.text, reading.spans)
    if not spans:
        return safe_html
    steps = _cut_at(reading.steps, spans)
    return clean(_Writing(steps, _ranges(steps, spans)).result(), folded=True)


def _cut_at(steps: list[Step], spans: tuple[Span, ...]) -> list[Step]:
    """Cut preformatted text where a span begins or ends inside it."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    result = []
    at = 0
    for step in steps:
        if not step.is_visible:
            result.append(step)
            continue
        while at < len(edges) and edges[at] <= step.start:
            at += 1
        rest = step
        while rest.verbatim and at < len(edges) and edges[at] < rest.end:
            head, rest = _halves(rest, edges[at])
            result.append(head)
            at += 1
        result.append(rest)
    return result


def _halves(step: Step, offset: int) -> tuple[Step, Step]:
    cut = offset - step.start
    head = Step("text", step.node, step.words[:cut], step.start, offset, verbatim=True)
    return head, Step("text", step.node, step.words[cut:], offset, step.end, verbatim=True)


def _ranges(steps: list[Step], spans: tuple[Span, ...]) -> list[_Range]:
    """Return for each span the steps it covers, widened to whole elements where nothing is lost."""
    leaves = _leaves(steps)
    visible = [index for index, step in enumerate(steps) if step.is_visible or _is_picture(step)]
    ranges: list[_Range] = []
    at = 0
    for span in spans:
        inside = []
        while at < len(visible):
            step = steps[visible[at]]
            if step.is_visible and step.start >= span.end:
                break
            if step.is_visible and span.start <= step.start and step.end <= span.end:
                inside.append(visible[at])
            at += 1
        if inside:
            limit = visible[at] if at < len(visible) else len(steps)
            floor = ranges[-1].last if ranges else -1
            ranges.append(_widened(steps, leaves, inside, floor, limit, span.kind))
    return ranges


def _is_picture(step: Step) -> bool:
    return step.turn == "enter" and step.node.tag == "img"


def _leaves(steps: list[Step]) -> dict[int, int]:
    """Return for each entering step the step that leaves the same element."""
    found = {}
    entered: list[int] = []
    for index, step in enumerate(steps):
        if step.turn == "enter":
            entered.append(index)
        elif step.turn == "leave" and entered:
            found[entered.pop()] = index
    return found


def _widened(
    steps: list[Step], leaves: dict[int, int], inside: list[int], floor: int, limit: int, kind: str
) -> _Range:
    first, last = inside[0], inside[-1]
    at = first - 1
    while at > floor:
        step = steps[at]
        if step.turn == "enter" and at in leaves:
            if leaves[at] >= limit:
                break
            # An element with nothing else to see in it goes into the fold as a whole, and so do
            # the ruler and the empty lines at its top.
            if leaves[at] > first:
                first, last = at, max(last, leaves[at])
        elif step.is_visible or _is_picture(step):
            break
        at -= 1
    return _Range(first, last, kind)


class _Writing:
    """Writes the steps as HTML, the elements around a fold's edges closed and opened again."""

    def __init__(self, steps: list[Step], ranges: list[_Range]) -> None:
        self._steps = steps
        self._leaves = _leaves(steps)
        self._ranges = iter(ranges)
        self._range = next(self._ranges, None)
        self._out: list[str] = []
        self._open: list[LexborNode] = []
        # How many of `_open` are written as open; fewer where a fold made us close some.
        self._written = 0
        self._fold_at: int | None = None

    def result(self) -> str:
        for index, step in enumerate(self._steps):
            while self._range is not None and index > self._range.last:
                self._end_fold()
                self._range = next(self._ranges, None)
            if step.turn == "enter":
                self._enter(index, step.node)
            elif step.turn == "leave":
                self._leave(step.node)
            elif step.is_visible or self._written == len(self._open):
                self._text(index, step)
        self._end_fold()
        return "".join(self._out)

    def _text(self, index: int, step: Step) -> None:
        if step.is_visible:
            self._settle(index)
        self._out.append(escape(step.words, quote=False))

    def _enter(self, index: int, node: LexborNode) -> None:
        tag = node.tag or ""
        if self._is_left_after_fold(index, tag):
            self._end_fold()
            self._reopen()
        else:
            self._settle(index)
        self._out.append(written_tag(tag, node.attributes))
        if tag not in _VOID:
            self._open.append(node)
            self._written += 1

    def _leave(self, node: LexborNode) -> None:
        if (node.tag or "") in _VOID:
            return
        if self._fold_at is not None and self._fold_at >= len(self._open):
            self._end_fold()
        if self._written == len(self._open):
            self._out.append(f"</{node.tag}>")
            self._written -= 1
        self._open.pop()

    def _is_left_after_fold(self, index: int, tag: str) -> bool:
        """Whether the fold ends somewhere inside this element, which cannot be cut in two."""
        if self._range is None or not self._range.first <= index <= self._range.last:
            return False
        return tag in _WHOLE and self._leaves.get(index, index) > self._range.last

    def _settle(self, index: int) -> None:
        """Open the fold if the step is in one, and whatever had to be closed around it."""
        inside = self._range is not None and self._range.first <= index <= self._range.last
        if inside and self._fold_at is None and not self._in_rows():
            self._begin_fold()
        self._reopen()

    def _in_rows(self) -> bool:
        return bool(self._open) and self._open[-1].tag in _ROWS

    def _begin_fold(self) -> None:
        depth = len(self._open)
        while depth and self._open[depth - 1].tag in _RUNS:
            depth -= 1
        self._close_to(depth)
        if self._written < depth:
            self._reopen(depth)
        self._out.append(fold_begins(self._range.kind if self._range else "quote"))
        self._fold_at = depth

    def _end_fold(self) -> None:
        if self._fold_at is not None:
            self._close_to(self._fold_at)
            self._out.append(FOLD_ENDS)
            self._fold_at = None

    def _close_to(self, depth: int) -> None:
        while self._written > depth:
            self._written -= 1
            self._out.append(f"</{self._open[self._written].tag}>")

    def _reopen(self, depth: int | None = None) -> None:
        for node in self._open[self._written : depth]:
            self._out.append(written_tag(node.tag or "", node.attributes))
        self._written = len(self._open) if depth is None else depth
