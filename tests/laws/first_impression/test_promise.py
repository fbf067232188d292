"""A time to promise, made from waits, and judged by what came after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.laws.conftest import after, seconds
from tests.laws.first_impression.test_waits import POLICY, read, said
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Message
from wingbeat.laws.first_impression.report import _promise, report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough
from wingbeat.stats.survival import Durations


def test_a_promise_from_the_past_is_judged_by_what_came_after(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(200):
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + 1 + i % 5), "us")]
    messages = duckdb_engine.put("messages", table_of(Message, thread))
    readings = report({"messages": messages}, POLICY, as_of=seconds(after(days=40))).readings
    promise = next(r for r in readings if r.key == "first_impression.promise")
    assert promise.details["hours"] == pytest.approx(4)
    half = replace(POLICY, promise_share=0.5)
    found = report({"messages": messages}, half, as_of=seconds(after(days=40))).readings
    told = speak(next(r for r in found if r.key == promise.key).says, law="first_impression")
    assert told.startswith(
        "Of 150 earlier waits 60\N{NO-BREAK SPACE}% were no longer than 3.0 hours, "
        "nights and weekends counted; of the latest 50, 6"
    )
    assert told.endswith(", which is not shown to be worse or better than before.")
    for one, verdict in ((9, "worse"), (0.1, "better")):
        slower = [
            *thread[:300],
            *(
                said(f"c{i}", after(hours=i + much), who)
                for i in range(150, 200)
                for much, who in ((0, "customer"), (one, "us"))
            ),
        ]
        other = {"messages": duckdb_engine.put("messages", table_of(Message, slower))}
        late = report(other, POLICY, as_of=seconds(after(days=40))).readings
        again = next(r for r in late if r.key == promise.key)
        assert again.details["verdict"] == verdict
        advice = speak(again.says, law="first_impression")
        assert advice.endswith("Do not promise it.") == (verdict == "worse")
    assert isinstance(promise.result, Estimate)
    assert promise.result.value == pytest.approx(0.8)
    assert promise.result.n == 50


def alike(span: float, mean: float, *, seed: int) -> list[Message]:
    """Four hundred openings over some hours, whose answers all take as long."""
    rng, thread = np.random.default_rng(seed), []
    for i in range(400):
        begun, wait = i / 400 * span, rng.exponential(mean)
        thread.append(said(f"c{i}", after(hours=begun)))
        if begun + wait < span:
            thread.append(said(f"c{i}", after(hours=begun + wait), "us"))
    return thread


def test_a_promise_is_not_kept_by_leaving_out_those_who_wait(duckdb_engine: Engine) -> None:
    young = read(duckdb_engine, alike(20, 8, seed=7), hours=20)["promise"].result
    assert isinstance(young, NotEnough)  # the latest quarter is younger than the promise
    assert young.of == "hours"
    kept = [
        read(duckdb_engine, alike(40, 4, seed=seed), hours=40)["promise"].result
        for seed in range(12)
    ]
    shares = [one.value for one in kept if isinstance(one, Estimate)]
    assert len(shares) == 12
    assert float(np.mean(shares)) == pytest.approx(0.8, abs=0.03)


def test_a_time_is_told_that_as_many_kept_as_are_told(duckdb_engine: Engine) -> None:
    """Four of five waited 3.04 hours at most; three of five kept the 3.0 of plain rounding."""
    thread = []
    for i in range(200):
        wait = 1.54 + i % 5 / 2
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + wait), "us")]
    promise = read(duckdb_engine, thread, days=40)["promise"]
    told = speak(promise.says, law="first_impression")
    assert "80\N{NO-BREAK SPACE}% were no longer than 3.1 hours" in told
    assert promise.details["hours"] == 3.1


def test_a_short_open_wait_does_not_silence_the_promise(duckdb_engine: Engine) -> None:
    thread = []
    for i in range(240):
        wait = 1 + i % 5 if i < 180 else 0.5
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + wait), "us")]
    thread.append(said("waits", after(hours=240)))
    promise = read(duckdb_engine, thread, hours=242)["promise"]
    assert isinstance(promise.result, Estimate)
    assert (promise.result.value, promise.details["hours"]) == (1, 4)
    assert promise.details["verdict"] == "better"


def test_nothing_changed_and_a_promise_is_seldom_called_better_or_worse() -> None:
    """The promised time is made from waits, too: it is not known, and its error counts."""
    rng, told, rounds = np.random.default_rng(3), 0, 600
    for _ in range(rounds):
        hours = rng.lognormal(1, 1, 800)
        found = _promise(Durations.of(hours, [True] * 800), hours + 1000, POLICY)
        told += found.details["verdict"] != "not shown"
    assert told / rounds < 0.065


def test_a_promise_is_better_kept_than_before_and_not_than_was_asked(
    duckdb_engine: Engine,
) -> None:
    """All of those before waited an hour, and so kept it; of the latest all but one."""
    thread = []
    for i in range(200):
        wait = 9 if i == 180 else 1
        thread += [said(f"c{i}", after(hours=i)), said(f"c{i}", after(hours=i + wait), "us")]
    promise = read(duckdb_engine, thread, days=40)["promise"]
    assert promise.details["verdict"] == "not shown"
    assert promise.details["share"] == 1
    told = speak(promise.says, law="first_impression")
    assert "Of 150 earlier waits 100\N{NO-BREAK SPACE}% were no longer than" in told
