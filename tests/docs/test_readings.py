"""docs/readings.md: each reading has its section, and its commands do what the page says."""

from __future__ import annotations

import csv
import doctest
import json
import re
import shlex
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.docs.tables import DOCS
from tools.principles import read
from wingbeat.config import cli
from wingbeat.desk.insights.extracting import extract
from wingbeat.laws.facts import BusinessEvent, Conversation, Message, Moment, Rating, Turn

PAGE = DOCS / "readings.md"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Whose commands are run below; the others have examples in Python, or nothing to run.
RUN = {"S0.9", "S0.21", "S0.25", "S2.16", "S2.20", "S2.21", "S2.23", "S4.12"}


def sections() -> dict[str, str]:
    """The page by principle; two that share a section have it both."""
    parts = re.split(r"(?m)^(?=\*\*S\d|## )", PAGE.read_text(encoding="utf-8"))
    return {
        id_: part
        for part in parts if part.startswith("**S")
        for id_ in re.findall(r"S\d\.\d+", part.split("**")[1])
    }  # fmt: skip


def commands(section: str) -> list[str]:
    return re.findall(r"(?m)^ {4}(wingbeat .*)$", section)


def put(folder: Path, **tables: Iterable[Any]) -> None:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        told = [asdict(row) for row in rows]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(told[0]))
            writer.writeheader()
            writer.writerows(told)


def ran(id_: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what the page says for a principle, in a folder that holds its tables."""
    monkeypatch.chdir(here)
    told = commands(sections()[id_])
    assert told
    for command in told:
        assert cli.main(shlex.split(command)[1:]) == 0


def readings(folder: Path, key: str) -> list[dict[str, Any]]:
    lines = (folder / "readings.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["key"] == key]


def at(**much: float) -> datetime:
    return MONDAY + timedelta(**much)


def talk(who: str, size: str | None = None) -> Conversation:
    return Conversation(
        id=f"c-{who}", customer=who, opened_at=MONDAY, ended_at=None, inbox=None, channel=None,
        cause=None, size=size, severity=1,
    )  # fmt: skip


def said(who: str, when: datetime, side: str = "customer", acts: str | None = None) -> Message:
    return Message(
        id=f"{who}-{when.isoformat()}-{side}", conversation=f"c-{who}", customer=who, at=when,
        seq=0, side=side, automatic=False, due_at=None, acts=acts,
    )  # fmt: skip


def rated(who: str, stars: int) -> Rating:
    return Rating(id=who, conversation=f"c-{who}", customer=who, at=at(days=3), stars=stars)


def test_every_reading_has_its_section_and_says_how_to_read_it_and_what_it_cannot_tell() -> None:
    rows = read((DOCS / "principles.md").read_text(encoding="utf-8"))
    told = sections()
    assert {row.id for row in rows if row.form == "docs"} == told.keys() - {"S0.26"}
    for id_, section in told.items():
        if id_ == "S0.26":
            continue
        has_reading = bool(commands(section) or ">>> " in section)
        assert has_reading or re.search(r"there is nothing yet|no law has\s+a reading", section)
        assert not has_reading or "*It cannot tell*" in section, id_


def test_every_command_of_the_page_is_run_here() -> None:
    assert {id_ for id_, section in sections().items() if commands(section)} == RUN


def test_a_work_that_is_cited_says_whether_it_was_stated_or_observed() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    known = re.findall(r"\*What is known:\*.*?(?=\. [A-Z])", text)
    cited = [one for one in known if re.search(r"\b(?:19|20)\d\d\b", one)]
    assert len(cited) >= 3
    assert [one for one in cited if not re.search(r"stated|observed", one)] == []


def test_the_examples_in_python_run() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried >= 6) == (0, True)


def test_a_kind_beginning_is_heard_and_a_cold_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, acts in (
        ("Good morning, and thank you, Ana, for Friday. The numbers: 40.", {"greets", "thanks"}),
        ("The numbers are bad. Items: invoices, parcels.", set()),
    ):
        (tmp_path / "notice.txt").write_text(words, encoding="utf-8")
        ran("S0.9", tmp_path, monkeypatch)
        (line,) = capsys.readouterr().out.splitlines()
        assert set(json.loads(line)["sentences"][0]["acts"]) == acts


def test_who_recommended_us_after_what_we_did_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, events = [said("late", at(days=200))], []
    for i in range(40):
        who, kind = f"p{i}", "thanks" if i % 2 else "asks"
        messages += [said(who, at(hours=i)), said(who, at(hours=i + 1), "us", kind)]
        if i % 2 or i < 4:
            told = BusinessEvent(id=who, customer=who, at=at(days=20), kind="referral")
            events.append(told)
    late = [rated("late", 5)]
    put(tmp_path / "tables", messages=messages, ratings=late, business_events=events)
    ran("S0.21", tmp_path, monkeypatch)
    found = readings(tmp_path / "readings", "harvest.business")
    (thanked,) = [row for row in found if row["details"]["act"] == "thanks"]
    assert thanked["value"] == pytest.approx(1 - 2 / 20)
    assert thanked["details"]["verdict"] == "more"


def test_colleagues_who_said_nothing_bound_what_the_others_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"p{i}" for i in range(20)]
    answers = [rated(who, 5 if i < 5 else 1) for i, who in enumerate(people[:7])]
    put(tmp_path / "asked", conversations=[talk(who) for who in people],
        messages=[said(who, MONDAY, "us") for who in people], ratings=answers)  # fmt: skip
    ran("S0.25", tmp_path, monkeypatch)
    (happy,) = readings(tmp_path / "readings", "support.happy")
    assert (happy["low"], happy["high"]) == (5 / 20, 18 / 20)


def test_the_best_episodes_are_found_by_id_and_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"p{i}" for i in range(24)]
    asked = [said(who, MONDAY) for who in people]
    ours = [said(who, at(hours=1 if who == "p7" else 60), "us") for who in people]
    put(tmp_path / "tables", messages=asked + ours, ratings=[rated("p7", 5), rated("p8", 1)])
    ran("S2.16", tmp_path, monkeypatch)
    with (tmp_path / "readings" / "episodes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    best = max(rows, key=lambda row: int(row["peak"]) + int(row["end"]))
    assert best["conversation"] == "c-p7"
    assert len(rows) == 24
    assert not {"name", "words", "text", "subject", "address"} & rows[0].keys()


def test_the_same_law_reads_how_long_customers_and_how_long_colleagues_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, hours in (("customers", 1), ("colleagues", 30)):
        people = [f"p{i}" for i in range(24)]
        rows = [said("late", at(days=3), "us"), *(said(who, MONDAY) for who in people)]
        put(tmp_path / folder, messages=rows + [said(who, at(hours=hours), "us") for who in people])
    ran("S2.20", tmp_path, monkeypatch)
    (ours,) = readings(tmp_path / "of-customers", "first_impression.kept")
    (theirs,) = readings(tmp_path / "of-colleagues", "first_impression.kept")
    assert (ours["value"], theirs["value"]) == (1, 0)


def test_how_evenly_the_hard_ones_lie_is_told_of_a_team_and_of_no_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turns(team: str, people: int) -> list[Turn]:
        return [
            Turn(agent=f"{team}-{i}", team=team, at=at(hours=j), hard=j % 3 == 0, rested=True)
            for i in range(people) for j in range(12)
        ]  # fmt: skip

    put(tmp_path / "tables", turns=[*turns("many", 6), *turns("few", 4)])
    ran("S2.21", tmp_path, monkeypatch)
    told = readings(tmp_path / "readings", "people_first.even")
    states = {row["details"]["team"]: (row["state"], row.get("value")) for row in told}
    assert states["many"] == ("estimate", pytest.approx(0, abs=1e-9))
    assert states["few"][0] == "not_enough"


def test_whether_giving_something_ends_well_is_read_among_failures_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moment(who: str, day: float, kind: str, value: int) -> Moment:
        return Moment(customer=who, conversation=f"c-{who}", at=at(days=day), seq=0, kind=kind,
                      value=value, evidence=None)  # fmt: skip

    moments = []
    for i in range(120):
        who, acted, back = f"p{i}", i % 2 == 0, i % 20 < 10 if i % 2 else i % 20 < 18
        moments += [moment(who, i / 10, "answer", 100 + i % 7 * 10),
                    moment(who, 30 + i / 10, "step_failed", -500 - i % 5 * 10)]  # fmt: skip
        moments += [moment(who, 31 + i / 10, "grant", 400)] if acted else []
        word, value = ("thanks", 500) if back else ("complaint", -500)
        moments.append(moment(who, 45 + i / 10, word, value))
    put(tmp_path / "tables", moments=[*moments, moment("late", 200, "answer", 0)])
    ran("S2.23", tmp_path, monkeypatch)
    (effect,) = readings(tmp_path / "readings", "recovery.effect")
    assert effect["details"]["verdict"] == "more"
    assert effect["value"] > 0.2


def test_whether_small_and_big_wait_alike_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks, messages = [], [said("late", at(days=9), "us")]
    for i in range(120):
        who, size = f"p{i}", "small" if i % 2 else "big"
        talks.append(talk(who, size))
        waited = (1 + i % 10) * (4 if i % 2 else 1)
        messages += [said(who, MONDAY), said(who, at(hours=waited), "us")]
    put(tmp_path / "tables", conversations=talks, messages=messages)
    ran("S4.12", tmp_path, monkeypatch)
    (waits,) = readings(tmp_path / "readings", "respect.first_words")
    assert waits["value"] < 0.4
    assert waits["details"]["verdict"] == "small fare worse"


@pytest.mark.django_db
def test_what_colleagues_write_to_each_other_reaches_no_law(tmp_path: Path) -> None:
    ada, inbox = cast.ada(), cast.support(cast.ada(), cast.max_())
    found = cast.opened(inbox)
    found.reply(cast.letter(), by=ada, at=cast.after(minutes=5), seen=None)

    def extracted() -> str:
        extract(tmp_path, [inbox.pk], now=cast.after(hours=2))
        names = ("messages", "conversations", "moments", "ratings")
        return "".join((tmp_path / f"{name}.csv").read_text() for name in names)

    before = extracted()
    assert before.count("\n") > 4 + 2, "both messages are there"
    found.note(cast.letter("You people again!", to=()), by=cast.max_(), at=cast.after(hours=1))
    assert extracted() == before
