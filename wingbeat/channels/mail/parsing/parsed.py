"""What the desk makes of one raw mail: the shapes that parsing returns and judging reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AutomaticKind = Literal["none", "reply", "bounce", "list", "report", "loop"]


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """A name and an address as a header wrote them; the address is lower-cased."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ParsedAttachment:
    """A part that is not the text itself.

    `content` holds the decoded bytes. `inline` is true only where the HTML refers to `content_id`:
    what a mail *says* of disposition is often wrong, what it refers to is not. `method` is what a
    calendar part asks for (request, reply, cancel ...), else empty.
    """

    name: str
    type: str
    content: bytes
    inline: bool
    content_id: str
    sha256: str
    method: str = ""

    @property
    def bytes(self) -> int:
        """Size of the decoded content."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether no person wrote this mail, and the header or sentence that says so."""

    kind: AutomaticKind = "none"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient that a mail system reports about.

    `hard` means that this address will never work again. `action` is failed, delayed, delivered,
    relayed or expanded; `status` an enhanced status code such as 5.1.1, or empty.
    """

    recipient: str
    action: str
    status: str
    reply_code: str
    diagnostic: str
    hard: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of `ParsedMail.text` in code points, end exclusive, that the page folds."""

    start: int
    end: int
    kind: Literal["quote", "signature"]


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Everything read from one mail's bytes. Parsing never raises; what was odd is in `defects`.

    `text` is every visible character of every text part, in order; `folds` marks the quotes and
    signatures in it and `text_new` is `text` without them. `html` is the mail's own, unsanitized;
    `safe_html` is what a page may show (inline images still as `cid:` references).
    `headers` keeps the decoded headers that judging needs, names lower-cased, in order of arrival.
    Message identifiers stand without their angle brackets, everywhere.
    """

    sha256: str
    size: int
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: NamedAddress = NamedAddress("", "")
    reply_to: tuple[NamedAddress, ...] = ()
    to: tuple[NamedAddress, ...] = ()
    cc: tuple[NamedAddress, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    text_new: str = ""
    folds: tuple[Span, ...] = ()
    html: str = ""
    safe_html: str = ""
    attachments: tuple[ParsedAttachment, ...] = ()
    automatic: Automatic = Automatic()
    bounces: tuple[Bounce, ...] = ()
    original_message_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = field(default=())

    def header(self, name: str) -> str:
        """Return the first header of that (lower-case) name, or the empty string."""
        return next((value for key, value in self.headers if key == name), "")
