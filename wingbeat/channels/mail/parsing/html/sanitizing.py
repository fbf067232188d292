"""What a page may show of a hostile mail's HTML."""

from __future__ import annotations

import re

import nh3
from selectolax.lexbor import LexborHTMLParser

from wingbeat.channels.mail.parsing.html.bounding import bounded
from wingbeat.channels.mail.parsing.html.markers import KEPT_AS, marks_of
from wingbeat.channels.mail.parsing.html.plain import FOLD_CLASS
from wingbeat.channels.mail.parsing.html.styling import safe_style
from wingbeat.channels.mail.parsing.html.walking import hidden_in, turns

# Where a remote image's address waits until a person asks for the pictures.
REMOTE = "data-remote-src"

TAGS = frozenset(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col "
    "colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i "
    "img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table "
    "tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_EMPTIED = frozenset("script style title template iframe noembed noframes".split())
_LAYOUT = frozenset({"align", "valign", "bgcolor", "width", "height"})
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "class", KEPT_AS},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "align", REMOTE},
    "font": {"color", "size", "face"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan", *_LAYOUT},
    "th": {"colspan", "rowspan", "scope", *_LAYOUT},
    "table": {"border", "cellpadding", "cellspacing", *_LAYOUT},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "blockquote": {"cite"},
    **{tag: {"align", "bgcolor"} for tag in ("tr", "p", "div", "h1", "h2", "h3", "h4")},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_WIDEST = 1_200

# Bigger pictures inside the HTML belong among the attachments; the raw mail still holds them.
_LONGEST_PICTURE = 400_000
_PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s%]*\Z", re.IGNORECASE
)
_REMOTE_ADDRESS = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_LINK = re.compile(r"\s*(?:https?|mailto|tel):", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,4}(?:px|%)?\Z")
_FEW = re.compile(r"\d{1,2}\Z")
# How the values of these must begin, or look.
_LIKE = {
    "href": _LINK,
    "cite": _LINK,
    REMOTE: _REMOTE_ADDRESS,
    KEPT_AS: re.compile(r"(?:quote|rest|signature)\Z"),
    "data-kind": re.compile(r"(?:quote|signature)\Z"),
    **dict.fromkeys(("border", "cellpadding", "cellspacing", "colspan", "rowspan", "span"), _FEW),
}
# The sanitizer takes quadratic time to write these two: a megabyte of hard blanks took 15 s. Two
# code points that are no characters, and so occur in no words, stand in for them.
_STANDING_IN = {"&nbsp;": "\ufdd0", "&amp;": "\ufdd1"}
_NO_CHARACTERS = re.compile("[\ufdd0\ufdd1]")
# Word gives its lines this class and no margin; without it they would stand far apart.
_KEPT_CLASS = "MsoNormal"


def sanitize(html: str) -> str:
    """Return HTML that a page may show: nothing in it runs, loads or covers anything.

    Words are kept, except those the sender hid. A remote image keeps its address in
    `data-remote-src` and loads nothing; `cid:` images stay for the page to resolve. What the
    markup said of quotes and signatures is kept in `data-fold`. Every length is taken and the time
    is linear: markup nested deeper than `bounding.MOST_NESTED` is dropped, its words are kept, and
    a picture within the HTML above `_LONGEST_PICTURE` characters is left to the raw mail.
    """
    document = LexborHTMLParser(bounded(html))
    _prepare(document)
    root = document.body or document.root
    return clean(root.html or "") if root is not None else ""


def clean(html: str, *, folded: bool = False) -> str:
    """Return only what is allowed; with `folded` also the folds that this package wrote."""
    tags = {*TAGS, "details", "summary"} if folded else set(TAGS)
    attributes = {tag: set(names) for tag, names in _ATTRIBUTES.items()}
    if folded:
        attributes["details"] = {"data-kind"}
    html = _NO_CHARACTERS.sub("", html).replace("\u00a0", "&nbsp;")
    for written, stand_in in _STANDING_IN.items():
        html = html.replace(written, stand_in)
    safe = nh3.clean(
        html,
        tags=tags,
        clean_content_tags=set(_EMPTIED),
        attributes=attributes,
        attribute_filter=_kept_value,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    for written, stand_in in _STANDING_IN.items():
        safe = safe.replace(stand_in, written)
    return safe


def _prepare(document: LexborHTMLParser) -> None:
    """Write into the document what only its classes and addresses say, and drop what is hidden.

    This is not what makes the result safe: `clean` decides on every element and attribute after it.
    """
    _drop_pretended(document)
    marks = marks_of(document)
    for node in document.css("*") if marks else ():
        if node.mem_id in marks:
            node.attrs[KEPT_AS] = marks[node.mem_id]
    for node in document.css("img[src]"):
        address = node.attributes.get("src") or ""
        if _REMOTE_ADDRESS.match(address):
            node.attrs[REMOTE] = address.strip()
    # Without scripts the browser shows what is inside; the sanitizer would show its tags as text.
    document.unwrap_tags(["noscript"])


def _drop_pretended(document: LexborHTMLParser) -> None:
    """Drop our own attributes, which a sender may have written, and what the sender hid."""
    for name in (KEPT_AS, REMOTE):
        for node in document.css(f"[{name}]"):
            del node.attrs[name]
    hidden = hidden_in(document)
    root = document.body or document.root
    if hidden and root is not None:
        # Collected first: the walk must not step on from a node that is gone.
        for node in [node for turn, node in turns(root, hidden) if turn == "skip"]:
            node.decompose()


def _kept_value(tag: str, name: str, value: str) -> str | None:
    """Return the attribute's value as it may stay, or None to drop the attribute."""
    if name in _LIKE:
        return value if _LIKE[name].match(value) else None
    if name == "style":
        return safe_style(value) or None
    return _CHECKS[name](tag, value) if name in _CHECKS else value


def _src(_tag: str, value: str) -> str | None:
    if value.lower().startswith("cid:"):
        return value
    small = len(value) <= _LONGEST_PICTURE
    return value if small and _PICTURE.match(value) else None


def _size(_tag: str, value: str) -> str | None:
    found = _SIZE.match(value)
    return value if found and int(re.sub(r"\D", "", value)) <= _WIDEST else None


def _class(tag: str, value: str) -> str | None:
    if tag == "details":  # only `fold_html` may write one
        return value if value == FOLD_CLASS else None
    return _KEPT_CLASS if tag == "p" and _KEPT_CLASS in value.split() else None


_CHECKS = {
    "src": _src,
    "class": _class,
    "width": _size,
    "height": _size,
}
