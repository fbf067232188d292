"""Headers that keep a conversation together in mail programs: References and Thread-Index."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

# Relays refuse header blocks above 4,096 bytes, and one long thread must not be what fills them.
LONGEST_REFERENCES = 1_500
# 100 ns between 1601 and 1970: Outlook counts from the earlier one.
EPOCH_TICKS = 116_444_736_000_000_000
ROOT_LENGTH, REPLY_LENGTH, MOST_REPLIES = 22, 5, 40


def references(ids: Sequence[str]) -> list[str]:
    """Return the ids a reply refers to, oldest first, each once, within the limit.

    The first keeps the thread's root, the last is what is answered; where there are too many, the
    oldest after the first go.
    """
    unique = [each for each in dict.fromkeys(ids) if each and each.isascii() and " " not in each]
    if not unique:
        return []
    # what is answered stands last, though it may have been named before
    last = next(each for each in reversed(ids) if each in unique)
    unique = [*(each for each in unique if each != last), last]
    kept = unique[1:]
    room = LONGEST_REFERENCES - _length(unique[0])
    while kept and sum(map(_length, kept)) > room and len(kept) > 1:
        kept = kept[1:]
    if kept and sum(map(_length, kept)) > room:
        return [last]
    return [unique[0], *kept]


def thread_index(previous: str, *, root: str, began_at: datetime, at: datetime) -> str:
    """Return Outlook's Thread-Index for a reply: the one it answers, continued, or a new one.

    `root` names the conversation for good, so that each of our mails begins the same way.
    """
    index = _decoded(previous)
    if not index:
        ticks = _ticks(began_at).to_bytes(8, "big")
        index = ticks[:6] + sha256(root.encode()).digest()[:16]
    if len(index) >= ROOT_LENGTH + REPLY_LENGTH * MOST_REPLIES:
        return base64.b64encode(index).decode()
    began = int.from_bytes(index[:6], "big") << 16
    passed = max(0, _ticks(at) - began)
    # 31 bits of time at one of two resolutions, then a byte that tells siblings apart
    coarse = passed >= 1 << 49
    units = (passed >> (23 if coarse else 18)) & 0x7FFF_FFFF
    block = ((coarse << 31) | units).to_bytes(4, "big")
    sibling = sha256(f"{root} {at.timestamp()}".encode()).digest()[:1]
    return base64.b64encode(index + block + sibling).decode()


def _decoded(index: str) -> bytes:
    try:
        found = base64.b64decode("".join(index.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
    whole = len(found) >= ROOT_LENGTH and (len(found) - ROOT_LENGTH) % REPLY_LENGTH == 0
    return found if whole and len(found) <= ROOT_LENGTH + REPLY_LENGTH * MOST_REPLIES else b""


def _ticks(at: datetime) -> int:
    return EPOCH_TICKS + int(at.astimezone(UTC).timestamp() * 10_000_000)


def _length(each: str) -> int:
    return len(each) + 3  # the brackets and the space
