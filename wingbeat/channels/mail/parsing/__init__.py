"""Mail parsing: bytes in, `ParsedMail` out; pure, and it never raises."""

from __future__ import annotations

from wingbeat.channels.mail.parsing.parsed import (
    Automatic,
    Bounce,
    NamedAddress,
    ParsedAttachment,
    ParsedMail,
    Span,
)
from wingbeat.channels.mail.parsing.reading import parse

__all__ = ["Automatic", "Bounce", "NamedAddress", "ParsedAttachment", "ParsedMail", "Span", "parse"]
