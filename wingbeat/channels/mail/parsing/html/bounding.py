"""HTML whose parsing takes linear time, whatever a hostile sender wrote.

Parsers by the HTML standard take quadratic time on deep nesting, on format elements never closed
and on thousands of attributes (16,000 distinct `<b x1>` took 4 s). What is short enough passes as
it is. The rest is rewritten token by token, so that the parser can see nothing that was not
counted here: markup beyond the bounds is dropped, the words in it are kept.
"""

from __future__ import annotations

import re
from html import escape

# Below this size the quadratic cost stays under a tenth of a second.
SHORT = 16_000
MOST_NESTED = 256
MOST_ATTRIBUTES = 40

# Elements that end by themselves, or hold nothing: they nest only through others.
_SELF_ENDING = frozenset(
    "p li dt dd tr td th tbody thead tfoot colgroup option optgroup br hr img input meta link area "
    "base col embed param source track wbr html head body".split()
)
_HIDDEN_RAW = frozenset("script style title iframe noembed noframes".split())
_SHOWN_RAW = frozenset("textarea xmp plaintext".split())

_TOKEN = re.compile(
    r"""<(?:
      !--(?:-?>|.*?(?:--!?>|\Z))
    | [!?][^>]*+>?
    | /(?![a-z])[^>]*+>?
    | (?P<close>/)?(?P<name>[a-z][^\s/>]*+)
      (?P<attributes>(?:[\s/]++
        | [^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?)?)*+)>?
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>"'][^\s>]*+))?)?"""
)
# Others are dropped: parsers look names up in tables that thousands of new names make slow.
_KNOWN_TAGS = frozenset(
    "a abbr acronym address area article aside audio b base basefont bdi bdo big blockquote body "
    "br button canvas caption center cite code col colgroup data dd del details dfn dialog dir "
    "div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header "
    "hr html i img input ins kbd label legend li link main mark menu meta nav noscript object ol "
    "optgroup option output p param picture pre q s samp section select small source span strike "
    "strong sub summary sup table tbody td template tfoot th thead time tr track tt u ul var "
    "video wbr".split()
)
_KNOWN_ATTRIBUTES = frozenset(
    "align alt bgcolor border cellpadding cellspacing cite class color colspan data-marker "
    "data-signatureblock data-smartmail dir face height hidden href id lang name reversed rowspan "
    "scope size span src start style title type valign value width".split()
)
_RAW_END = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _HIDDEN_RAW | _SHOWN_RAW
}


def bounded(html: str) -> str:
    """Return HTML of the same words that any parser reads in linear time."""
    html = html.replace("\x00", "")
    return html if len(html) <= SHORT else _Rewriting(html).result()


class _Rewriting:
    """One pass over the tokens, keeping the names of the open elements."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._out: list[str] = []
        self._open: list[str] = []
        self._dropped: dict[str, int] = {}

    def result(self) -> str:
        at = 0
        while found := _TOKEN.search(self._html, at):
            self._words(self._html[at : found.start()])
            at = found.end()
            if not found["name"]:
                continue
            name = found["name"].lower()
            if found["close"]:
                self._close(name)
            elif name in _RAW_END:
                at = self._raw(name, at)
            elif name in _KNOWN_TAGS:
                self._start(name, found["attributes"])
        self._words(self._html[at:])
        return "".join(self._out)

    def _words(self, words: str) -> None:
        self._out.append(words.replace("<", "&lt;"))

    def _raw(self, name: str, at: int) -> int:
        """Pass over the content of an element that holds no tags; return where it ends."""
        end = _RAW_END[name].search(self._html, at)
        stop = end.start() if end else len(self._html)
        if name in _SHOWN_RAW:
            self._words(self._html[at:stop])
        return stop

    def _start(self, name: str, attributes: str) -> None:
        if name not in _SELF_ENDING:
            if len(self._open) >= MOST_NESTED:
                self._dropped[name] = self._dropped.get(name, 0) + 1
                return
            self._open.append(name)
        self._out.append(f"<{name}{_attributes(attributes)}>")

    def _close(self, name: str) -> None:
        if name in _SELF_ENDING:
            self._out.append(f"</{name}>")
        elif self._dropped.get(name):
            self._dropped[name] -= 1
        elif name in self._open:
            # An element left open inside would be opened again after its parent, without end.
            while (inner := self._open.pop()) != name:
                self._out.append(f"</{inner}>")
            self._out.append(f"</{name}>")


def _attributes(written: str) -> str:
    kept: list[str] = []
    for found in _ATTRIBUTE.finditer(written):
        if len(kept) == MOST_ATTRIBUTES:
            break
        if found[1].lower() in _KNOWN_ATTRIBUTES:
            value = found[2] or found[3] or found[4] or ""
            quoted = value.replace('"', "&quot;")
            kept.append(f' {found[1].lower()}="{quoted}"')
    return "".join(kept)


def written_tag(name: str, attributes: dict[str, str | None]) -> str:
    """Return a start tag as it is written in HTML, its values escaped."""
    values = (f' {key}="{escape(value or "")}"' for key, value in attributes.items())
    return f"<{name}{''.join(values)}>"
