"""Small drawings for the example's photographs: shapes from `drawings.toml`, written as PNG."""

from __future__ import annotations

import math
import struct
import tomllib
import zlib
from functools import cache
from typing import Any

from wingbeat.config.demo.times import HERE

_FINE = 2  # pixels are computed this much finer and averaged, so that edges are smooth
Point = tuple[float, float]


@cache
def drawings() -> dict[str, Any]:
    """Return every drawing by its name."""
    return tomllib.loads((HERE / "drawings.toml").read_text(encoding="utf-8"))


@cache
def png(name: str) -> bytes:
    """Return a drawing as the bytes of a PNG file."""
    drawing = drawings()[name]
    width, height = drawing["size"]
    ground = bytes.fromhex(drawing["ground"].removeprefix("#"))
    rows = [bytearray(ground * (width * _FINE)) for _ in range(height * _FINE)]
    for shape in drawing["shapes"]:
        color = bytes.fromhex(shape["color"].removeprefix("#"))
        _fill(rows, [(x * _FINE, y * _FINE) for x, y in _outline(shape)], color)
    return _file(width, height, [_mean(*rows[at : at + _FINE]) for at in range(0, len(rows), 2)])


def _outline(shape: dict[str, Any]) -> list[Point]:
    if "ellipse" in shape:
        return _ellipse(shape["ellipse"], shape.get("turn", 0))
    if "line" in shape:
        return _line(shape["line"], shape["width"])
    if "box" in shape:
        left, top, width, height = shape["box"]
        right, bottom = left + width, top + height
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [(x, y) for x, y in shape["points"]]


def _ellipse(around: list[float], turn: float) -> list[Point]:
    x, y, wide, high = around
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    circle = [(math.cos(step * math.pi / 30), math.sin(step * math.pi / 30)) for step in range(60)]
    return [
        (x + wide * a * cos - high * b * sin, y + wide * a * sin + high * b * cos)
        for a, b in circle
    ]


def _line(ends: list[float], width: float) -> list[Point]:
    x1, y1, x2, y2 = ends
    length = math.hypot(x2 - x1, y2 - y1)
    across, down = (y1 - y2) / length * width / 2, (x2 - x1) / length * width / 2
    return [
        (x1 + across, y1 + down),
        (x2 + across, y2 + down),
        (x2 - across, y2 - down),
        (x1 - across, y1 - down),
    ]


def _fill(rows: list[bytearray], outline: list[Point], color: bytes) -> None:
    """Paint the inside of a closed outline, row by row between pairs of crossings."""
    edges = list(zip(outline, outline[1:] + outline[:1], strict=True))
    wide = len(rows[0]) // 3
    first, last = (bound(y for _, y in outline) for bound in (min, max))
    for number in range(max(0, int(first)), min(len(rows), int(last) + 1)):
        middle = number + 0.5
        crossings = sorted(
            x1 + (middle - y1) * (x2 - x1) / (y2 - y1)
            for (x1, y1), (x2, y2) in edges
            if (y1 <= middle) != (y2 <= middle)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            begin, end = max(0, round(left)), min(wide, round(right))
            if begin < end:
                rows[number][begin * 3 : end * 3] = color * (end - begin)


def _mean(upper: bytearray, lower: bytearray) -> bytes:
    row = bytearray(len(upper) // _FINE)
    for channel in range(3):
        squares = zip(
            upper[channel::6],
            upper[channel + 3 :: 6],
            lower[channel::6],
            lower[channel + 3 :: 6],
            strict=True,
        )
        row[channel::3] = bytes(sum(square) // 4 for square in squares)
    return bytes(row)


def _file(width: int, height: int, rows: list[bytes]) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
