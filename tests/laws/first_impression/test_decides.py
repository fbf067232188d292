"""Whether first words in time go with how the whole is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.laws.conftest import after, seconds
from tests.laws.first_impression.test_waits import POLICY, said
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Message, Rating
from wingbeat.laws.first_impression.report import report
from wingbeat.laws.readings import Reading
from wingbeat.laws.tables import table_of
from wingbeat.stats import Estimate, NotEnough


def judged(engine: Engine, early: list[int], late: list[int]) -> Reading:
    """The reading of a desk whose customers gave these stars, after early and after late words."""
    messages, ratings = [], []
    for hours, stars in ((1, early), (30, late)):
        for i, many in enumerate(stars):
            who = f"{hours}-{i}"
            messages += [said(who, after(hours=i)), said(who, after(hours=i + hours), "us")]
            ratings.append(
                Rating(id=who, conversation=f"c-{who}", customer=who, at=after(days=9), stars=many)
            )
    tables = {
        "messages": engine.put("messages", table_of(Message, messages)),
        "ratings": engine.put("ratings", table_of(Rating, ratings)),
    }
    found = report(tables, POLICY, as_of=seconds(after(days=30))).readings
    return next(one for one in found if one.key == "first_impression.decides")


def test_how_we_come_across_at_first_shows_in_how_we_are_judged(duckdb_engine: Engine) -> None:
    pleased, cross = [5] * 24 + [1] * 6, [5] * 9 + [1] * 21
    told = judged(duckdb_engine, pleased, cross).result
    assert isinstance(told, Estimate)
    assert told.value == pytest.approx(24 / 30 - 9 / 30)
    assert told.low > 0
    mirrored = judged(duckdb_engine, cross, pleased).result
    assert isinstance(mirrored, Estimate)
    assert mirrored.value == pytest.approx(-told.value)
    alike = judged(duckdb_engine, pleased, pleased).result
    assert isinstance(alike, Estimate)
    assert not alike.excludes(0), "a desk where it makes no difference is not told that it does"
    few = judged(duckdb_engine, pleased[:9], cross[:9]).result
    assert isinstance(few, NotEnough)


def test_how_many_stars_are_good_is_the_policys(duckdb_engine: Engine) -> None:
    early, late = [4] * 30, [3] * 30
    messages, ratings = [], []
    for hours, stars in ((1, early), (30, late)):
        for i, many in enumerate(stars):
            who = f"{hours}-{i}"
            messages += [said(who, after(hours=i)), said(who, after(hours=i + hours), "us")]
            ratings.append(
                Rating(id=who, conversation=f"c-{who}", customer=who, at=after(days=9), stars=many)
            )
    tables = {
        "messages": duckdb_engine.put("messages", table_of(Message, messages)),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, ratings)),
    }
    for good, difference in ((4, 1.0), (3, 0.0), (5, 0.0)):
        policy = replace(POLICY, good_stars=good)
        found = report(tables, policy, as_of=seconds(after(days=30))).readings
        told = next(r.result for r in found if r.key == "first_impression.decides")
        assert isinstance(told, Estimate)
        assert told.value == difference
