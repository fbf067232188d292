"""The night measures the desk in a process of its own, and keeps what it says, whatever it says."""

from __future__ import annotations

import csv
import os
import shutil
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests import cast
from tests.desk.insights.lives import caught_up, lived
from wingbeat.desk.conversations.ending import Reason
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.merging import merge
from wingbeat.desk.insights import measuring
from wingbeat.desk.insights.extracting import extract
from wingbeat.desk.insights.measuring import RunFailed, ask, is_due, latest_run, measure
from wingbeat.desk.insights.reading import Reading
from wingbeat.desk.insights.scopes import scopes
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.people.models import Agent
from wingbeat.stats import Estimate, NotEnough

pytestmark = pytest.mark.django_db(transaction=True)
NOW = cast.after(days=40)


@pytest.fixture(autouse=True)
def one_week_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "WEEKS", 1)


@pytest.fixture
def ada() -> Agent:
    return cast.ada()


@pytest.fixture
def support(ada: Agent) -> Inbox:
    return cast.support(ada)


def of(key: str) -> list[Reading]:
    return list(Reading.objects.filter(key=key).order_by("as_of_at"))


def test_a_run_keeps_readings_with_all_that_belongs_to_them(support: Inbox, ada: Agent) -> None:
    lived(support, ada, 24)
    caught_up()
    steps: list[tuple[int, int]] = []
    kept = measure(NOW, tell=lambda done, of: steps.append((done, of)))
    assert kept == Reading.objects.count()
    assert steps[-1] == (8, 8), "four laws at two times, each told"
    last = of("first_impression.kept")[-1]
    assert (last.team_id, last.inbox_ids, last.as_of_at) == (None, [support.pk], NOW)
    assert last.version == "first_impression@1"
    found = last.measured.result
    assert isinstance(found, Estimate)
    assert (found.n, found.value) == (24, 0.0), "every first word came after its day"
    assert found.low <= found.value <= found.high < 0.2
    assert of("first_impression.kept")[0].as_of_at == NOW - timedelta(weeks=1)
    first = Reading.objects.filter(key="first_impression.kept").order_by("pk")[0]
    assert first.as_of_at == NOW, "the newest stands on its page while the past is still measured"
    assert of("memory.blend")[-1].measured.result == NotEnough(24, 50, of="ratings")
    run = latest_run()
    assert run is not None
    assert (run.kind, run.facts) == (Kind.LAWS_MEASURED, {"readings": kept})


def test_a_second_run_of_a_day_takes_the_place_of_the_first(
    support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "LAWS", ("support",))
    lived(support, ada, 2)
    caught_up()
    measure(NOW)
    before = Reading.objects.count()
    measure(NOW + timedelta(hours=1))
    assert Reading.objects.count() == before
    assert of("support.reopened")[-1].as_of_at == NOW + timedelta(hours=1)


def test_the_files_hold_no_word_no_address_and_no_agent(
    support: Inbox, ada: Agent, tmp_path: Any
) -> None:
    lived(support, ada, 3)
    caught_up()
    counts = extract(tmp_path, [support.pk], now=NOW)
    assert counts["conversations"] == 3
    assert counts["messages"] == 6
    assert counts["moments"] > 3
    told = "\n".join(path.read_text() for path in tmp_path.iterdir())
    assert "lamp" not in told
    assert "@" not in told
    assert "agent" not in told.lower()


def test_what_was_merged_is_read_in_its_whole_in_the_files_too(
    support: Inbox, ada: Agent, tmp_path: Any
) -> None:
    whole, part, late = (cast.opened(support, cast.said(at=cast.after(hours=n))) for n in range(3))
    part.reply(cast.letter("We look."), by=ada, at=cast.after(hours=1.5), seen=None)
    other = Inbox.objects.create(name="Sales", address="sales@desk.example")
    elsewhere = cast.opened(other, cast.said(at=cast.after(hours=4)))
    late.refresh_from_db()
    part.refresh_from_db()
    merge(late, into=part, by=ada, at=cast.after(hours=5))
    for source in (part, elsewhere):
        source.refresh_from_db()
        merge(source, into=whole, by=ada, at=cast.after(hours=6))
    caught_up()
    counts = extract(tmp_path, [support.pk], now=NOW)
    assert counts["conversations"] == 1
    with (tmp_path / "messages.csv").open() as file:
        rows = [(row["conversation"], row["seq"], row["side"]) for row in csv.DictReader(file)]
    sides = ["customer", "customer", "us", "customer"]
    assert rows == [(str(whole.pk), str(n), side) for n, side in enumerate(sides)]


def test_of_two_ends_of_a_conversation_the_files_hold_the_first(
    support: Inbox, ada: Agent, tmp_path: Any
) -> None:
    """The law asks how long an end held: of one that did not, the later end knows nothing."""
    (one,) = lived(support, ada, 1)
    one.reopen(by=ada, at=cast.after(days=5))
    one.end(by=ada, at=cast.after(days=6), reason=Reason.ANSWERED)
    extract(tmp_path, [support.pk], now=NOW)
    with (tmp_path / "conversations.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert int(row["ended_at"]) == cast.after(days=4).timestamp()


def test_a_restricted_conversation_is_in_no_number(
    support: Inbox, ada: Agent, tmp_path: Any
) -> None:
    made = lived(support, ada, 3)
    made[0].restrict(to=[ada], by=ada, at=NOW)
    counts = extract(tmp_path, [support.pk], now=NOW)
    assert counts["conversations"] == 2


def test_a_run_that_dies_is_told_and_tried_again(
    support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(support, ada, 1)
    monkeypatch.setattr(measuring, "MEGABYTES", 30)  # Python itself hardly begins with that
    with pytest.raises(RunFailed):
        measure(NOW)
    run = latest_run()
    assert run is not None
    assert run.kind == Kind.LAWS_FAILED
    assert run.facts["code"]
    assert not Reading.objects.exists()
    assert not is_due(run, run.at + timedelta(minutes=50))
    assert is_due(run, run.at + timedelta(minutes=70))


def test_what_a_killed_run_left_is_cleared_away_and_a_running_one_is_left_alone(
    support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "LAWS", ("support",))
    left, running = settings.HOME / "laws-killed", settings.HOME / "laws-running"
    for folder in (left, running):
        folder.mkdir()
        (folder / "conversations.csv").write_text("1,7\n")
    os.utime(left, (0, 0))
    measure(NOW)
    there = list(settings.HOME.glob("laws-*"))
    shutil.rmtree(running)
    assert there == [running]


def test_an_owner_asks_once_and_the_desk_measures_once(
    support: Inbox, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "LAWS", ("support",))
    lived(support, ada, 1)
    owner, now = cast.olga(), timezone.now()
    ask(by=owner, at=now)
    ask(by=owner, at=now)
    assert Entry.objects.filter(kind=Kind.LAWS_ASKED).count() == 1
    assert measuring.measure_when_due(now + timedelta(seconds=1)) == 1
    assert measuring.measure_when_due(timezone.now()) == 0


def test_the_night_comes_once_a_day() -> None:
    night = datetime(2026, 3, 3, 3, 0, tzinfo=timezone.get_default_timezone())
    assert is_due(None, night)
    assert not is_due(None, night + timedelta(hours=9))
    run = measuring.Run(Kind.LAWS_MEASURED, night, {})
    assert not is_due(run, night + timedelta(hours=1))
    assert is_due(run, night + timedelta(hours=24))
    assert not is_due(run, night + timedelta(hours=31)), "not by day"


def test_a_team_of_few_has_no_numbers_of_its_own(support: Inbox, ada: Agent) -> None:
    people = [cast._agent(f"a{n}@desk.example", f"Agent {n}") for n in range(5)]
    for number, agent in enumerate(people[:4]):
        conversation = cast.opened(support, cast.said(at=cast.after(days=number)))
        at = cast.after(days=number, hours=1)
        conversation.reply(cast.letter(), by=agent, at=at, seen=None)
    assert set(scopes(cast.after(days=9))) == {"desk"}
    conversation = cast.opened(support, cast.said(at=cast.after(days=5)))
    conversation.reply(cast.letter(), by=people[4], at=cast.after(days=6), seen=None)
    team = support.teams.get()
    assert set(scopes(cast.after(days=9))) == {"desk", f"team {team.pk}"}
