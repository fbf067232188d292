"""The visible text of HTML, as a reader sees it, and where its marked quotes stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wingbeat.channels.mail.parsing.html.bounding import bounded
from wingbeat.channels.mail.parsing.html.markers import Mark, marks_of
from wingbeat.channels.mail.parsing.html.writing import BREAKS, TextWriter
from wingbeat.channels.mail.parsing.parsed import Span
from wingbeat.channels.mail.parsing.quotes.attributions import introduces

_UNSEEN = frozenset("script style head title template iframe noembed noframes".split())
_HIDING = '[hidden], [style*="display" i], [style*="max-height" i]'
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|max-height\s*:\s*0(?![.\d])(?=.*overflow\s*:\s*hidden)", re.IGNORECASE
)
_SPACED = '[style*="white-space" i]'
_SPACED_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break)", re.IGNORECASE)
_ICON = re.compile(r"[^\w\s\x00-\x7f]{1,12}")
# Only a hostile page has more blockquotes without a mark, and looking above each takes time.
_MOST_UNMARKED = 1_000
_WEB = ("http://", "https://")

Turn = Literal["enter", "text", "leave", "skip"]


@dataclass(slots=True)
class Step:
    """One step of the walk; a text step knows which code points of the text it became."""

    turn: Turn
    node: LexborNode
    words: str = ""
    start: int = -1
    end: int = -1
    verbatim: bool = False

    @property
    def is_visible(self) -> bool:
        return self.end > self.start


@dataclass(slots=True)
class Reading:
    """A document read once: its text, the spans its marks prove, and the way through it."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    steps: list[Step] = field(default_factory=list)


def text_of(html: str, *, addresses: bool = False) -> tuple[str, tuple[Span, ...]]:
    """Return the visible text and the quotes and signatures that the HTML's own marks prove.

    A link is its words alone, as on the page; with `addresses` its address follows in brackets
    where the words do not say it, for the plain text of a mail we send. The time is linear.
    """
    reading = read(LexborHTMLParser(bounded(html)), addresses=addresses)
    return reading.text, reading.spans


def hidden_in(document: LexborHTMLParser) -> frozenset[int]:
    """Return the elements that the sender hid, by their `mem_id`."""
    return frozenset(
        node.mem_id
        for node in document.css(_HIDING)
        if "hidden" in node.attributes or _HIDDEN_STYLE.search(node.attributes.get("style") or "")
    )


def read(document: LexborHTMLParser, *, addresses: bool = False) -> Reading:
    """Walk the document without recursion, however deep it is."""
    return _Walk(document, addresses=addresses).reading()


def turns(root: LexborNode, hidden: frozenset[int]) -> Iterator[tuple[Turn, LexborNode]]:
    """Yield the nodes inside the root in order: entering and leaving each element, texts, skips.

    An element that no reader sees is skipped with all that is in it.
    """
    node = root.first_child
    while node is not None:
        if node.is_text_node:
            yield "text", node
        elif node.is_element_node and (node.tag in _UNSEEN or node.mem_id in hidden):
            yield "skip", node
        elif node.is_element_node:
            yield "enter", node
            below = node.first_child
            if below is not None:
                node = below
                continue
            yield "leave", node
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == root.mem_id:
                return
            node = parent
            yield "leave", node
        node = node.next


class _Walk:
    def __init__(self, document: LexborHTMLParser, *, addresses: bool) -> None:
        self._document = document
        self._addresses = addresses
        self._marks = marks_of(document)
        self._hidden = hidden_in(document)
        self._spaced = {
            node.mem_id
            for node in document.css(_SPACED)
            if _SPACED_STYLE.search(node.attributes.get("style") or "")
        }
        self._writer = TextWriter()
        self._verbatim = 0
        self._unmarked = 0
        self._open: list[tuple[int, Mark, int]] = []
        self._spans: list[Span] = []

    def reading(self) -> Reading:
        root = self._document.body or self._document.root
        if root is None:
            return Reading()
        steps = []
        for turn, node in turns(root, self._hidden):
            if turn == "skip":
                continue
            step = Step(turn, node)
            self._take(step)
            steps.append(step)
        for _, mark, place in self._open:
            self._close(mark, place)
        text = self._writer.text()
        spans = [Span(s.start, min(s.end, len(text)), s.kind) for s in self._spans]
        return Reading(text, _apart(spans), steps)

    def _take(self, step: Step) -> None:
        if step.turn == "text":
            self._write(step)
        elif step.turn == "enter":
            self._enter(step.node)
        else:
            self._leave(step.node)

    def _write(self, step: Step) -> None:
        step.words = step.node.text_content or ""
        step.verbatim = self._verbatim > 0
        write = self._writer.verbatim if step.verbatim else self._writer.words
        step.start, step.end = write(step.words)

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "br":
            self._writer.line_break()
        elif tag == "img":
            self._image(node)
        elif tag in ("td", "th"):
            self._writer.cell()
        elif tag in BREAKS:
            self._writer.block(tag, self._breaks(node, tag))
        if tag == "pre" or node.mem_id in self._spaced:
            self._verbatim += 1
        mark = self._marks.get(node.mem_id)
        if mark is None and tag == "blockquote" and self._is_introduced():
            mark = "quote"
        if mark:
            self._open.append((node.mem_id, mark, self._writer.place()))

    def _is_introduced(self) -> bool:
        self._unmarked += 1
        return self._unmarked <= _MOST_UNMARKED and introduces(self._writer.tail())

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if self._open and self._open[-1][0] == node.mem_id and self._open[-1][1] != "rest":
            _, mark, place = self._open.pop()
            self._close(mark, place)
        if tag == "pre" or node.mem_id in self._spaced:
            self._verbatim -= 1
        if tag == "a" and self._addresses:
            self._address(node)
        if tag in BREAKS:
            self._writer.end_block(tag, self._breaks(node, tag))

    def _breaks(self, node: LexborNode, tag: str) -> int:
        # Word writes each line as a paragraph of this class and gives it no margin.
        if tag == "p" and "MsoNormal" in (node.attributes.get("class") or ""):
            return 1
        return BREAKS[tag]

    def _close(self, mark: Mark, place: int) -> None:
        start, end = self._writer.since(place)
        if start < end:
            self._spans.append(Span(start, end, "signature" if mark == "signature" else "quote"))

    def _image(self, node: LexborNode) -> None:
        """Write the picture of a single sign as that sign; other pictures have no text."""
        name = node.attributes.get("alt") or ""
        if _ICON.fullmatch(name):
            self._writer.words(name)

    def _address(self, node: LexborNode) -> None:
        address = node.attributes.get("href") or ""
        words = node.text(deep=True).strip()
        said = words.rstrip("/").endswith(address.split("://")[-1].rstrip("/"))
        if address.startswith(_WEB) and words and not said:
            self._writer.words(f" ({address})")


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """Return the spans in order without those that lie inside another; a quote wins."""
    kept: list[Span] = []
    for each in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if kept and each.start < kept[-1].end:
            if each.end > kept[-1].end:
                widest = kept[-1] if kept[-1].kind == "quote" else each
                kept[-1] = Span(kept[-1].start, each.end, widest.kind)
            continue
        kept.append(each)
    return tuple(kept)
