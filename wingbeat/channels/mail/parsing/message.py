"""Show the parts of a mail as the standard library's messages, for readers of reports."""

from __future__ import annotations

from email.message import Message

from wingbeat.channels.mail.parsing import transfer
from wingbeat.channels.mail.parsing.fields import read_fields
from wingbeat.channels.mail.parsing.structure import Part

# Of images and documents a reader of reports wants the header alone.
_LARGEST_OPAQUE = 64_000
# A report on more recipients than this is cut; each has a block.
_MOST_BLOCKS = 500


def as_message(raw: bytes, part: Part) -> Message:
    """Return the part as `email.message_from_bytes` would, its large binaries left out."""
    message = _with_fields(part.fields.pairs)
    if part.parts:
        for child in part.parts:
            message.attach(as_message(raw, child))
    elif part.type == "message/delivery-status":
        for block in _blocks(_content(raw, part)):
            message.attach(block)
    elif part.type.startswith("message/"):
        message.attach(_mail_within(_content(raw, part)))
    elif part.type.startswith("text/") or part.end - part.body <= _LARGEST_OPAQUE:
        message.set_payload(raw[part.body : part.end].decode("ascii", "surrogateescape"))
    else:
        message.set_payload("")
    return message


def _content(raw: bytes, part: Part) -> bytes:
    return transfer.decode(raw[part.body : part.end], part.encoding()).content


def _mail_within(content: bytes) -> Message:
    """Return a part whose content has fields of its own, such as a complaint report."""
    fields, body, _ = read_fields(content, 0, (), is_root=False)
    message = _with_fields(fields.pairs)
    message.set_payload(content[body:].decode("ascii", "surrogateescape"))
    return message


def _with_fields(pairs: list[tuple[str, bytes]]) -> Message:
    message = Message()
    for name, value in pairs:
        message.set_raw(name, value.decode("ascii", "surrogateescape"))
    return message


def _blocks(content: bytes) -> list[Message]:
    """Return one message for each block of fields, as blank lines divide them."""
    blocks: list[Message] = []
    position = 0
    while position < len(content) and len(blocks) < _MOST_BLOCKS:
        fields, after, _ = read_fields(content, position, (), is_root=False)
        if fields.pairs:
            blocks.append(_with_fields(fields.pairs))
        elif after <= position:
            break
        position = after
    return blocks
