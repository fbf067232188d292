"""`wingbeat laws`: from a folder of CSV files to readings, and clear words where it cannot."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pyarrow.parquet
import pytest

from wingbeat.analytics import command, running
from wingbeat.analytics.engines import WrongEngine, open_engine
from wingbeat.laws.readings import Reading, Report
from wingbeat.stats import Estimate

HEAD = "id,conversation,customer,at,seq,side,automatic\n"


@pytest.fixture(autouse=True)
def nobody_is_here() -> None:
    """Nothing to forget: laws know no desk."""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Forty conversations of forty customers, answered after one to five hours, some never."""
    lines = []
    for i in range(40):
        day = f"2026-03-{1 + i % 28:02}"
        lines.append(f"{2 * i},{i},c{i},{day}T08:00:00Z,0,customer,no")
        if i % 8:
            lines.append(f"{2 * i + 1},{i},c{i},{day}T{9 + i % 5:02}:00:00Z,0,us,no")
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "messages.csv").write_text(HEAD + "\n".join(lines) + "\n")
    return folder


def laws(*words: object) -> int:
    return command.main([str(word) for word in words])


@pytest.mark.parametrize("between", [";", "\t"])
def test_what_other_countries_write_between_columns_is_read(
    tables: Path, tmp_path: Path, between: str, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = tables / "messages.csv"
    messages.write_text(messages.read_text().replace(",", between))
    assert laws("run", "first_impression", "--from", tables, "--to", tmp_path / "out") == 0
    assert "of 40 conversations" in capsys.readouterr().out


def test_a_csv_becomes_readings_tables_and_a_picture(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, picture = tmp_path / "out", tmp_path / "out.svg"
    code = laws("run", "first_impression", "--from", tables, "--to", out, "--plot", picture,
                "--as-of", "2026-04-30")  # fmt: skip
    assert code == 0
    rows = [json.loads(line) for line in (out / "readings.jsonl").read_text().splitlines()]
    kept = next(row for row in rows if row["key"] == "first_impression.kept")
    assert (kept["state"], kept["value"], kept["n"]) == ("estimate", 0.875, 40)
    assert kept["engine"] == "duckdb"
    assert pyarrow.parquet.read_table(out / "waits.parquet").num_rows == 40
    assert picture.read_text().startswith("<svg")
    assert "First words came in time for 88\N{NO-BREAK SPACE}%" in capsys.readouterr().out


def test_memory_derives_its_moments_from_messages(tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = laws("run", "memory", "--from", tables, "--to", out, "--format", "csv",
                "--as-of", "2026-04-30")  # fmt: skip
    assert code == 0
    memories = (out / "memories.csv").read_text().splitlines()
    assert len(memories) == 41
    rows = [json.loads(line) for line in (out / "readings.jsonl").read_text().splitlines()]
    states = {row["key"]: row["state"] for row in rows}
    assert states["memory.remembered"] == "estimate"
    assert states["memory.blend"] == "cannot_be_seen"


def test_without_a_time_it_looks_from_the_latest_row(tables: Path, tmp_path: Path) -> None:
    assert laws("run", "first_impression", "--from", tables, "--to", tmp_path / "o") == 0
    [line, *_] = (tmp_path / "o" / "readings.jsonl").read_text().splitlines()
    assert json.loads(line)["as_of"] == 1774695600  # 2026-03-28T11:00:00Z


@pytest.mark.parametrize(("words", "says"), [
    (["run", "kindness", "--from", "{t}", "--to", "{o}"], "kindness: no such law; there are:"),
    (["run", "memory", "--from", "{t}/none", "--to", "{o}"], "no such folder; give one that holds"),
    (["run", "ripple", "--from", "{t}", "--to", "{o}"], "ripple needs ratings (.csv or"),
    (["run", "memory", "--from", "{t}", "--to", "{o}", "--engine", "oracle://x"],
     "engine 'oracle://x': no such kind; use one of: duckdb://"),
    (["run", "memory", "--from", "{t}", "--to", "{o}", "--as-of", "soon"], "soon"),
    (["validate", "--only", "V99"], "no case V99"),
])  # fmt: skip
def test_wrong_use_is_told(
    words: list[str], says: str, tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert laws(*(word.format(t=tables, o=tmp_path / "o") for word in words)) == 2
    assert says in capsys.readouterr().err


def test_bad_rows_are_told_together_and_nothing_is_written(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tables / "messages.csv").open("a") as file:
        file.write("99,9,c9,yesterday,0,them,no\n")
    assert laws("run", "first_impression", "--from", tables, "--to", tmp_path / "o") == 2
    told = capsys.readouterr().err
    assert "messages.at, row 76: 'yesterday' is not a time" in told
    assert "messages.side, row 76: 'them' is none of: customer, us" in told
    assert not (tmp_path / "o").exists()


def test_list_says_what_each_law_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert laws("list") == 0
    told = capsys.readouterr().out
    assert "memory            reads moments (made from messages, promises, changes," in told
    assert "decay             reads any of checks, assets, conversations" in told
    assert "ethics            reads promises; more with notices" in told


def test_validate_prints_expected_computed_and_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert laws("validate", "--only", "V3") == 0
    told = capsys.readouterr().out
    assert "V3    holds    published  memory" in told
    assert "57.54 -129.47 | 57.544 -129.474 | 0.01" in told
    assert told.endswith("1 of 1 hold.\n")


def test_the_command_loads_no_django() -> None:
    code = (
        "import sys\nfrom wingbeat.config import cli\ncli.main(['laws', 'list'])\n"
        "sys.exit('django' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode
        == 0
    )


def test_a_server_that_is_not_there_is_told() -> None:
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    with (
        pytest.raises(WrongEngine, match="cannot be reached"),
        open_engine("postgresql://nobody@127.0.0.1:1/none"),
    ):
        pass


def test_each_unit_is_drawn_on_a_scale_of_its_own(tables: Path, tmp_path: Path) -> None:
    picture = tmp_path / "out.svg"
    laws("run", "first_impression", "--from", tables, "--to", tmp_path / "o", "--plot", picture,
         "--as-of", "2026-04-30")  # fmt: skip
    drawn = picture.read_text()
    assert ">first_impression: share</text>" in drawn
    assert ">first_impression: hours</text>" in drawn
    fromstring(drawn)


def test_readings_of_one_key_are_told_apart_in_the_picture() -> None:
    share = Estimate(0.5, 0.4, 0.6, 30, "Wilson")
    each = tuple(
        Reading("harvest.each", share, "share", "own", "share_alone", {"act": act})
        for act in ("thanks", "tip")
    )
    assert [running.named(one) for one in each] == ["harvest.each thanks", "harvest.each tip"]
    picture = running.drawn("harvest", Report(each))
    assert ">each thanks</text>" in picture
    assert ">each tip</text>" in picture


def test_too_little_says_of_what_and_until_when(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laws("run", "first_impression", "--from", tables, "--to", tmp_path / "o", "--as-of",
         "2026-04-30")  # fmt: skip
    told = capsys.readouterr().out
    assert (
        "Too little to say yet: 40 of the 80 needed (conversations that customers began)." in told
    )
    assert told.startswith("Looked as of 2026-04-30 00:00 UTC, as you asked.\n")
    assert "At this pace" not in told  # it would be a day that is past


def test_a_day_is_foretold_where_the_tables_reach_to_today(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    days = [now - timedelta(days=9), now]
    rows = [f"{i},{i},c{i},{at:%Y-%m-%dT%H:%M:%SZ},0,customer,no" for i, at in enumerate(days)]
    (tmp_path / "messages.csv").write_text(HEAD + "\n".join(rows) + "\n")
    assert laws("run", "first_impression", "--from", tmp_path, "--to", tmp_path / "o") == 0
    told = capsys.readouterr().out
    latest = "the latest time in your tables (or: --as-of)"
    assert told.startswith(f"Looked as of {now:%Y-%m-%d %H:%M} UTC, {latest}.\n")
    [*_, day] = re.findall(r"there is enough about (\S+)\.\n", told)
    assert date.fromisoformat(day) > now.date()


PAGE = (Path(__file__).parents[2] / "docs" / "guide" / "laws-alone.md").read_text()


def test_the_page_of_the_laws_alone_can_be_followed_to_the_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tables").mkdir()
    code = [block.splitlines() for block in PAGE.split("\n\n") if block.startswith("    ")]
    [rows] = [block for block in code if block[0].strip().startswith("id,")]
    Path("tables/messages.csv").write_text("\n".join(line.strip() for line in rows))
    lines = [line.strip() for block in code for line in block]
    runs = [line.split() for line in lines if line.startswith("wingbeat laws run")]
    for words in runs:
        if "--engine" not in words:
            assert laws(*words[2:]) == 0, words
    told = capsys.readouterr().out
    assert "Too little to say yet: 2 of the 20 needed" in told
    assert "waits.svg: not drawn: no reading can speak yet" in told
    assert Path("readings/waits.csv").is_file()
    assert len(runs) == 4


def test_a_missing_column_is_told_and_not_counted_as_nothing(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = "id,customer,made_at,due_at\n"
    due = "".join(f"{i},c{i},2026-03-01,2026-03-02\n" for i in range(20))
    (tables / "promises.csv").write_text(heads + due)
    (tables / "conversations.csv").write_text("id,customer,opened_at\n1,c1,2026-03-01\n")
    for law in ("ethics", "support"):
        words = ("run", law, "--from", tables, "--to", tmp_path / law, "--as-of", "2026-04-30")
        assert laws(*words) == 0
    told = capsys.readouterr().out
    kept = "it holds: when it was kept; empty: not yet (a time such as"
    assert f"ethics.kept\n    Not measured: promises.kept_at: missing; {kept}" in told
    due = "support.crowd, support.acts, support.back\n    Not measured: messages.due_at: missing;"
    assert f"{due} it holds:" in told
    assert "0 of the" not in told
    [row, *_] = map(json.loads, (tmp_path / "ethics" / "readings.jsonl").read_text().splitlines())
    assert (row["state"], row["connect"]) == ("cannot_be_seen", "promises.kept_at")


@pytest.mark.parametrize(("law", "told"), [
    ("memory", "memory.blend\n    Not measured: no table ratings: A customer's own judgment"),
    ("recovery", "recovery.limit\n    Not measured: no table orders: What a customer paid for."),
    ("recovery", "recovery.effect, recovery.cost\n    Not measured: no table grants: Something"),
    ("first_impression", "first_impression.decides\n    Not measured: no table ratings:"),
    ("decay", "decay.half_life\n    Not measured: no table checks: One span of an asset's life"),
    ("decay", "decay.drift\n    Too little to say yet: "),
    ("respect", "respect.kept\n    Not measured: no table promises: What we told a customer"),
    ("respect", "respect.granted\n    Not measured: no table causes: One bad episode"),
    ("respect", "respect.granted\n    Not measured: no table grants: Something given to put"),
    ("harvest", "harvest.business\n    Not measured: no table business_events: What a customer"),
    ("harvest", "harvest.word, harvest.each\n    Not measured: messages.acts: missing; it holds"),
])  # fmt: skip
def test_a_missing_table_is_told_and_not_counted_as_nothing(
    law: str, told: str, tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if law in {"decay", "respect"}:
        head = "id,customer,opened_at,size\n"
        (tables / "conversations.csv").write_text(f"{head}1,c1,2026-03-01,big\n")
    if law == "harvest":
        (tables / "ratings.csv").write_text(
            "id,conversation,customer,at,stars\n1,1,c1,2026-03-01,5\n"
        )
    assert laws("run", law, "--from", tables, "--to", tmp_path / "o", "--as-of", "2026-04-30") == 0
    assert capsys.readouterr().out.count(told) == 1


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    code = "from wingbeat.config import cli; import sys; sys.exit(cli.main(['laws', 'list']))"
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)  # fmt: skip
    assert run.stdout
    run.stdout.close()
    assert (run.communicate()[1], run.returncode) == (b"", 0)


def test_what_is_taken_for_a_missing_column_is_told(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tables / "messages.csv"
    cut = [
        ",".join(line.split(",")[:4] + line.split(",")[5:6])
        for line in file.read_text().splitlines()
    ]
    file.write_text("\n".join(cut))
    assert laws("run", "first_impression", "--from", tables, "--to", tmp_path / "o") == 0
    told = capsys.readouterr().out
    assert "messages.seq: missing, so the order of the file is taken; it holds: order" in told
    assert "messages.automatic: missing, so no is taken; it holds: no person wrote it" in told


def test_moments_that_are_given_need_no_ratings_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    lines = [f"c{i},{i},2026-03-01,0,rating,{100 * (i % 5)}" for i in range(10)]
    head = "customer,conversation,at,seq,kind,value\n"
    (folder / "moments.csv").write_text(head + "\n".join(lines))
    assert laws("run", "memory", "--from", folder, "--to", tmp_path / "o") == 0
    assert "no table ratings" not in capsys.readouterr().out
