"""Describe a parsed mail in plain values, as `wingbeat mail parse --json` prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from wingbeat.channels.mail.parsing.parsed import ParsedAttachment, ParsedMail


def describe(parsed: ParsedMail, file: str) -> dict[str, Any]:
    """Return the mail under the names that the command promises; `file` says where it came from."""
    return {
        "file": file,
        "sha256": parsed.sha256,
        "message_id": parsed.message_id,
        "in_reply_to": parsed.in_reply_to,
        "references": list(parsed.references),
        "from": asdict(parsed.sender),
        "reply_to": [asdict(one) for one in parsed.reply_to],
        "to": [asdict(one) for one in parsed.to],
        "cc": [asdict(one) for one in parsed.cc],
        "subject": parsed.subject,
        "date": parsed.date.isoformat() if parsed.date else None,
        "text": parsed.text,
        "text_new": parsed.text_new,
        "html": parsed.html,
        "attachments": [_attachment(one) for one in parsed.attachments],
        "automatic": asdict(parsed.automatic),
        "bounces": [asdict(one) for one in parsed.bounces],
        "original_message_id": parsed.original_message_id,
        "defects": list(parsed.defects),
    }


def _attachment(attachment: ParsedAttachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "type": attachment.type,
        "bytes": attachment.bytes,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "content_id": attachment.content_id,
    }
