"""The HTML of articles: what an author may write, and articles as files in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

TAGS = frozenset(
    "a b blockquote br code div em h1 h2 h3 i img li ol p pre s strong".split()
    + "table tbody td th thead tr u ul".split()
)
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "*": {"dir"}}
_OWN = re.compile(r"/help/pictures/[0-9a-f]{32}/")
_IN_PLAIN = re.compile(rf"!\[((?:(?!!\[|\]\().)*)\]\(({_OWN.pattern})\)")


def cleaned(html: str) -> str:
    """Return only what an article may hold; whatever runs or loads something is gone.

    Pictures are the desk's own. What the editor calls their caption says what they show.
    """
    if "<figure" in html or "<img" in html:
        tree = LexborHTMLParser(html)
        for picture in tree.css("img"):
            if not _OWN.fullmatch(picture.attributes.get("src") or ""):
                picture.decompose()
        for figure in tree.css("figure"):
            shown, caption = figure.css_first("img"), figure.css_first("figcaption")
            if caption is not None:
                if shown is not None:
                    shown.attrs["alt"] = caption.text(strip=True)
                caption.decompose()
        html = tree.html or ""
    return nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer",
    ).strip()  # fmt: skip


def picture(address: str, shows: str) -> str:
    """Return a picture of the desk as it stands in an article."""
    return f'<p><img src="{escape(address)}" alt="{escape(shows)}"></p>'


def is_unsaid(html: str) -> bool:
    """Say whether there is a picture of which nobody said what it shows."""
    pictures = LexborHTMLParser(html).css("img")
    return any(not (one.attributes.get("alt") or "").strip() for one in pictures)


def for_editor(html: str) -> str:
    """Let pictures bring what they show as the caption that the editor asks for."""
    return _with_pictures(html, _figure)


def for_plain(html: str) -> str:
    """Let pictures be lines that a plain field can hold; `from_plain` makes pictures of them."""
    return _with_pictures(html, _line)


def from_plain(text: str, paragraphs: Callable[[str], str]) -> str:
    """Return the HTML of a plain field, the words by `paragraphs`.

    What a picture shows is no such word: an address in it does not become a link.
    """
    shown = iter([found[1] for found in _IN_PLAIN.finditer(text)])
    return re.sub(
        rf"!\[\]\(({_OWN.pattern})\)",
        lambda found: f'<img src="{found[1]}" alt="{escape(next(shown, ""))}">',
        paragraphs(_IN_PLAIN.sub(r"![](\2)", text)),
    )


def _with_pictures(html: str, made: Callable[[str, str], LexborNode | str]) -> str:
    """Put what is made of its address and of what it shows into each picture's place."""
    tree = LexborHTMLParser(html)
    for image in tree.css("img"):
        told = image.attributes
        image.replace_with(made(told.get("src") or "", told.get("alt") or ""))
    return (tree.body.inner_html or "") if tree.body is not None else ""


def _figure(address: str, shows: str) -> LexborNode | str:
    told = escape(json.dumps({"contentType": "image", "url": address}))
    caption = escape(json.dumps({"caption": shows} if shows else {}))
    image = f'<img src="{escape(address)}">'
    figure = f'<figure data-trix-attachment="{told}" data-trix-attributes="{caption}">{image}'
    return LexborHTMLParser(figure).css_first("figure") or ""


def _line(address: str, shows: str) -> str:
    told = shows.replace("](", "] (").replace("![", "! [")  # what would end or begin a picture
    return f"![{told}]({address})"


def as_page(title: str, language: str, html: str) -> str:
    """Return an article as a file of its own, which every program opens."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n{html}\n</body></html>\n"
    )
