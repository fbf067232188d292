"""The few inline styles that a mail may bring to a page."""

from __future__ import annotations

import re

_LONGEST = 2_000
_WIDEST_PIXELS = 1_200
_THICKEST_PIXELS = 64

_COLOR = re.compile(r"#[0-9a-f]{3,8}|[a-z]{3,22}|(?:rgb|rgba|hsl|hsla)\([\d\s.,%/]{3,40}\)")
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})(px|pt|em|ex|rem|%|cm|mm|in)?")
_BORDER_STYLES = frozenset("none hidden solid dashed dotted double thin medium thick".split())
_PIXELS = {
    "px": 1.0,
    "": 1.0,
    "pt": 1.34,
    "em": 16,
    "ex": 8,
    "rem": 16,
    "cm": 38,
    "mm": 3.8,
    "in": 96,
}
_EDGES = ("", "-top", "-right", "-bottom", "-left")
_ONE_OF = {
    "font-weight": re.compile(r"normal|bold|bolder|lighter|[1-9]00"),
    "font-style": re.compile(r"normal|italic|oblique"),
    "text-decoration": re.compile(r"(?:none|underline|line-through|overline)"),
    "text-decoration-line": re.compile(r"(?:none|underline|line-through|overline)"),
    "text-align": re.compile(r"left|right|center|justify|start|end"),
    "vertical-align": re.compile(r"top|middle|bottom|baseline|sub|super"),
    "white-space": re.compile(r"normal|pre|pre-wrap|pre-line|break-spaces"),
    "border-collapse": re.compile(r"collapse|separate"),
    "direction": re.compile(r"ltr|rtl"),
}
_COLORED = frozenset({"color", "background-color", *(f"border{edge}-color" for edge in _EDGES)})
_WIDE = frozenset({"width", "max-width"})
_PADDED = frozenset(f"padding{edge}" for edge in _EDGES)
_BORDERED = frozenset(f"border{edge}{part}" for edge in _EDGES for part in ("", "-width", "-style"))


def safe_style(style: str) -> str:
    """Return the declarations that color, weigh or space words, and nothing else."""
    kept = []
    for declaration in style[:_LONGEST].lower().split(";"):
        name, _, value = declaration.partition(":")
        name = name.strip()
        value = value.replace("!important", "").strip()
        if value and _is_allowed(name, value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _is_allowed(name: str, value: str) -> bool:
    if name in _ONE_OF:
        return bool(_ONE_OF[name].fullmatch(value))
    if name in _COLORED:
        return bool(_COLOR.fullmatch(value))
    if name in _WIDE:
        return _is_length(value, _WIDEST_PIXELS)
    if name in _PADDED:
        parts = value.split()
        return len(parts) <= 4 and all(_is_length(part, _THICKEST_PIXELS) for part in parts)
    return name in _BORDERED and all(_is_border(part) for part in _border_parts(value))


def _border_parts(value: str) -> list[str]:
    return re.sub(r"\s*,\s*", ",", value).split()


def _is_border(part: str) -> bool:
    return (
        part in _BORDER_STYLES or _is_length(part, _THICKEST_PIXELS) or bool(_COLOR.fullmatch(part))
    )


def _is_length(value: str, most_pixels: int) -> bool:
    found = _LENGTH.fullmatch(value)
    if not found:
        return False
    if found[2] == "%":
        return float(found[1]) <= 100
    return float(found[1]) * _PIXELS[found[2] or ""] <= most_pixels
