"""A series over time with what was changed marked on its axis, by the sign that a list names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from wingbeat.stats import charts
from wingbeat.stats.charts import Chart, Mark, Show, Words

SIGN_WIDTH = 48.0  # what two signs and the dash between them take


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed: where on the axis, and the sign under which it is told."""

    x: float
    sign: str


def timeline(
    words: Words, marks: Sequence[Mark], changes: Sequence[Change], *, show: Show = charts.plain
) -> Chart:
    """Draw a series with its changes; those outside the series are left out.

    >>> days = [Mark(f"day {i}", 4, 3.8, 4.6, x=i) for i in range(4)]
    >>> drawn = timeline(Words("r", "Kept", "By day.", ("day", "share")), days, [Change(2, "A")])
    >>> 'class="chart-change"' in drawn.svg
    True
    """
    drawn = charts.line(words, marks, show=show)
    first, last = min(mark.x for mark in marks), max(mark.x for mark in marks)
    width = charts.WIDTH - charts.RIGHT - charts.LEFT
    inside = [one for one in changes if first <= one.x <= last and first < last]
    placed = [(charts.LEFT + width * (one.x - first) / (last - first), one) for one in inside]
    return replace(drawn, shapes=drawn.shapes + "".join(map(_upright, _grouped(placed))))


def _grouped(placed: Sequence[tuple[float, Change]]) -> list[list[tuple[float, Change]]]:
    """Put changes together whose signs would lie over each other; they come in order."""
    groups: list[list[tuple[float, Change]]] = []
    for one in placed:
        if groups and one[0] - groups[-1][0][0] < SIGN_WIDTH:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _upright(group: Sequence[tuple[float, Change]]) -> str:
    x, opens, ends = group[0][0], group[0][1].sign, group[-1][1].sign
    sign = opens if len(group) == 1 else f"{opens}–{ends}"
    aside, anchor = (-4, "end") if x > charts.WIDTH - SIGN_WIDTH else (4, "start")
    top, bottom, ink = charts.TOP, charts.HEIGHT - charts.BOTTOM, charts.SOFT
    return (
        f'<g class="chart-change"><line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" '
        f'y2="{bottom}" stroke="{ink}" stroke-dasharray="3 3"/>'
        f'<text x="{x + aside:.1f}" y="{top + 11}" text-anchor="{anchor}" fill="{ink}" '
        f'font-size="12">{escape(sign)}</text></g>'
    )
