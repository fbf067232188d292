"""Undo transfer encodings, also where they are broken, misnamed or followed by foreign lines."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from itertools import islice

_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7bits", "8bits", "none"})
_UU = frozenset({"xuuencode", "uuencode", "xuue", "uue"})
_NOISE = re.compile("[^a-z0-9]")
_SOFT_BREAK = re.compile(rb"=[ \t]{0,80}(?:\r{0,3}\n|\r)")
_NO_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
# Padding, then something that is not white space: a second run of base64, or a line added later.
_AFTER_PADDING = re.compile(rb"=\s*(?=[^=\s])")
# Words and blanks as only prose has them. It begins with a blank, which base64 seldom holds.
_PROSE = re.compile(rb" [A-Za-z]{1,15}[,.]? [A-Za-z]{1,15}[,.]? ")
# Each line that begins a file may cost a look at all that follows.
_MOST_UU = 50
_UU_BEGIN = re.compile(rb"(?:\A|(?<=\n))begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n")
_UU_END = re.compile(rb"(?:`|\s)?\r?\nend[ \t]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Transferred:
    """Decoded bytes, bytes found after the encoding's end, and what was odd (or nothing)."""

    content: bytes
    after: bytes = b""
    defect: str = ""


def decode(body: bytes, encoding: str) -> Transferred:
    """Return the bytes that a part's body stands for; of an unknown encoding, those it has."""
    name = _NOISE.sub("", encoding)
    if name in _IDENTITY:
        return Transferred(body)
    if name == "quotedprintable":
        return Transferred(_quoted_printable(body))
    if name == "base64":
        return _base64(body)
    if name in _UU:
        return _uuencoded(body)
    shown = "".join(letter for letter in encoding if letter.isprintable())[:40]
    return Transferred(
        body, defect=f"The transfer encoding {shown} is not known; shown as it came."
    )


def split_uuencoded(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return text without its uuencoded files, and each file's name and bytes."""
    kept: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    position = 0
    for begin in islice(_UU_BEGIN.finditer(text), _MOST_UU):
        first = text[begin.end() : begin.end() + 80].partition(b"\n")[0]
        if begin.start() < position or _uu_lines(first) is None:
            continue
        end = _UU_END.search(text, begin.end() - 1)
        content = _uu_lines(text[begin.end() : end.start()]) if end else None
        if end is None or content is None:
            continue
        kept.append(text[position : begin.start()])
        files.append((begin.group(1), content))
        position = end.end()
    kept.append(text[position:])
    return b"".join(kept), files


def _uuencoded(body: bytes) -> Transferred:
    """Return the first file; the lines that begin and end it may be missing."""
    _, files = split_uuencoded(body)
    content = files[0][1] if files else _uu_lines(body)
    if content is None:
        return Transferred(body, defect="A part named uuencoded is not; shown as it came.")
    return Transferred(content)


def _quoted_printable(body: bytes) -> bytes:
    if b"=" not in body:
        return body
    # The standard decoder drops what is no escape; here it stays as it was written.
    joined = _NO_ESCAPE.sub(b"=3D", _SOFT_BREAK.sub(b"", body))
    return binascii.a2b_qp(joined)


def _base64(body: bytes) -> Transferred:
    prose = _PROSE.search(body)
    end = body.rfind(b"\n", 0, prose.start()) + 1 if prose else len(body)
    padding = _AFTER_PADDING.search(body, 0, end)
    if padding and _is_foreign(body[padding.end() : end]):
        end = padding.end()
    encoded, after = body[:end], body[end:]
    if not encoded.strip() and after:
        return Transferred(body, defect="A part named base64 is plain; shown as it came.")
    defect = "Text follows the end of a base64 part." if after.strip() else ""
    if _AFTER_PADDING.search(encoded):
        # Several encoded pieces in a row, each padded: decode one by one.
        pieces = re.split(rb"=+\s*", encoded)
        return Transferred(b"".join(letters(piece) for piece in pieces), after.strip(), defect)
    return Transferred(letters(encoded), after.strip(), defect)


def _is_foreign(rest: bytes) -> bool:
    """Return whether what follows padding is anything but more base64."""
    return _NOT_BASE64.sub(b"", rest) != b"".join(rest.replace(b"=", b"").split())


def letters(encoded: bytes) -> bytes:
    """Return what base64 letters stand for, whatever lies between and however they end."""
    try:
        return binascii.a2b_base64(encoded)
    except binascii.Error:
        bare = _NOT_BASE64.sub(b"", encoded)
        if len(bare) % 4 == 1:
            bare = bare[:-1]
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))


def _uu_lines(block: bytes) -> bytes | None:
    """Return the decoded lines, or nothing where they are not uuencoded after all."""
    decoded: list[bytes] = []
    for line in block.splitlines():
        if not line.strip() or line == b"`":
            continue
        length = (line[0] - 32) & 63
        needed = (length * 4 + 2) // 3
        if not 33 <= line[0] <= 96 or not needed <= len(line.rstrip()) - 1 + 3:
            return None
        try:
            decoded.append(binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4]))
        except binascii.Error:
            return None
    return b"".join(decoded)
