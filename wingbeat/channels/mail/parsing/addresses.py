"""Read addresses out of header fields that follow no grammar, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wingbeat.channels.mail.parsing import limits
from wingbeat.channels.mail.parsing.parsed import NamedAddress
from wingbeat.channels.mail.parsing.words import clean, decode_words

# Tokens: an escape, a quoted string, brackets, the four marks, and everything else. A quote or
# bracket without a partner falls to the last alternative and is text.
_TOKEN = re.compile(
    rb"\\.|\"((?:[^\"\\]|\\.)*)\"|<([^<>]*)>|([(),;:])|[^\\\"<(),;:]+|[\\\"<]", re.DOTALL
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([@.])\s*")
# What is an address wherever it stands: the last resort for fields without brackets.
_BARE = re.compile(r"[^\s<>()\[\],;:\"'=?@]{1,64}@[^\s<>()\[\],;:\"'=?@]{1,255}")
_MAILTO = re.compile(r"\[?mailto:\s{0,9}$", re.IGNORECASE)
_EDGES = " \t\"'<>[](),;"


@dataclass(slots=True)
class _Mailbox:
    """What was seen of one mailbox: words before the bracket, what the bracket held, comments."""

    words: list[bytes] = field(default_factory=list)
    angle: bytes | None = None
    comments: list[bytes] = field(default_factory=list)
    has_at: bool = False  # among the words

    def is_empty(self) -> bool:
        return self.angle is None and not self.comments and not b"".join(self.words).strip()


def read_addresses(value: bytes, hint: str = "") -> tuple[list[NamedAddress], bool]:
    """Return the mailboxes of a field, and whether there were more than are read.

    A mailbox without a usable address keeps what it has: a name, or a local part alone.
    """
    boxes = _mailboxes(value)
    named = [_named(box, hint) for box in boxes[: limits.MAX_ADDRESSES] if not box.is_empty()]
    return [one for one in named if one.address or one.name], len(boxes) > limits.MAX_ADDRESSES


def is_usable(address: NamedAddress) -> bool:
    """Return whether an answer could be sent there."""
    local, at, domain = address.address.rpartition("@")
    return bool(local and at and domain)


def _mailboxes(value: bytes) -> list[_Mailbox]:
    boxes = [_Mailbox()]
    depth = 0
    for token in _TOKEN.finditer(value):
        mark = token.group(3)
        if depth or mark == b"(":
            depth = _within_comment(boxes[-1], token, depth)
        elif mark is None:
            _take(boxes[-1], token)
        elif mark == b":" and not _is_name(boxes[-1]):
            boxes[-1].words.append(mark)
        elif mark == b":":
            boxes[-1] = _Mailbox()  # the name of a group is no recipient
        elif mark != b")":
            if len(boxes) > limits.MAX_ADDRESSES:
                break
            boxes.append(_Mailbox())
    return boxes


def _within_comment(box: _Mailbox, token: re.Match[bytes], depth: int) -> int:
    """Take a token inside parentheses, which may nest; return how deep it leaves us."""
    if token.group(3) == b"(":
        box.comments.append(b"" if depth == 0 else b"(")
        return depth + 1
    if token.group(3) == b")":
        box.comments.append(b"" if depth == 1 else b")")
        return depth - 1
    box.comments.append(_plain(token))
    return depth


def _take(box: _Mailbox, token: re.Match[bytes]) -> None:
    if token.group(2) is not None and (box.angle is None or b"@" not in box.angle):
        box.angle = token.group(2)
    else:
        words = _plain(token)
        box.words.append(words)
        box.has_at = box.has_at or b"@" in words


def _plain(token: re.Match[bytes]) -> bytes:
    if token.group(1) is not None:
        return _ESCAPE.sub(rb"\1", token.group(1))
    if token.group().startswith(b"\\"):
        return token.group()[1:]
    return token.group()


def _is_name(box: _Mailbox) -> bool:
    """Return whether what stands before a colon can be the name of a group."""
    if box.angle is not None or box.has_at:
        return False
    # a field may hold thousands of colons, so only the latest words are looked at
    return not b"".join(box.words[-2:]).strip().lower().endswith(b"mailto")


def _named(box: _Mailbox, hint: str) -> NamedAddress:
    words = _tidy(decode_words(b"".join(box.words), hint))
    comment = _tidy(decode_words(b"".join(box.comments), hint))
    address = _address(decode_words(box.angle, hint)) if box.angle is not None else ""
    if "@" in address:
        return NamedAddress(_cut(words or comment), address)
    for text, name in ((words, comment), (comment, words)):
        bare = _BARE.search(text)
        if bare:
            before = _MAILTO.sub("", text[: bare.start()])
            rest = _tidy(before + " " + text[bare.end() :])
            return NamedAddress(_cut(rest or name), _address(bare.group()))
    if address or (comment and words and " " not in words):
        return NamedAddress(_cut(words if address else comment), _address(address or words))
    return NamedAddress(_cut(words or comment), "")


def _address(text: str) -> str:
    """Return an address as we keep it: lower case, no route, no blanks around its marks."""
    bare = _AROUND.sub(r"\1", _BLANKS.sub(" ", text)).strip(_EDGES)
    bare = bare[7:] if bare[:7].lower() == "mailto:" else bare
    if bare.startswith("@") and ":" in bare:
        bare = bare.partition(":")[2]
    if text.strip().startswith('"') and not bare.startswith('"'):
        bare = '"' + bare
    return bare.rstrip(".").lower()[: limits.MAX_IDENTIFIER]


def _tidy(text: str) -> str:
    return _BLANKS.sub(" ", clean(text)).strip().strip(_EDGES).strip() if text else ""


def _cut(name: str) -> str:
    return name[: limits.MAX_WORDS]
