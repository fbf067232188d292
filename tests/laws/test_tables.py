"""Foreign tables come in whole, or every problem is told at once."""

from __future__ import annotations

import pyarrow as pa
import pytest

from wingbeat.laws.facts import SHAPES, columns
from wingbeat.laws.tables import WrongTables, arrow_schema, conform, lacking

GOOD = {
    "id": ["01", "2"], "conversation": ["c", "d"], "customer": ["ana", "bo"],
    "at": ["2026-03-01T09:30:00+01:00", "1772353800"], "stars": [" 4", "5"],
}  # fmt: skip


def test_texts_become_the_types_of_their_columns() -> None:
    table = conform({"ratings": pa.table(GOOD | {"comment": ["hi", ""]})})["ratings"]
    assert table.schema == arrow_schema(SHAPES["ratings"])
    assert table.to_pylist()[0] == {
        "id": "01", "conversation": "c", "customer": "ana", "at": 1772353800, "stars": 4,
    }  # fmt: skip
    assert table["at"].to_pylist() == [1772353800, 1772353800]


def test_a_timestamp_column_becomes_seconds() -> None:
    at = pa.array([1772353800000, None], pa.timestamp("ms", "UTC"))
    with pytest.raises(WrongTables) as caught:
        conform({"ratings": pa.table(GOOD | {"at": at})})
    assert [str(p) for p in caught.value.problems] == ["ratings.at, row 2: '' must not be empty"]


def test_every_problem_is_told_with_column_row_and_rule() -> None:
    bad = pa.table(
        {
            "id": ["1", "2", "3"], "customer": ["ana", " ", ""], "at": ["soon", "5", "2026-03-01"],
            "side": ["us", "them", "us"], "seq": ["0", "-1", "1.5"], "automatic": ["no", "?", "1"],
            "acts": ["thanks complains", "thanks bows", ""],
        }
    )  # fmt: skip
    with pytest.raises(WrongTables) as caught:
        conform({"messages": bad, "tickets": bad})
    told = [str(problem) for problem in caught.value.problems]
    assert (
        told[0]
        == "messages.conversation: missing; it holds: the conversation it belongs to (a text)"
    )
    assert "messages.customer, row 2, and 1 more: '' must not be empty" in told
    assert any(line.startswith("messages.at, row 1: 'soon' is not a time") for line in told)
    assert "messages.at, row 2: '5' lies outside 1971 to 2100" in told
    assert "messages.side, row 2: 'them' is none of: customer, us" in told
    assert any(line.startswith("messages.seq, row 2: '-1' is outside") for line in told)
    assert "messages.seq, row 3: '1.5' is not a whole number" in told
    assert "messages.automatic, row 2: '?' is not yes or no" in told
    assert any(line.startswith("messages.acts, row 2: 'thanks bows' is none of") for line in told)
    assert any(line.startswith("tickets.*: no such table; there are: moments") for line in told)


def test_without_order_or_receipts_the_file_is_taken_as_it_stands() -> None:
    bare = {
        "id": ["1", "2"], "conversation": ["c", "c"], "customer": ["ana", "ana"],
        "at": ["2026-03-01T09:30:00Z"] * 2, "side": ["customer", "us"],
    }  # fmt: skip
    table = conform({"messages": pa.table(bare)})["messages"]
    assert table.schema == arrow_schema(SHAPES["messages"])
    assert [(row["seq"], row["automatic"]) for row in table.to_pylist()] == [(0, False), (1, False)]
    assert set(lacking({"messages": pa.table(bare)})) == {
        "messages.seq", "messages.automatic", "messages.due_at", "messages.acts",
    }  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_every_column_says_what_it_holds(name: str) -> None:
    assert [column.name for column in columns(SHAPES[name]) if not column.rule.says] == []
    assert (SHAPES[name].__doc__ or "").endswith(".")


def test_numbers_beyond_all_bounds_are_told_by_row() -> None:
    day = pa.array([40_000_000] * 3)
    assets = pa.table(
        {
            "id": ["a", "b", "c"], "kind": ["x"] * 3, "verified_at": day, "harm": [1.0] * 3,
            "views_per_day": [1.0, float("nan"), float("inf")],
        }
    )  # fmt: skip
    endless = GOOD | {"stars": ["9" * 20, "4"], "at": ["9" * 20, "1772353800"]}
    infinite = GOOD | {"stars": [float("inf"), 4.0]}
    second = "a time such as 2026-03-01T09:30:00Z, or whole seconds since 1970"
    nines = f"row 1: '{'9' * 20}' is not"
    for tables, problems in (
        ({"assets": assets}, ["assets.views_per_day, row 2, and 1 more: 'nan' is not finite"]),
        ({"ratings": pa.table(infinite)}, ["ratings.stars, row 1: 'inf' is not a whole number"]),
        ({"ratings": pa.table(endless)},
         [f"ratings.at, {nines} {second}", f"ratings.stars, {nines} a whole number"]),
    ):  # fmt: skip
        with pytest.raises(WrongTables) as caught:
            conform(tables)
        assert [str(p) for p in caught.value.problems] == problems
