"""A brand's color as words and buttons can wear it: never too pale to read. Pure."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from typing import TypeAlias

HEX = re.compile(r"#[0-9a-f]{6}")
READABLE = 4.5  # to 1, of WCAG 2.2 for words of ordinary size
# The papers of the customer's pages, the least friendly to words first; see `portal.css`.
LIGHT, DARK = ("#eef5f6", "#f7f6f3", "#ffffff"), ("#2a3036", "#1e2226", "#14171a")
STEPS = 100
Rgb: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """A color as it is worn on light paper and on dark; `contrast` is the chosen one's on white."""

    chosen: str
    on_light: str
    on_dark: str
    contrast: float

    @property
    def is_changed(self) -> bool:
        """Say whether words wear a darker one than was chosen."""
        return self.on_light != self.chosen


def look_of(color: str) -> Look:
    """Return how a color is worn: as it is where words can be read in it, else darker or paler.

    >>> look_of("#ffd400").on_light, look_of("#1f6578").on_light
    ('#856e00', '#1f6578')
    """
    return Look(
        chosen=color,
        on_light=_readable(color, LIGHT, towards=0.0),
        on_dark=_readable(color, DARK, towards=1.0),
        contrast=round(contrast(color, "#ffffff"), 1),
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, from 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    pale, deep = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (pale + 0.05) / (deep + 0.05)


def _readable(color: str, papers: tuple[str, ...], *, towards: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(color))
    worn = color
    for step in range(1, STEPS + 1):
        if all(contrast(worn, paper) >= READABLE for paper in papers):
            break
        moved = lightness + (towards - lightness) * step / STEPS
        worn = _hex(colorsys.hls_to_rgb(hue, moved, saturation))
    return worn


def _luminance(color: str) -> float:
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(color)
    )
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _rgb(color: str) -> Rgb:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
