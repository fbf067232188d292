"""What an answer may look like, and what of it is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wingbeat.channels.context.shape import (
    MOST_BYTES,
    MOST_LINKS,
    MOST_ROWS,
    Row,
    WrongShape,
    read,
)


def answer(*rows: Any, title: Any = "Orders") -> bytes:
    return json.dumps({"sections": [{"title": title, "rows": list(rows)}]}).encode()


def only_row(**row: Any) -> Row:
    (section,) = read(answer({"label": "Order", "value": "A-1", **row})).sections
    (found,) = section.rows
    return found


def test_rows_have_labels_values_links_and_badges() -> None:
    row = only_row(value=12.5, link="https://shop.example/1", badge="paid", tone="good")
    assert row == Row("Order", "12.5", "https://shop.example/1", "paid", "good")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "data:text/html,x", "//shop.example/1", "/orders/1", "shop.example",
        "https://", "https://bank.example@evil.example/", "https://a.example/\u202egpj", 7,
        "https://[", "https://a b.example/", "HTTPS://a.example/" + "a" * 2000, ["https://a.example"],
    ],
)  # fmt: skip
def test_links_lead_to_the_web_and_nowhere_else(link: Any) -> None:
    with pytest.raises(WrongShape, match=r"sections\[0\]\.rows\[0\]\.link"):
        only_row(link=link)


def test_what_is_not_seen_or_turns_words_around_is_taken_out() -> None:
    assert only_row(value="a\u202eb\x00c\n\td\u200be").value == "a b c d e"
    assert only_row(tone="javascript").tone == ""
    assert only_row(tone=["good"]).tone == ""


def test_long_words_are_cut_and_say_so() -> None:
    row = only_row(label="l" * 500, value="v" * 100_00, badge="b" * 500)
    assert (len(row.label), len(row.value), len(row.badge)) == (40, 200, 24)
    assert row.value.endswith("…")


def test_what_is_too_much_is_left_out_and_said_to_be() -> None:
    rows = [{"label": "Order", "value": at, "link": "https://a.example"} for at in range(50)]
    panel = read(answer(*rows))
    shown = panel.sections[0].rows
    assert panel.is_cut
    assert [row.value for row in shown] == [str(at) for at in range(MOST_ROWS)]
    assert sum(bool(row.link) for row in shown) == MOST_LINKS
    assert not read(answer(*rows[:MOST_LINKS])).is_cut


def test_only_the_labels_that_were_asked_for_are_shown() -> None:
    body = answer({"label": "Plan", "value": "Gold"}, {"label": "Income", "value": 1})
    (section,) = read(body, only=["plan"]).sections
    assert [row.label for row in section.rows] == ["Plan"]
    assert read(body, only=["Nothing"]).sections == ()


def test_a_row_without_a_value_is_left_out() -> None:
    panel = read(answer({"label": "Order"}, {"label": "Order", "value": " "}))
    assert panel.sections == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b"\xff\xfe\xfd", "no JSON"),
        (b"[" * 60_000, "no JSON"),
        (b'{"sections": [{"rows": [{"label": "a", "value": ' + b"9" * 5000 + b"}]}]}", "no JSON"),
        (b" " * (MOST_BYTES + 1), "more than 64 kB"),
        (b"[]", "The answer is no object"),
        (b"{}", "sections is no list"),
        (b'{"sections": [7]}', r"sections\[0\] is no object"),
        (b'{"sections": [{"rows": {}}]}', r"sections\[0\]\.rows is no list"),
        (answer({"value": "x"}), "has no label"),
        (answer({"label": "x", "value": {}}), r"rows\[0\]\.value is neither"),
        (answer({"label": ["x"], "value": ""}), r"rows\[0\]\.label is neither"),
        (answer(title={}), r"sections\[0\]\.title is neither"),
    ],
)
def test_another_shape_is_refused_with_the_place_where_it_is_wrong(body: bytes, why: str) -> None:
    with pytest.raises(WrongShape, match=why):
        read(body)


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ("Europe/Budapest", "Europe/Budapest"), ("Mars/Olympus", ""), ("../etc/passwd", ""),
        ("Europe", ""), ("", ""), (7, ""), (None, ""),
    ],
)  # fmt: skip
def test_a_time_zone_is_one_that_there_is_or_none(named: Any, known: str) -> None:
    body = json.dumps({"zone": named, "sections": []}).encode()
    assert read(body).zone == known
