"""Three forms of chart as SVG: line with band, step curve and dot plot.

Each comes with the table it draws, a title and a description for those who hear it, and colors
that are CSS variables: inside the desk they follow its theme, as a file they bring their own.
Words and number formats are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import floor, isfinite, log10

from wingbeat.stats.results import WrongNumber

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 14, 34
ROW, LABELS, SPOT = 30, 190, 4
INK, SOFT, LINE = "var(--ink, #1f2429)", "var(--ink-soft, #4b535c)", "var(--line, #e2e1dd)"
ACCENT, PAPER = "var(--accent, #0f6a78)", "var(--surface, #fdfcfb)"
OWN_COLORS = (
    "<style>:root{--ink:#1f2429;--ink-soft:#4b535c;--line:#e2e1dd;--accent:#0f6a78;"
    "--surface:#fdfcfb;--font:system-ui,sans-serif}"
    "@media(prefers-color-scheme:dark){:root{--ink:#ecebe8;--ink-soft:#b3bac2;--line:#3a4047;"
    "--accent:#6fc9d6;--surface:#1d2126}}</style>"
)


def plain(value: float) -> str:
    """Write a number briefly: the format used when the caller gives none.

    >>> plain(0.25), plain(1200.0), plain(3.14159)
    ('0.25', '1200', '3.14')
    """
    return f"{value:.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.3g}"


Show = Callable[[float], str]
Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around a chart: a name (unique on its page), title, description, column heads."""

    name: str
    title: str
    description: str
    heads: Sequence[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval, and its label. `x` places it on a line chart."""

    label: str
    value: float
    low: float
    high: float
    x: float = 0.0


@dataclass(frozen=True, slots=True)
class Steps:
    """A curve that falls in steps, with its band: the share after each time."""

    label: str
    times: Sequence[float]
    shares: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: the SVG for a page, and the table beside it."""

    words: Words
    height: float
    shapes: str
    table: str

    @property
    def svg(self) -> str:
        """The picture, for a page whose style sheet has the colors."""
        name, words = escape(self.words.name), self.words
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height:g}" '
            f'role="img" aria-labelledby="{name}-title {name}-desc" font-size="13" '
            f'font-family="var(--font, system-ui, sans-serif)">'
            f'<title id="{name}-title">{escape(words.title)}</title>'
            f'<desc id="{name}-desc">{escape(words.description)}</desc>'
            f"{self.shapes}</svg>"
        )

    def figure(self, summary: str = "") -> str:
        """The picture with its table folded beneath, under a summary or the title."""
        return (
            f'<figure class="chart">{self.svg}<details><summary>'
            f'{escape(summary or self.words.title)}</summary><div class="chart-table">{self.table}'
            "</div></details></figure>"
        )


def line(words: Words, marks: Sequence[Mark], *, show: Show = plain) -> Chart:
    """Draw a series over `x` with the band of its intervals; `x` may be uneven.

    >>> week = [Mark(f"week {i}", 4 + i / 10, 3.8, 4.6, x=i) for i in range(4)]
    >>> "<polyline" in line(Words("r", "Ratings", "By week.", ("week", "mean")), week).svg
    True
    """
    _some(marks)
    across = _scale([m.x for m in marks], LEFT, WIDTH - RIGHT)
    ticks = _ticks([v for m in marks for v in (m.low, m.high)])
    up = _scale(ticks, HEIGHT - BOTTOM, TOP)
    edge = [(across(m.x), up(m.high)) for m in marks]
    edge += [(across(m.x), up(m.low)) for m in reversed(marks)]
    middle = [(across(m.x), up(m.value)) for m in marks]
    shapes = [
        _grid(ticks, up, show),
        f'<polygon points="{_points(edge)}" fill="{ACCENT}" fill-opacity="0.16"/>',
        f'<polyline points="{_points(middle)}" fill="none" stroke="{ACCENT}" stroke-width="2"/>',
    ]
    shapes += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ACCENT}"/>' for x, y in middle]
    every = -(-len(marks) // 5)  # the newest always has its label
    shapes += [_below(across(m.x), m.label) for m in marks[::-every]]
    return Chart(words, HEIGHT, "".join(shapes), _table(words, _rows(marks, show)))


def steps(words: Words, curve: Steps, *, unit: str, show: Show = plain) -> Chart:
    """Draw a curve that falls in steps from all to none, with its band.

    >>> curve = Steps("all", [1, 2, 5], [0.8, 0.5, 0.2], [0.6, 0.3, 0.1], [0.9, 0.7, 0.4])
    >>> steps(Words("w", "Waits", "Open.", ("h", "open")), curve, unit="hours").svg.count("<path")
    2
    """
    right = _ticks([0.0, *curve.times])
    across = _scale(right, LEFT, WIDTH - RIGHT)
    up = _scale([0.0, 1.0], HEIGHT - BOTTOM, TOP)
    shapes = [_grid([0.0, 0.25, 0.5, 0.75, 1.0], up, lambda v: f"{v:.0%}")]
    shapes += [_below(across(t), f"{show(t)} {unit}" if t == right[-1] else show(t)) for t in right]
    top = _stairs(curve.times, curve.shares, across, up)
    shapes += [
        _band(curve, across, up),
        f'<path d="M{top}" fill="none" stroke="{ACCENT}" stroke-width="2"/>',
    ]
    rows = [(curve.label, show(t), *(f"{v:.0%}" for v in band)) for t, *band in _thin(curve)]
    return Chart(words, HEIGHT, "".join(shapes), _table(words, rows))


def dots(words: Words, marks: Sequence[Mark], *, show: Show = plain) -> Chart:
    """Draw one dot a row with its interval.

    >>> row = Mark("noise", 0.52, 0.47, 0.57)
    >>> dots(Words("f", "Fairness", "Small, big.", ("type", "share")), [row]).svg.count("<circle")
    1
    """
    _some(marks)
    ticks = _ticks([v for m in marks for v in (m.value, m.low, m.high)])
    across = _across(ticks)
    shapes = [_upright(ticks, across, len(marks), show)]
    for i, mark in enumerate(marks):
        y = TOP + ROW * i + ROW / 2
        dot = f'<circle cx="{across(mark.value):.1f}" cy="{y:.1f}" r="{SPOT}" fill="{ACCENT}"/>'
        shapes += [_whisker(mark, across, y), dot, _beside(mark.label, y)]
    return Chart(words, _tall(marks), "".join(shapes), _table(words, _rows(marks, show)))


def _some(marks: Sequence[object]) -> None:
    if not marks:
        raise WrongNumber.of("marks", "empty", "at least one; say what is missing in words instead")


def _ticks(values: Sequence[float]) -> list[float]:
    """Four to seven round numbers that hold all values."""
    finite = [v for v in values if isfinite(v)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if high - low < 1e-11:  # labels have twelve places
        low, high = low - (round(abs(low), 11) or 1) / 2, high + (round(abs(high), 11) or 1) / 2
    rough = (high - low) / 5
    power = 10 ** floor(log10(rough))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough * 0.999)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def _scale(values: Sequence[float], start: float, end: float) -> Place:
    """Map the values' range onto a stretch of the picture; what lies outside stops at its edge."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def place(value: float) -> float:
        share = min(1.0, max(0.0, (value - low) / span)) if high > low else 0.5
        return start + (end - start) * share

    return place


def _across(ticks: Sequence[float]) -> Place:
    return _scale(ticks, LABELS, WIDTH - RIGHT - 14)


def _tall(marks: Sequence[object]) -> float:
    return TOP + ROW * len(marks) + BOTTOM - 6


def _grid(ticks: Sequence[float], up: Place, show: Show) -> str:
    return "".join(
        _stroke(LEFT, up(t), WIDTH - RIGHT, up(t), LINE)
        + _text(LEFT - 8, up(t) + 4, show(t), "end", SOFT)
        for t in ticks
    )


def _upright(ticks: Sequence[float], across: Place, rows: int, show: Show) -> str:
    foot = TOP + ROW * rows
    return "".join(
        _stroke(across(t), TOP, across(t), foot, LINE)
        + _text(across(t), foot + 18, show(t), "middle", SOFT)
        for t in ticks
    )


def _whisker(mark: Mark, across: Place, y: float) -> str:
    left, right = across(mark.low), across(mark.high)
    ends = (_stroke(x, y - SPOT, x, y + SPOT, INK) for x in (left, right))
    return _stroke(left, y, right, y, INK) + "".join(ends)


def _band(curve: Steps, across: Place, up: Place) -> str:
    upper = _stairs(curve.times, curve.highs, across, up)
    lower = _stairs(curve.times, curve.lows, across, up).split(" ")
    path = f"M{upper} L{' '.join(reversed(lower))} Z"
    return f'<path d="{path}" fill="{ACCENT}" fill-opacity="0.13"/>'


def _stairs(times: Sequence[float], shares: Sequence[float], across: Place, up: Place) -> str:
    corners = [(0.0, 1.0)]
    for before, (t, share) in pairwise([(0.0, 1.0), *zip(times, shares, strict=True)]):
        corners += [(t, before[1]), (t, share)]
    return _points([(across(x), up(y)) for x, y in corners])


def _thin(curve: Steps) -> list[tuple[float, float, float, float]]:
    """At most twelve rows of a curve, spread over its length, for the table."""
    rows = list(zip(curve.times, curve.shares, curve.lows, curve.highs, strict=True))
    return rows[:: max(1, -(-len(rows) // 12))]


def _rows(marks: Sequence[Mark], show: Show) -> list[Sequence[str]]:
    return [(m.label, show(m.value), show(m.low), show(m.high)) for m in marks]


def _table(words: Words, rows: Sequence[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in words.heads)
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _below(x: float, label: str) -> str:
    anchor = "end" if x > WIDTH - 60 else "middle" if x > LEFT else "start"
    return _text(min(x, WIDTH - RIGHT), HEIGHT - BOTTOM + 20, label, anchor, SOFT)


def _beside(label: str, y: float) -> str:
    short = label if len(label) <= 26 else label[:25] + "…"
    return _text(LABELS - 12, y + 4, short, "end", INK)


def _stroke(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>'


def _text(x: float, y: float, words: str, anchor: str, color: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{color}">{escape(words)}</text>'
