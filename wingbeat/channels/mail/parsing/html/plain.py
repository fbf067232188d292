"""Plain text as HTML: paragraphs, links, and its folds as parts that open."""

from __future__ import annotations

import re
from html import escape

from wingbeat.channels.mail.parsing.parsed import Span

FOLD_CLASS = "fold"
FOLD_ENDS = "</details>"

_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# Possessive, and never begun in the middle of a word: linear on any text.
_LINK = re.compile(
    r"(?P<web>\b(?:https?://|www\.)[^\s<>\"'`{}|\\^\[\]]++)"
    r"|(?P<mail>(?<![\w.+%-])[\w.+%-]++@(?:[\w-]++\.)++[\w-]++)",
    re.IGNORECASE,
)
_AFTER_LINK = ".,;:!?'\"»”“’)*_~>"


def fold_begins(kind: str) -> str:
    """Return the tags that open a fold; the page's style sheet names the empty summary."""
    return f'<details class="{FOLD_CLASS}" data-kind="{kind}"><summary></summary>'


def html_of(text: str, folds: tuple[Span, ...] = ()) -> str:
    """Return the text as safe HTML: paragraphs and links, each fold within `<details>`."""
    pieces = []
    at = 0
    for each in folds:
        pieces.append(_paragraphs(text[at : each.start]))
        quoted = _paragraphs(text[each.start : each.end])
        pieces.append(f"{fold_begins(each.kind)}{quoted}{FOLD_ENDS}")
        at = each.end
    pieces.append(_paragraphs(text[at:]))
    return "".join(pieces)


def _paragraphs(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not lines.strip():
        return ""
    return "".join(f"<p>{_linked(each)}</p>" for each in _PARAGRAPH.split(lines) if each.strip())


def _linked(text: str) -> str:
    pieces = []
    at = 0
    for found in _LINK.finditer(text):
        words, address = _address(found)
        if address:
            pieces.append(_escaped(text[at : found.start()]))
            pieces.append(
                f'<a href="{escape(address)}" rel="noopener noreferrer nofollow" target="_blank">'
                f"{escape(words, quote=False)}</a>"
            )
            at = found.start() + len(words)
    pieces.append(_escaped(text[at:]))
    return "".join(pieces)


def _address(found: re.Match[str]) -> tuple[str, str]:
    """Return the words of the link and where it leads; punctuation after it is not part of it."""
    if found["mail"]:
        return found["mail"], f"mailto:{found['mail']}"
    words = found["web"].rstrip(_AFTER_LINK)
    closed = words.count("(") > words.count(")") and found["web"][len(words) :].startswith(")")
    words += ")" if closed else ""
    if words.lower().startswith("www."):
        return words, f"https://{words}"
    return words, words if len(words) > len("https://") else ""


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
