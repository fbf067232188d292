"""Words on their way in and out, before they are rows: plain values without a database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import NotRequired, TypedDict
from uuid import UUID, uuid4

from django.utils.html import linebreaks


class Party(TypedDict):
    """A name and a lower-cased address, as stored with a message."""

    name: str
    address: str


class Parties(TypedDict):
    """Whom a message is addressed to."""

    to: list[Party]
    cc: list[Party]
    bcc: list[Party]
    reply_to: NotRequired[list[Party]]  # where the sender wants the answer, if elsewhere


@dataclass(frozen=True, slots=True)
class IncomingAttachment:
    """A file that came with a message; `token` is its unguessable address from the start."""

    name: str
    type: str
    content: bytes
    is_inline: bool = False
    content_id: str = ""
    is_ours: bool = False  # the picture of a signature that an answer brings back
    token: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a customer said, from whatever channel.

    `html` is safe to show, with quotes folded; `text` is every visible character; `text_new` is
    without quotes and signature. `automatic` is empty, or which kind of robot wrote it. `reply_to`
    is where its sender wants the answer. `others` takes part besides the sender: a channel that
    knows our own addresses leaves them out; None means everyone in To and Cc who is not us.
    """

    sender: Party
    at: datetime
    subject: str = ""
    html: str = ""
    text: str = ""
    text_new: str = ""
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    reply_to: tuple[Party, ...] = ()
    others: tuple[Party, ...] | None = None
    attachments: tuple[IncomingAttachment, ...] = ()
    automatic: str = ""
    message_id: str = ""
    thread_index: str = ""
    is_spam: bool = False
    came_by: str = ""
    zone_offset_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What an agent says. `html` is sanitized; `attachment_ids` are files of the agent's draft."""

    html: str
    text: str
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()
    subject: str = ""
    attachment_ids: tuple[int, ...] = ()
    # whatever looks like a placeholder is meant as it stands, such as an example of code
    is_as_meant: bool = False

    @classmethod
    def of_text(cls, text: str) -> Letter:
        """Return plain words as they stand, to nobody: a note."""
        return cls(html=linebreaks(text, autoescape=True), text=text)

    def everyone(self) -> tuple[Party, ...]:
        return (*self.to, *self.cc, *self.bcc)


def unquoted(html: str) -> str:
    """Return words without what they quote, of which one may stand within another.

    >>> unquoted("Mine<blockquote>a<blockquote>b</blockquote>c</blockquote>, too")
    'Mine , too'
    """
    own, depth = [], 0
    for piece in re.split(r"(</?blockquote\b[^>]*>)", html):
        if piece.startswith("<blockquote"):
            depth += 1
        elif piece.startswith("</blockquote"):
            depth = max(depth - 1, 0)
        elif depth == 0:
            own.append(piece)
    return " ".join(own)


def words_without_quotes(html: str) -> str:
    r"""Return the plain words of what we wrote, without what it quotes.

    >>> words_without_quotes("<p>We look.</p><blockquote>Where is it?</blockquote><p>Bo &amp; I")
    'We look.\nBo & I'
    """
    lines = re.sub(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", "\n", unquoted(html))
    return re.sub(r"\s*\n\s*", "\n", unescape(re.sub(r"<[^>]*>", "", lines))).strip()


def excerpt_of(text: str, length: int = 200) -> str:
    """Return the first words on one line."""
    line = re.sub(r"\s+", " ", text[: length * 4]).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
