"""Divide a mail into what is read and what is attached, and keep both in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wingbeat.channels.mail.parsing import charsets, limits, transfer
from wingbeat.channels.mail.parsing.html import html_of
from wingbeat.channels.mail.parsing.names import name_for, numbered, safe_name
from wingbeat.channels.mail.parsing.parameters import disposition, words_of
from wingbeat.channels.mail.parsing.structure import Part
from wingbeat.channels.mail.parsing.words import clean, decode_words

# Text that is a document of its own rather than words to the reader.
_DOCUMENTS = frozenset(
    "text/calendar text/x-vcalendar text/vcard text/x-vcard text/directory text/rfc822-headers "
    "text/csv text/xml text/css text/javascript text/x-amp-html text/watch-html text/x-diff "
    "text/x-patch text/tab-separated-values".split()
)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,300}charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_BREAK = re.compile("\r{1,3}\n|\r|\x0b|\x0c|\x85")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Segment:
    """A stretch of the mail's words: as plain text, as HTML, or as both saying the same."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class File:
    """A part that is attached, before it is known whether the HTML shows it in place."""

    name: str
    type: str
    content: bytes
    content_id: str = ""
    location: str = ""
    method: str = ""
    could_be_words: Segment | None = None


@dataclass(slots=True)
class Contents:
    """Everything in a mail's body."""

    segments: list[Segment] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def read_contents(raw: bytes, root: Part, hint: str) -> Contents:
    """Return the words and the files of a mail."""
    reader = _BodyReader(raw, hint)
    reader.contents.segments = reader.read(root)
    reader.promote()
    return reader.contents


def clean_text(text: str) -> str:
    """Return text with line feeds as its only breaks and without characters that no one can see."""
    if text.isprintable():
        return text
    if "\r" in text or "\x0c" in text or "\x0b" in text or "\x85" in text:
        text = _BREAK.sub("\n", text)
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))


class _BodyReader:
    def __init__(self, raw: bytes, hint: str) -> None:
        self.raw = raw
        self.hint = hint
        self.contents = Contents()
        self.made_names: set[str] = set()
        self.text_left = limits.MAX_TEXT_BYTES

    def read(self, part: Part, *, is_companion: bool = False) -> list[Segment]:
        """Return the words in a part, having put aside its files.

        A companion stands beside the main part of a multipart/related, which refers to it.
        """
        if part.type == "multipart/alternative" and part.parts:
            return _alternative([self.read(child) for child in part.parts])
        if part.type == "multipart/related" and part.parts:
            return self._related(part)
        if part.is_multipart:
            return [segment for child in part.parts for segment in self.read(child)]
        return self._leaf(part, is_companion=is_companion)

    def promote(self) -> None:
        """Read the first text that was taken for a file where there is nothing else to read."""
        if any(_says_something(segment) for segment in self.contents.segments):
            return
        for place, file in enumerate(self.contents.files):
            if file.could_be_words is not None and _says_something(file.could_be_words):
                self.contents.segments.append(file.could_be_words)
                del self.contents.files[place]
                return

    def _related(self, part: Part) -> list[Segment]:
        start = part.parameters.get("start", "").strip(" <>").encode()
        main = next(
            (child for child in part.parts if start and start in child.fields.raw("content-id")),
            part.parts[0],
        )
        return [
            segment
            for child in part.parts
            for segment in self.read(child, is_companion=child is not main)
        ]

    def _leaf(self, part: Part, *, is_companion: bool) -> list[Segment]:
        decoded = transfer.decode(self.raw[part.body : part.end], part.encoding())
        self._say(decoded.defect)
        if not _is_text(part):
            self._attach(part, decoded.content, None)
            return []
        kind, parameters = disposition(part.fields.raw("content-disposition"))
        refers = part.fields.raw("content-id") or part.fields.raw("content-location")
        content = decoded.content + (b"\n" + decoded.after if decoded.after else b"")
        is_file = kind == "attachment" or self._name(part, parameters) or (is_companion and refers)
        if not is_file:
            return self._words(part, self._bounded(part, content))
        self._attach(part, decoded.content, None if kind == "attachment" else content)
        return []

    def _bounded(self, part: Part, content: bytes) -> bytes:
        """Return the beginning of a text that is too long, having attached all of it."""
        left = self.text_left
        self.text_left = max(left - len(content), 0)
        if len(content) <= left:
            return content
        self._attach(part, content, None)
        self._say("The text is too long to show in full; all of it is attached.")
        return content[: content.rfind(b"\n", 0, left) + 1 or left]

    def _words(self, part: Part, content: bytes) -> list[Segment]:
        if part.type not in _HTML and b"begin " in content:
            content, files = transfer.split_uuencoded(content)
            for name, data in files:
                named = safe_name(decode_words(name, self.hint))
                type_ = "application/octet-stream"
                self.contents.files.append(File(named or name_for(type_), type_, data))
        text = self._text(part, content)
        return [Segment(html=text) if part.type in _HTML else Segment(plain=text)]

    def _text(self, part: Part, content: bytes) -> str:
        charset = part.parameters.get("charset", "").strip().strip("\"'\\").split()[:1]
        named = charset[0] if charset else ""
        if part.type in _HTML and not named:
            meta = _META_CHARSET.search(content, 0, 4_000)
            named = meta.group(1).decode("ascii") if meta else ""
        decoded = charsets.decode(content, named)
        if not (decoded.codec == "ascii" and not named):
            self._say(decoded.defect)
        if "\x00" in decoded.text:
            self._say("The text holds NUL characters; they are left out.")
        return clean_text(decoded.text)

    def _attach(self, part: Part, content: bytes, words: bytes | None) -> None:
        fields = part.fields
        _, parameters = disposition(fields.raw("content-disposition"))
        self.contents.files.append(
            File(
                name=self._name(part, parameters) or self._made_name(part),
                type=clean(part.type),
                content=content,
                content_id=decode_words(fields.raw("content-id")).strip(" <>"),
                location=decode_words(fields.raw("content-location")).strip(),
                method=clean(part.parameters.get("method", "")).lower()
                if part.type == "text/calendar"
                else "",
                could_be_words=self._words(part, words)[0] if words is not None else None,
            )
        )

    def _name(self, part: Part, parameters: dict[str, str]) -> str:
        given = parameters.get("filename") or part.parameters.get("name") or ""
        return safe_name(words_of(given, self.hint)) if given else ""

    def _made_name(self, part: Part) -> str:
        described = words_of_field(part, "content-description", self.hint)
        if part.is_message and part.parts:
            described = words_of_field(part.parts[0], "subject", self.hint) or described
        content_id = words_of_field(part, "content-id", self.hint).strip(" <>")
        return numbered(name_for(part.type, described, content_id), self.made_names)

    def _say(self, defect: str) -> None:
        if defect and defect not in self.contents.defects:
            self.contents.defects.append(defect)


def words_of_field(part: Part, name: str, hint: str) -> str:
    """Return what a field of a part says."""
    return decode_words(part.fields.raw(name), hint).strip()


def _is_text(part: Part) -> bool:
    if part.type in _HTML:
        return True
    is_unread = part.type.startswith("multipart/")  # no boundary was found: read it as it came
    return is_unread or (part.type.startswith("text/") and part.type not in _DOCUMENTS)


def _says_something(segment: Segment) -> bool:
    return bool((segment.plain or "").strip() or (segment.html or "").strip())


def _alternative(choices: list[list[Segment]]) -> list[Segment]:
    """Return the one stretch that several parts say, each in its own form.

    Plain parts that differ are kept side by side: some programs call a mixture an alternative.
    """
    plain = [part for part in choices if part and all(one.html is None for one in part)]
    rich = [part for part in choices if any(one.html is not None for one in part)]
    texts = list(dict.fromkeys("\n".join(one.plain or "" for one in part) for part in plain))
    if not rich:
        return [Segment(plain=text) for text in texts]
    pages = [
        html_of(one.plain or "") if one.html is None else one.html for part in rich for one in part
    ]
    return [Segment(plain="\n".join(texts) if texts else None, html="\n".join(pages))]
