"""Where a question of ours may stand in a reply: before its farewell, the last word. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wingbeat.channels.mail.parsing.html import text_of
from wingbeat.language.acts import acts_of
from wingbeat.language.sentences import sentences

NAME_WORDS = 5  # of whoever signs, with what they are


def may_ask(text: str, language: str) -> bool:
    """Say whether a reply leaves nothing open: what asks or promises is not over yet.

    >>> may_ask("The money is on its way.", "en"), may_ask("Which lamp is it?", "en")
    (True, False)
    """
    acts = [acts_of(sentence, language) for sentence in sentences(text)]
    return bool(acts) and not any(act & {"asks", "promises"} for act in acts)


def place(paragraphs: Sequence[str], language: str) -> int | None:
    """Return before which paragraph a question stands, or None where that cannot be told.

    What closes a reply are the last paragraphs that bid farewell or sign, and nothing else.

    >>> place(["The money is on its way.", "Kind regards", "Ada"], "en")
    1
    >>> place(["The money is on its way. Kind regards"], "en") is None
    True
    """
    at = len(paragraphs)
    while at and _closes(paragraphs[at - 1], language):
        at -= 1
    if at == 0:
        return None
    bids = any("farewell" in acts_of(one, language) for one in sentences(paragraphs[at - 1]))
    return None if bids and at == len(paragraphs) else at


def blocks_of(document: LexborHTMLParser) -> list[LexborNode]:
    """Return the paragraphs of a page; none where its words stand outside of any."""
    around = document.body
    while around is not None:
        inner = [node for node in around.iter(include_text=True) if not _is_empty(node)]
        if any(node.tag == "-text" for node in inner):
            return []
        if len(inner) != 1 or inner[0].tag != "div":
            return inner
        around = inner[0]
    return []


def paragraphs_of(html: str) -> list[str]:
    """Return the text of a reply's paragraphs."""
    blocks = blocks_of(LexborHTMLParser(html))
    return [text_of(block.html or "")[0].strip() for block in blocks]


def _closes(paragraph: str, language: str) -> bool:
    said = [(len(one.text.split()), acts_of(one, language)) for one in sentences(paragraph)]
    return all("farewell" in acts or (n <= NAME_WORDS and not acts) for n, acts in said)


def _is_empty(node: LexborNode) -> bool:
    return node.tag == "-text" and not (node.text() or "").strip()
