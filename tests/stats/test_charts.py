"""Every chart is heard, printed and told apart without color, and never runs out of its frame."""

from __future__ import annotations

import re
import xml.etree.ElementTree as Xml

import pytest
from hypothesis import example, given, settings, strategies as st

from wingbeat.stats import WrongNumber
from wingbeat.stats.charts import WIDTH, Chart, Mark, Steps, Words, dots, line, steps
from wingbeat.stats.stacks import stacked
from wingbeat.stats.timelines import Change, timeline

WORDS = Words(
    "x", "Kept & <broken>", "How many promises were kept.", ("what", "share", "from", "to")
)
MARKS = [Mark("one", 0.5, 0.2, 0.7, x=1), Mark("two & <b>", 0.9, 0.8, 0.95, x=2)]
CURVE = Steps("all", [1.0, 4.0, 9.0], [0.7, 0.4, 0.1], [0.5, 0.2, 0.0], [0.9, 0.6, 0.3])

ALL = {
    "line": line(WORDS, MARKS),
    "steps": steps(WORDS, CURVE, unit="hours"),
    "dots": dots(WORDS, MARKS),
}


@pytest.fixture(params=sorted(ALL))
def chart(request: pytest.FixtureRequest) -> Chart:
    return ALL[request.param]


def test_a_chart_is_named_and_described(chart: Chart) -> None:
    root = Xml.fromstring(chart.svg)
    named = root.attrib["aria-labelledby"].split()
    texts = {e.attrib.get("id"): e.text for e in root.iter()}
    assert root.attrib["role"] == "img"
    assert [texts[name] for name in named] == [WORDS.title, WORDS.description]


def test_the_table_beside_it_has_a_row_head_for_every_row(chart: Chart) -> None:
    table = Xml.fromstring(chart.table)
    assert len(table.findall("tbody/tr/th")) == len(table.findall("tbody/tr")) > 0
    assert Xml.fromstring(chart.figure()).tag == "figure"


def test_every_color_is_a_variable(chart: Chart) -> None:
    assert not re.search(r'(?:fill|stroke)="(?!var\(|none)', chart.svg)
    assert "<style" not in chart.svg
    assert "prefers-color-scheme:dark" in stacked([chart])


@settings(deadline=None)
@example([(0.0, 0.0, 5e-324)])
@example([(1e6, 0.0, 1e-10)])
@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e3), st.floats(0, 1e3)),
        min_size=1,
        max_size=8,
    )
)
def test_nothing_is_drawn_outside_the_frame(rows: list[tuple[float, float, float]]) -> None:
    marks = [Mark("m", v, v - lo, v + hi, x=i) for i, (v, lo, hi) in enumerate(rows)]
    for drawn in (line(WORDS, marks), dots(WORDS, marks)):
        places = re.findall(r'(?:cx|x|x1|x2)="([-\d.]+)"', drawn.svg)
        assert all(0 <= float(x) <= WIDTH for x in places)
        heights = re.findall(r'(?:cy|y|y1|y2)="([-\d.]+)"', drawn.svg)
        assert all(0 <= float(y) <= drawn.height for y in heights)


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(WrongNumber, match="at least one"):
        dots(WORDS, [])


def test_changes_of_one_day_share_a_line_and_one_sign() -> None:
    marks = [Mark(f"day {day}", 4, 3.8, 4.6, x=day) for day in range(8)]
    changes = [Change(2, "A"), Change(6.9, "B"), Change(6.95, "C"), Change(7, "D"), Change(9, "E")]
    drawn = timeline(Words("r", "Kept", "By day.", ("day", "share")), marks, changes)
    assert re.findall(r">([^<]+)</text></g>", drawn.svg) == ["A", "B–D"]


def test_a_sign_at_the_right_edge_stands_before_its_line() -> None:
    """Behind it the second of two signs would be cut off by the edge of the picture."""
    marks = [Mark(f"day {i}", 4, 3.8, 4.6, x=i) for i in range(4)]
    drawn = timeline(WORDS, marks, [Change(0, "A"), Change(3, "B"), Change(3, "F")])
    assert re.findall(r'text-anchor="(\w+)"[^>]+font-size="12">', drawn.svg) == ["start", "end"]
