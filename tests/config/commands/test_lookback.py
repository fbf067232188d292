"""`wingbeat lookback` on every kind of export, on an old desk that never answered, and on ruins."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.channels.moving.standin import Zammad
from tests.channels.moving.test_mailboxes import MAILS, OTHER, mbox
from tests.channels.moving.test_zammad import written as zammad_tables
from wingbeat.config import exporting
from wingbeat.config.cli import main
from wingbeat.desk.conversations.ending import Reason

BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
QUESTION = "My lamp does not light since the storm. What can I do?"
Row = dict[str, str]


def row(ref: int, hours: float, kind: str, text: str, **more: str) -> Row:
    theirs = f"Nora <nora{ref}@home.example>"  # each conversation is another customer's
    return {
        "conversation": str(ref), "at": (BEGAN + timedelta(hours=hours)).isoformat(), "kind": kind,
        "from": "Ada Fields <ada@desk.example>" if kind == "agent" else theirs,
        "text": text, "state": "", "ended_at": "",
    } | more  # fmt: skip


def table(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def a_desk() -> list[Row]:
    """Forty conversations: thirty answered after an hour, ten never; and what else goes wrong."""
    rows = []
    for ref in range(40):
        rows.append(row(ref, ref * 24, "customer", QUESTION))
        if ref < 30:
            end = (BEGAN + timedelta(hours=ref * 24 + 2)).isoformat()
            rows[-1]["ended_at"] = end
            rows.append(row(ref, ref * 24 + 1, "agent", "Hello, turn the bulb to the right."))
        if ref < 6:  # back within three days of its end
            rows.append(row(ref, ref * 24 + 20, "customer", "Thanks Ada, it still does not work."))
    rows.append(row(50, 1, "customer", QUESTION))
    rows.append(row(50, 2, "agent", "Ada here: we will send you a new one by Friday."))
    rows.append(row(60, 3, "customer", "Buy our lamps now!", state="spam"))
    rows.append(row(70, 60 * 24, "customer", "A new question, of today?"))
    return rows


def looked(place: Path, folder: Path, *more: str) -> tuple[dict[str, Any], str]:
    out = folder / "found.html"
    assert main(["lookback", str(place), "--out", str(out), *more]) == 0
    return json.loads(out.with_suffix(".json").read_text()), out.read_text()


def refs(told: dict[str, Any], kind: str) -> set[str]:
    return {one["ref"] for one in told["lists"][kind]}


def test_a_table_shows_waits_silences_promises_and_last_steps(tmp_path: Path) -> None:
    link = "https://old.example/tickets/{ref}"
    told, page = looked(table(tmp_path / "old.csv", a_desk()), tmp_path, "--link", link)
    numbers = told["numbers"]
    assert (told["conversations"], told["spam_left_out"]) == (42, 1)
    assert refs(told, "silence") == {str(ref) for ref in range(30, 40)}  # that of today may wait
    assert numbers["never"]["value"] == pytest.approx(10 / 41)
    assert numbers["never"]["low"] < 10 / 41 < numbers["never"]["high"]
    assert (numbers["median"]["value"], numbers["median"]["n"]) == (1.0, 42)
    assert numbers["ninth"]["state"] == "never"
    assert numbers["reopened"]["value"] == pytest.approx(6 / 30)
    assert refs(told, "promise") == {"50"}
    assert refs(told, "last_step") == {str(ref) for ref in range(6)}
    assert [(one["month"], one["n"]) for one in told["months"]] == [
        ("2026-01", 28), ("2026-02", 13), ("2026-03", 1),
    ]  # fmt: skip
    assert told["months"][2]["never"]["state"] == "not_enough"
    assert 'href="https://old.example/tickets/31"' in page
    assert "due 9 Jan 2026, 18:00" in page


def test_nothing_is_told_of_those_who_answered(tmp_path: Path) -> None:
    told, page = looked(table(tmp_path / "old.csv", a_desk()), tmp_path)
    for text in (page, json.dumps(told, ensure_ascii=False)):
        assert "Ada" not in text
        assert "Fields" not in text
        assert "desk.example" not in text
    assert "it still does not work" in page


def test_the_page_asks_for_nothing_from_elsewhere(tmp_path: Path) -> None:
    rows = [*a_desk(), row(80, 5, "customer", "<script>alert(1)</script> Where is my lamp now?")]
    _told, page = looked(table(tmp_path / "old.csv", rows), tmp_path)
    assert "<script" not in page
    assert "url(" not in page
    assert "src=" not in page


def test_a_desk_that_never_answered_anybody_has_a_page(tmp_path: Path) -> None:
    rows = [row(ref, ref * 24, "customer", QUESTION) for ref in range(60)]
    told, page = looked(table(tmp_path / "old.csv", rows), tmp_path)
    numbers = told["numbers"]
    assert numbers["never"]["value"] == 1.0
    assert (numbers["median"]["state"], numbers["ninth"]["state"]) == ("never", "never")
    assert numbers["reopened"] == {"state": "cannot_be_seen", "connect": "times of endings"}
    assert page.count("<svg") == 1  # by month; there is no curve of answers


def test_those_answered_this_week_do_not_hide_those_never_answered(tmp_path: Path) -> None:
    """Half are answered within the hour, the others never, this week as any other."""
    rows = []
    for ref in range(120):
        asked = ref if ref < 60 else 35 * 24 + ref
        rows.append(row(ref, asked, "customer", QUESTION))
        if ref % 2:
            rows.append(row(ref, asked + 0.5, "agent", "Hello, turn the bulb to the right."))
    told, _page = looked(table(tmp_path / "old.csv", rows), tmp_path)
    assert (told["numbers"]["never"]["value"], told["numbers"]["never"]["n"]) == (0.5, 60)


def test_forty_conversations_of_a_few_tell_less_than_of_forty(tmp_path: Path) -> None:
    def never(customers: int) -> dict[str, Any]:
        rows = [one | ({"from": f"Nora <n{int(one['conversation']) % customers}@home.example>"}
                       if one["kind"] == "customer" else {}) for one in a_desk()]  # fmt: skip
        folder = tmp_path / str(customers)
        folder.mkdir()
        found: dict[str, Any] = looked(table(folder / "old.csv", rows), folder)[0]["numbers"]
        return found

    few, many, lone = never(4), never(1000), never(1)
    for name in ("never", "reopened"):
        assert few[name]["value"] == many[name]["value"]
        assert few[name]["high"] > many[name]["high"]
        assert (lone[name]["state"], lone[name]["needed"]) == ("not_enough", 2)
    assert few["median"]["high"] is None or few["median"]["high"] >= many["median"]["high"]


def test_too_few_and_none_are_results(tmp_path: Path) -> None:
    told, _page = looked(table(tmp_path / "one.csv", [row(1, 0, "customer", QUESTION)]), tmp_path)
    assert told["numbers"]["never"]["state"] == "not_enough"
    (tmp_path / "empty.csv").write_text("conversation,at,kind,from,text\n")
    (tmp_path / "further").mkdir()
    told, page = looked(tmp_path / "empty.csv", tmp_path / "further")
    assert (told["conversations"], page.count("<svg")) == (0, 0)


def test_a_mailbox_is_read_with_the_addresses_one_wrote_from(tmp_path: Path) -> None:
    box = mbox(tmp_path / "old.mbox", MAILS)
    told, _page = looked(box, tmp_path, "--ours", "support@desk.example")
    assert told["conversations"] == 2
    median = told["numbers"]["median"]
    assert (median["state"], median["n"], median["needed"]) == ("not_enough", 2, 20)


def test_a_mailbox_without_them_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = mbox(tmp_path / "old.mbox", [OTHER])
    assert main(["lookback", str(box), "--out", str(tmp_path / "found.html")]) == 1
    assert "--ours support@example.org" in capsys.readouterr().err


def test_a_zammad_is_read_from_its_tables(tmp_path: Path) -> None:
    zammad = Zammad()
    for pk in range(1, 25):
        zammad.user(100 + pk, "Nora", "Lind", f"nora{pk}@customers.example")
        zammad.ticket(pk, "A broken lamp", customer_id=100 + pk)
        file = {"id": 100 + pk, "filename": "lamp.png", "preferences": {"Mime-Type": "image/png"}}
        zammad.article(pk, pk, QUESTION, by=100 + pk, attachments=[file])
    zammad_tables(zammad, tmp_path / "dump")
    told, _page = looked(tmp_path / "dump", tmp_path)
    assert told["conversations"] == 24
    assert told["numbers"]["median"]["state"] == "never"


@pytest.mark.django_db
def test_our_own_export_is_read_again(tmp_path: Path) -> None:
    ada = cast.ada()
    inbox = cast.support(ada)
    cast.opened(inbox, cast.said(QUESTION))
    spam = cast.opened(inbox, cast.said("Buy lamps"))
    spam.end(by=ada, at=cast.after(hours=1), reason=Reason.SPAM)
    exporting.export(tmp_path / "out")
    told, _page = looked(tmp_path / "out", tmp_path)
    assert (told["conversations"], told["spam_left_out"]) == (1, 1)
    assert told["left_out"] == []


def test_a_line_that_cannot_be_read_is_told_and_nothing_else_is_lost(tmp_path: Path) -> None:
    rows = [*a_desk(), row(90, 4, "somebody", "Hello?"), row(91, 4, "customer", QUESTION)]
    told, page = looked(table(tmp_path / "old.csv", rows), tmp_path)
    assert told["left_out"][0] == {
        "what": f"line {len(rows)}, 90", "why": "kind is one of customer, agent, note",
    }  # fmt: skip
    assert "91" in refs(told, "silence")
    assert "kind is one of customer, agent, note" in page


def test_a_torn_export_of_ours_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    folder.mkdir()
    (folder / "conversations.jsonl").write_text('{"number": "1", "inb\n[1]\n')
    told, _page = looked(folder, tmp_path)
    assert [one["what"] for one in told["left_out"]] == [
        "conversations.jsonl, line 1", "conversations.jsonl, line 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "there is nothing of that name"),
        (lambda path: path.mkdir(), "is of no kind that can be read"),
        (lambda path: path.write_bytes(b"\x00\x01"), "is of no kind that can be read"),
        (lambda path: path.write_text("a,b\n1,2\n"), "the first line needs conversation"),
        (
            lambda path: path.write_bytes(b"conversation,at,kind,from,text\n1,2,3,4,caf\xe9\n"),
            "a byte that is no UTF-8",
        ),
    ],
)
def test_what_is_no_export_is_told_with_what_is_allowed(
    make: Any, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ("old.csv" if "line" in says or "byte" in says else "old")
    make(path)
    assert main(["lookback", str(path), "--out", str(tmp_path / "found.html")]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert str(path) in told
    assert not (tmp_path / "found.html").exists()


def test_what_is_there_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, out = table(tmp_path / "old.csv", a_desk()), tmp_path / "found.html"
    out.write_text("mine")
    assert main(["lookback", str(place), "--out", str(out)]) == 1
    assert out.read_text() == "mine"
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"), [("--zone", "Nowhere/Land"), ("--link", "https://a.example/{who}")]
)
def test_a_wrong_option_says_what_is_allowed(
    option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = table(tmp_path / "old.csv", a_desk())
    out = str(tmp_path / "found.html")
    assert main(["lookback", str(place), "--out", out, option, value]) == 1
    assert f"{option} {value} is no" in capsys.readouterr().err
