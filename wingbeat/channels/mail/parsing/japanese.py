"""Read ISO-2022-JP as mail programs write it: vendors' rows, half-width kana, lost ends."""

from __future__ import annotations

import re

CODEC = "iso2022_jp"

_SHIFT = re.compile(rb"\x1b(\([BJIH]|\$@|\$B|\$\([@BD])")
_TWO_BYTES = frozenset({b"$@", b"$B", b"$(@", b"$(B"})


def decode(data: bytes) -> str:
    """Return the text; raise UnicodeDecodeError where the bytes are not of this kind.

    Each two-byte stretch is read through the EUC form of cp932's repertoire, as the standard
    codec lacks the circled digits and company signs that every Japanese phone writes.
    """
    pieces = _SHIFT.split(data)
    text = [pieces[0].decode("ascii")]
    text += map(_stretch, pieces[1::2], pieces[2::2])
    return "".join(text)


def _stretch(shift: bytes, content: bytes) -> str:
    if shift in _TWO_BYTES:
        # Line breaks end a two-byte stretch even where the shift back was forgotten.
        lines = re.split(rb"([\r\n]+)", content)
        return "".join(
            _two_bytes(line) if place % 2 == 0 else line.decode("ascii")
            for place, line in enumerate(lines)
        )
    if shift == b"$(D":
        return b"".join((b"\x1b$(D", content, b"\x1b(B")).decode("iso2022_jp_1")
    if shift == b"(I":
        return bytes(byte | 0x80 for byte in content if byte > 0x20).decode("cp932")
    return content.decode("ascii")


def _two_bytes(line: bytes) -> str:
    """Return JIS X 0208 pairs, by way of Shift_JIS, whose codec knows the vendors' rows."""
    pairs = bytearray()
    position = 0
    while position < len(line):
        if line[position] <= 0x20 or position + 1 >= len(line):
            pairs.append(line[position] & 0x7F)
            position += 1
            continue
        pairs += _shifted(line[position], line[position + 1])
        position += 2
    return pairs.decode("cp932")


def _shifted(row: int, cell: int) -> bytes:
    """Return the Shift_JIS bytes of a JIS pair."""
    row &= 0x7F
    cell &= 0x7F
    lead = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
    trail = cell + 0x7E if row % 2 == 0 else cell + (0x1F if cell < 0x60 else 0x20)
    return bytes((lead & 0xFF, trail & 0xFF))
