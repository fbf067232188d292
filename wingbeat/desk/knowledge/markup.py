"""The HTML of articles: what an author may write, and articles as files in and out."""

from __future__ import annotations

from html import escape

import nh3

TAGS = frozenset(
    "a b blockquote br code div em h1 h2 h3 i li ol p pre s strong".split()
    + "table tbody td th thead tr u ul".split()
)
ATTRIBUTES = {"a": {"href"}, "*": {"dir"}}


def cleaned(html: str) -> str:
    """Return only what an article may hold; whatever runs or loads something is gone."""
    return nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer",
    ).strip()  # fmt: skip


def as_page(title: str, language: str, html: str) -> str:
    """Return an article as a file of its own, which every program opens."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n{html}\n</body></html>\n"
    )
