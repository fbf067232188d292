"""Find the Message-ID of the mail that a notification is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MESSAGE_ID_LINE = re.compile(
    r"^[>|\s]{0,20}(?:x-)?(?:original-)?message-id\s{0,5}:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_LINE = re.compile(
    r"^[>|\s]{0,20}message-id\s{0,5}:[ \t]*([^\s<>@]{1,400}@[^\s<>@]{1,400})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ID = re.compile(r"<[^<>\s]{1,900}>")


def message_id_in(text: str) -> str:
    """Return the Message-ID of the first header block in a text that has one, or ''."""
    found = _MESSAGE_ID_LINE.search(text)
    if found:
        return found[1]
    bare = _BARE_LINE.search(text)
    return f"<{bare[1]}>" if bare else ""


def original_message_id(texts: Iterable[str], in_reply_to: str, references: str) -> str:
    """Look in the texts, most reliable first, then in what the notification says it answers."""
    for text in texts:
        if found := message_id_in(text):
            return found
    answered = _ID.findall(in_reply_to[:2000]) or _ID.findall(references[:20_000])[-1:]
    return answered[0] if answered else ""
