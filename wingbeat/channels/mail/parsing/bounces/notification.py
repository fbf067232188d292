"""Take a notification apart: what the mail system says, its status fields, the mail it returns."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

_STATUS_PARTS = frozenset(("message/delivery-status", "message/global-delivery-status"))
_HEADER_PARTS = frozenset(
    "text/rfc822-headers message/rfc822-headers text/global-headers message/global-headers "
    "text/rfc822".split()
)
_STATUS_IN_WORDS = re.compile(
    r"^[ \t]*(?:Final|Original)-Recipient[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_MOST_PARTS = 200
_LONGEST_WORDS = 200_000
_ENCLOSED_HEADERS = 200


@dataclass(frozen=True, slots=True)
class Notification:
    """`words` are for people, `status` is delivery-status text, `enclosed` the returned mail."""

    words: str
    status: str
    enclosed: str
    is_complaint: bool


def taken_apart(message: Message, text: str) -> Notification:
    """Sort the parts of a mail; `text` stands in where no plain text part says anything.

    Enclosed mails are not entered: a customer who attaches an old bounce reports none.
    """
    heap = _Heap()
    for part in _parts(message):
        _sort(part, heap, is_root=part is message)
    said = "\n".join(heap.words) if any(word.strip() for word in heap.words) else text
    said = said[:_LONGEST_WORDS].replace("\r\n", "\n").replace("\r", "\n")
    if not heap.status and _STATUS_IN_WORDS.search(said):
        heap.status.append(said)
    return Notification(
        words=said,
        status="\n\n".join(heap.status)[:_LONGEST_WORDS],
        enclosed="\n\n".join(heap.enclosed)[:_LONGEST_WORDS],
        is_complaint=heap.is_complaint or _announces_complaint(message),
    )


@dataclass(slots=True)
class _Heap:
    words: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    enclosed: list[str] = field(default_factory=list)
    is_complaint: bool = False


def _sort(part: Message, heap: _Heap, *, is_root: bool) -> None:
    kind = part.get_content_type()
    if kind in _STATUS_PARTS:
        heap.status.append(_status_text(part))
    elif kind == "message/feedback-report":
        heap.is_complaint = True
    elif kind in _HEADER_PARTS:
        heap.enclosed.append(text_of(part))
    elif kind.startswith("message/"):
        heap.enclosed.append(_enclosed_text(part))
    elif not is_root and part.get("message-id") is not None:
        heap.enclosed.append(_header_text(part))  # the returned mail itself, taken for a part
    elif _is_wording(part, kind):
        heap.words.append(text_of(part))


def _is_wording(part: Message, kind: str) -> bool:
    if kind.startswith("text/"):
        return kind != "text/html"
    # Parts that were announced and never came leave the words where the parts should be.
    return kind.startswith("multipart/") and isinstance(part.get_payload(), str)


def text_of(part: Message) -> str:
    """Decode a text part, whatever its headers claim."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    payload = payload[:_LONGEST_WORDS]
    try:
        charset = part.get_content_charset() or "utf-8"
        text = payload.decode(charset, "strict" if charset == "utf-8" else "replace")
    except (LookupError, ValueError):
        text = payload.decode("latin-1")
    return _with_japanese(text)


def _with_japanese(text: str) -> str:
    """Decode ISO-2022-JP that nobody announced: its escapes are plain ASCII."""
    if "\x1b$" not in text:
        return text
    return text.encode("latin-1", "replace").decode("iso2022_jp", "replace")


def _parts(message: Message) -> Iterator[Message]:
    """Yield the leaves of a mail in order, an enclosed mail counting as one leaf."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() != "message":
            waiting.extend(child for child in reversed(payload) if isinstance(child, Message))
            if part.preamble and not payload:
                yield _as_text(part.preamble)
        else:
            yield part


def _as_text(text: str) -> Message:
    part = Message()
    part.set_payload(text)
    return part


def _status_text(part: Message) -> str:
    """Write the fields out again that the standard parser took for headers of mails."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [payload]
    text = "\n\n".join(_block_text(block) for block in blocks)
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        text = _from_base64(text)
    return _with_japanese(text)


def _block_text(block: Message | str) -> str:
    if isinstance(block, str):
        return block
    lines = [f"{name}: {value}" for name, value in block.items()]
    rest = block.get_payload()
    return "\n".join(lines) + "\n\n" + (rest if isinstance(rest, str) else "")


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def _enclosed_text(part: Message) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else payload
    if not isinstance(inner, Message):
        return str(inner)
    body = inner.get_payload()
    # Blank lines before the returned headers push them into what parses as its body.
    return _header_text(inner) or (body if isinstance(body, str) else "")


def _header_text(part: Message) -> str:
    fields = part.items()[:_ENCLOSED_HEADERS]
    return "\n".join(f"{name}: {value}" for name, value in fields)


def _announces_complaint(message: Message) -> bool:
    return str(message.get_param("report-type") or "").lower() == "feedback-report"
