"""The HTML of articles: what an author may write, and articles as files in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape

import nh3
from selectolax.lexbor import LexborHTMLParser

TAGS = frozenset(
    "a b blockquote br code div em h1 h2 h3 i img li ol p pre s strong".split()
    + "table tbody td th thead tr u ul".split()
)
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "*": {"dir"}}
_OWN = re.compile(r"/help/pictures/[0-9a-f]{32}/")
_IMAGE = re.compile(r"<img\b[^>]*>")
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
    return any(not alt.strip() for _src, alt, _tag in _pictures(html))


def for_editor(html: str) -> str:
    """Let pictures bring what they show as the caption that the editor asks for."""
    for src, alt, tag in _pictures(html):
        told = json.dumps({"contentType": "image", "url": src})
        caption = json.dumps({"caption": alt} if alt else {})
        figure = f'<figure data-trix-attachment="{escape(told)}"'
        figure += f' data-trix-attributes="{escape(caption)}"><img src="{src}"></figure>'
        html = html.replace(tag, figure)
    return html


def for_plain(html: str) -> str:
    """Let pictures be lines that a plain field can hold; `from_plain` makes pictures of them."""
    for src, alt, tag in _pictures(html):
        told = alt.replace("](", "] (").replace("![", "! [")  # what would end or begin a picture
        html = html.replace(tag, escape(f"![{told}]({src})"))
    return html


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


def _pictures(html: str) -> list[tuple[str, str, str]]:
    """Return address and words of each picture, and its tag as it stands."""
    found = []
    for tag in dict.fromkeys(_IMAGE.findall(html)):
        image = LexborHTMLParser(tag).css_first("img")
        told = image.attributes if image is not None else {}
        found.append((told.get("src") or "", told.get("alt") or "", tag))
    return found


def as_page(title: str, language: str, html: str) -> str:
    """Return an article as a file of its own, which every program opens."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n{html}\n</body></html>\n"
    )
