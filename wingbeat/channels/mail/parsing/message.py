"""Show the parts of a mail as the standard library's messages, for readers of reports."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from typing import Any

from wingbeat.channels.mail.parsing import transfer
from wingbeat.channels.mail.parsing.fields import read_fields
from wingbeat.channels.mail.parsing.structure import Part

# Of images and documents a reader of reports wants the header alone.
_LARGEST_OPAQUE = 64_000
# What a mail system has to say it says at the beginning.
_LONGEST = 500_000
_LONGEST_PARAMETERS = 2_000
# Each recipient has a block, each block becomes a message.
_LONGEST_REPORT = 100_000
_BLANK_LINES = re.compile(rb"[\r\n]{5,}")
_STATUS = b"Content-Type: message/delivery-status\n\n"


class SoundMessage(Message):
    """A message whose payload can be asked for, whatever its charset calls itself."""

    def get_payload(self, *asked: Any, **named: Any) -> Any:
        """Return the payload, as its bytes spell in UTF-8 where the charset is no charset."""
        try:
            return super().get_payload(*asked, **named)
        except (LookupError, ValueError, TypeError):
            payload = str(getattr(self, "_payload", "")).encode("utf-8", "surrogateescape")
            return payload if named.get("decode") else payload.decode("utf-8", "replace")


def as_message(raw: bytes, part: Part) -> Message:
    """Return the part as `email.message_from_bytes` would, without what is large in it."""
    message = _with_fields(part.fields.pairs)
    if part.parts:
        for child in part.parts:
            message.attach(as_message(raw, child))
    elif part.type == "message/delivery-status":
        message.set_payload(_blocks(_beginning(raw, part)))
    elif part.type.startswith("message/"):
        content = transfer.decode(_beginning(raw, part), part.encoding()).content
        message.attach(_mail_within(content))
    elif part.type.startswith("text/") or part.end - part.body <= _LARGEST_OPAQUE:
        message.set_payload(_beginning(raw, part).decode("ascii", "surrogateescape"))
    else:
        message.set_payload("")
    return message


def _beginning(raw: bytes, part: Part) -> bytes:
    return raw[part.body : min(part.end, part.body + _LONGEST)]


def _mail_within(content: bytes) -> Message:
    """Return a part whose content has fields of its own, such as a complaint report."""
    fields, body, _ = read_fields(content, 0, (), is_root=False)
    message = _with_fields(fields.pairs)
    message.set_payload(content[body:].decode("ascii", "surrogateescape"))
    return message


def _with_fields(pairs: list[tuple[str, bytes]]) -> Message:
    message = SoundMessage()
    for name, value in pairs:
        if name.lower().startswith("content-"):
            # The standard library takes quadratic time to split parameters.
            value = value[:_LONGEST_PARAMETERS]  # noqa: PLW2901
        message.set_raw(name, value.decode("ascii", "surrogateescape"))
    return message


def _blocks(content: bytes) -> Any:
    """Return one message for each block of fields, as the standard library divides them."""
    content = _BLANK_LINES.sub(b"\n\n", content[:_LONGEST_REPORT])
    report = message_from_bytes(_STATUS + content, _class=SoundMessage)
    return report.get_payload() or ""
