"""Several charts in one file, one beneath the other, each under its title."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from wingbeat.stats import charts
from wingbeat.stats.charts import Chart

HEAD = 28


def stacked(drawn: Sequence[Chart]) -> str:
    """Return one picture of all, as a file: what has another unit needs a scale of its own.

    >>> row = [charts.Mark("kept", 0.9, 0.8, 1.0)]
    >>> one, other = (charts.dots(charts.Words(n, n, n, (n, n)), row) for n in ("hours", "share"))
    >>> stacked([one, other]).count("<circle")
    2
    """
    parts, y = [], 0.0
    for chart in drawn:
        parts.append(
            f'<text x="{charts.RIGHT}" y="{y + 20:g}" fill="{charts.INK}" font-size="13" '
            f'font-family="system-ui, sans-serif">{escape(chart.words.title)}</text>'
        )
        y += HEAD
        parts.append(chart.svg.replace("<svg ", f'<svg y="{y:g}" height="{chart.height:g}" ', 1))
        y += chart.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {charts.WIDTH} {y:g}">'
        f'{charts.OWN_COLORS}<rect width="{charts.WIDTH}" height="{y:g}" fill="{charts.PAPER}"/>'
        f"{''.join(parts)}</svg>"
    )
