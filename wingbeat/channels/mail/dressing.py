"""Dressing: our words as mail programs like them, with signature and quotation. Pure."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wingbeat.channels.mail.before_farewell import blocks_of, place
from wingbeat.channels.mail.mime import File
from wingbeat.channels.mail.parsing.html import html_of, text_of

# A quotation longer than this is given as its text, and that is cut at a word, with a mark.
LONGEST_QUOTE_HTML, LONGEST_QUOTE_TEXT = 60_000, 10_000
OWN_PICTURE = re.compile(r"/attachments/([0-9a-f]{8}-[0-9a-f-]{27})/?$", re.IGNORECASE)
DATA_PICTURE = re.compile(
    r"data:(image/(?:png|jpeg|gif|webp));base64,([\w+/=%\s]+)$", re.IGNORECASE
)

FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
# Mail programs drop style sheets, so each element carries its own; an author's style comes after.
STYLES = {
    "p": "margin:0 0 1em",
    "ul": "margin:0 0 1em;padding-left:1.5em",
    "ol": "margin:0 0 1em;padding-left:1.5em",
    "blockquote": "margin:0 0 1em;padding-left:1em;border-left:2px solid #c9ced6",
    "pre": "margin:0 0 1em;white-space:pre-wrap;font-family:ui-monospace,Menlo,Consolas,monospace",
    "code": "font-family:ui-monospace,Menlo,Consolas,monospace",
    "img": "max-width:100%;height:auto",
    "a": "color:#1a56b0",
    "h1": "margin:0 0 .6em;font-size:1.4em;line-height:1.25",
    "h2": "margin:0 0 .6em;font-size:1.2em;line-height:1.25",
    "h3": "margin:0 0 .6em;font-size:1.05em;line-height:1.25",
}
SIGNING = '<img src="cid:{}" alt="" style="max-width:100%;max-height:160px">'
QUIET = "#5b6470"
QUOTE = "margin:0 0 0 .8ex;padding-left:1ex;border-left:1px solid #c9ced6"
# Attributes that speak to our own pages and to nobody else.
OURS = ("data-fold", "data-kind", "data-remote-src", "target", "rel")

FileOf = Callable[[str], File | None]


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words answered, under a line that says whose they are."""

    who_wrote: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Foot:
    """One line under the signature that leads somewhere."""

    words: str
    address: str
    color: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """A question with an answer behind each address; it stands before the farewell."""

    question: str
    answers: tuple[Foot, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Dressed:
    """A page and its plain form, with the pictures that the page shows."""

    html: str
    text: str
    pictures: tuple[File, ...]


def dress(
    html: str,
    *,
    signature: str,
    quoted: Quoted | None,
    picture: FileOf,
    foot: Foot | None = None,
    choices: Choices | None = None,
    signing: Sequence[File] = (),
) -> Dressed:
    """Return the page and the text of a mail.

    The pictures `signing` it stand below the lines of its signature.
    `picture` finds the file behind the token of one of our own picture addresses; a picture it
    does not know is left out, so that a mail never leads into the desk.
    """
    pictures: dict[str, File] = {}
    html = _with_choices(html, choices) if choices else html
    written = _clothed(html, pictures, picture)
    text = text_of(html, addresses=True)[0].strip("\n")
    page = [f"<div>{written}</div>"]
    if signature or foot or signing:
        # the foot belongs to the signature, which mail programs fold away and leave out of quotes
        page.append(_signed(signature, foot, signing))
        pictures |= {file.content_id: file for file in signing}
        below = [signature.strip(), f"{foot.words}:\n{foot.address}" if foot else ""]
        text += "\n\n-- \n" + "\n\n".join(filter(None, below)) if any(below) else ""
    if quoted is not None:
        page.append(_quote(quoted, pictures, picture))
        text += f"\n\n{quoted.who_wrote}\n{_angled(quoted.text)}"
    return Dressed(_page("".join(page), direction(text)), text, tuple(pictures.values()))


def direction(text: str) -> str:
    """Return whether text runs from the right or the left: its first letter decides."""
    for letter in text[:2_000]:
        kind = unicodedata.bidirectional(letter)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def unfolded(html: str) -> str:
    """Return a message as it is quoted: what was new in it, or all where nothing was."""
    document = LexborHTMLParser(html)
    folds = document.css("details")
    for fold in folds:
        fold.decompose()
    rest = _inner(document)
    if folds and not text_of(rest)[0].strip() and "<img" not in rest:
        document = LexborHTMLParser(html)
        document.unwrap_tags(["details"])
        rest = _inner(document)
    return rest


def _with_choices(html: str, choices: Choices) -> str:
    """Ask before the farewell: nobody is asked for anything after it."""
    document = LexborHTMLParser(html)
    blocks = blocks_of(document)
    texts = [text_of(block.html or "")[0].strip() for block in blocks]
    at = place(texts, choices.language)
    if at is None:
        return html
    links = "".join(
        f'<br><a href="{escape(one.address)}">{escape(one.words)}</a>' for one in choices.answers
    )
    asked = LexborHTMLParser(f"<p>{escape(choices.question)}{links}</p>").css_first("p")
    if asked is not None:
        blocks[at - 1].insert_after(asked)
    return _inner(document)


def _signed(signature: str, foot: Foot | None, signing: Sequence[File]) -> str:
    lines = html_of(signature) if signature else ""
    for file in signing:
        lines += f'<p style="{STYLES["p"]}">{SIGNING.format(file.content_id)}</p>'
    if foot is not None:
        style = f"color:{foot.color or QUIET}"
        lines += (
            f'<p style="{STYLES["p"]};font-size:13px" dir="auto">'
            f'<a style="{style}" href="{escape(foot.address)}">{escape(foot.words)}</a></p>'
        )
    return f'<div class="gmail_signature">-- <br>{lines}</div>'


def _page(inner: str, runs: str) -> str:
    return (
        f'<!doctype html>\n<html dir="{runs}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>\n'
        f'<body style="margin:0;padding:8px;{FONT};font-size:15px;line-height:1.5">'
        f'<div dir="{runs}">{inner}</div></body></html>\n'
    )


def _quote(quoted: Quoted, pictures: dict[str, File], picture: FileOf) -> str:
    html = unfolded(quoted.html) if len(quoted.html) <= LONGEST_QUOTE_HTML else ""
    if not html:
        html = html_of(_shortened(quoted.text))
    said = _clothed(html, pictures, picture)
    return (
        f'<div class="gmail_quote"><div class="gmail_attr">{escape(quoted.who_wrote)}</div>'
        f'<blockquote class="gmail_quote" style="{QUOTE}" dir="{direction(quoted.text)}">{said}'
        "</blockquote></div>"
    )


def _angled(text: str) -> str:
    lines = _shortened(text).strip("\n").split("\n")
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_QUOTE_TEXT:
        return text
    return text[:LONGEST_QUOTE_TEXT].rsplit(None, 1)[0] + " […]"


def _clothed(html: str, pictures: dict[str, File], picture: FileOf) -> str:
    """Return the HTML with inline styles, its pictures referring to parts of the mail."""
    document = LexborHTMLParser(html)
    for node in document.css("img"):
        _show(node, pictures, picture)
    for tag, style in STYLES.items():
        for node in document.css(tag):
            own = node.attributes.get("style") or ""
            node.attrs["style"] = f"{style};{own}" if own else style
    for name in OURS:
        for node in document.css(f"[{name}]"):
            del node.attrs[name]
    return _inner(document)


def _show(node: LexborNode, pictures: dict[str, File], picture: FileOf) -> None:
    source = (node.attributes.get("src") or "").strip()
    own, data = OWN_PICTURE.search(source), DATA_PICTURE.match(source)
    file = picture(own[1].lower()) if own else _drawn(data[1], data[2]) if data else None
    if file is None:
        node.decompose()
        return
    pictures[file.content_id] = file
    node.attrs["src"] = f"cid:{file.content_id}"


def _drawn(kind: str, encoded: str) -> File | None:
    """Return a picture that stood in the page itself; many programs would not show it there."""
    try:
        content = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return None
    name = sha256(content).hexdigest()[:24]
    ending = kind.rpartition("/")[2]
    return File(f"picture.{ending}", kind.lower(), lambda: content, f"{name}@picture")


def _inner(document: LexborHTMLParser) -> str:
    body = document.body
    return (body.inner_html or "") if body is not None else ""
