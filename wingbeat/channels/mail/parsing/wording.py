"""Join a mail's stretches of words into one text and one page, and find the images in the page."""

from __future__ import annotations

import hashlib
import html as markup
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from wingbeat.channels.mail.parsing.bodies import Contents, File, Segment
from wingbeat.channels.mail.parsing.html import html_of, sanitize, text_of
from wingbeat.channels.mail.parsing.parsed import ParsedAttachment, Span

_CONTENT_ID = re.compile(r"cid:([^\"'\s>)]{1,500})", re.IGNORECASE)
_SOURCE = re.compile(r"(\bsrc\s{0,9}=\s{0,9}[\"'])([^\"'>]{1,1000})(?=[\"'])", re.IGNORECASE)
# Nothing longer is a tag, so that text with a stray bracket costs no second look.
_TAG = re.compile(r"<[^<>]{0,2000}>")
_WORD = re.compile(r"\w+")
# A character that no page shows takes one place, so that spans stay right.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# A plain alternative shorter than this may be a mere notice that the mail is HTML.
_NOTICE = 400


@dataclass(slots=True)
class Words:
    """The text with the quotes that its HTML proves, and the HTML as it came and as it is safe."""

    text: str = ""
    known: list[Span] = field(default_factory=list)
    html: str = ""
    safe_html: str = ""


def words_of(contents: Contents) -> Words:
    """Return the words of a mail: each stretch once in the text, all of them on the page.

    Where a stretch is both plain and HTML the text takes the plain form, and both where the plain
    one is a mere notice.
    """
    located = _locations(contents)
    words = Words()
    texts: list[str] = []
    length = 0
    for segment in contents.segments:
        text, known = _text(segment)
        texts.append(text)
        words.known += _moved(known, length)
        length += len(text) + 1
    words.text = _UNSEEN.sub("\ufffd", "\n".join(texts))
    if any(segment.html for segment in contents.segments):
        pages = [_page(segment, located) for segment in contents.segments]
        words.html = "\n".join(pages)
        words.safe_html = "\n".join(sanitize(page) for page in pages)
    return words


def plain_words_of(contents: Contents) -> Words:
    """Return the words of a mail whose HTML cannot be read: what stands between its tags."""
    texts = [one.plain or _TAG.sub(" ", one.html or "") for one in contents.segments]
    return Words(_UNSEEN.sub("\ufffd", "\n".join(texts)))


def attachments_of(contents: Contents, words: Words) -> tuple[ParsedAttachment, ...]:
    """Return the files of a mail; those are inline that its HTML refers to."""
    shown = {
        unquote(markup.unescape(found)).strip("<>").lower()
        for found in _CONTENT_ID.findall(words.html)
    }
    return tuple(
        ParsedAttachment(
            name=file.name,
            type=file.type,
            content=file.content,
            inline=bool(file.content_id) and file.content_id.lower() in shown,
            content_id=file.content_id,
            sha256=hashlib.sha256(file.content).hexdigest(),
            method=file.method,
        )
        for file in contents.files
    )


def _text(segment: Segment) -> tuple[str, tuple[Span, ...]]:
    plain, html = segment.plain, segment.html
    if html is None:
        return plain or "", ()
    if plain is not None and plain.strip() and not _may_be_notice(plain, html):
        return plain, ()
    text, known = text_of(html)
    if plain is None or "".join(plain.split()) in "".join(text.split()):
        return text, known
    if len(_WORD.findall(text)) <= 2 * len(_WORD.findall(plain)):
        return plain, ()
    return f"{plain}\n{text}", tuple(_moved(known, len(plain) + 1))


def _moved(spans: Iterable[Span], places: int) -> Iterator[Span]:
    return (Span(one.start + places, one.end + places, one.kind) for one in spans)


def _may_be_notice(plain: str, html: str) -> bool:
    return len(plain) < _NOTICE and len(html) > 4 * len(plain)


def _page(segment: Segment, located: dict[str, str]) -> str:
    if segment.html is None:
        return html_of(segment.plain or "")
    if not located:
        return segment.html
    return _SOURCE.sub(
        lambda found: found.group(1) + _source(found.group(2), located), segment.html
    )


def _source(source: str, located: dict[str, str]) -> str:
    """Return what an image's source becomes: a content identifier where a file is of that place."""
    content_id = located.get(markup.unescape(source).strip())
    return f"cid:{content_id}" if content_id else source


def _locations(contents: Contents) -> dict[str, str]:
    """Return the content identifier of each file that names its place, having given it one."""
    located: dict[str, str] = {}
    for file in contents.files:
        if file.location and file.location not in located:
            file.content_id = file.content_id or _identifier(file)
            located[file.location] = file.content_id
    return located


def _identifier(file: File) -> str:
    return hashlib.sha256(file.content).hexdigest()[:24] + "@location"
