"""What a good end cost, and what those cost of which nobody told."""

from __future__ import annotations

import numpy as np
import pytest

from tests.laws.conftest import after, seconds
from tests.laws.recovery.stories import POLICY, granted, lived, told
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Grant, Moment
from wingbeat.laws.recovery.report import price, report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate
from wingbeat.stats.shares import wilson


def test_what_a_good_end_cost_stands_beside_those_that_cost_nothing(
    duckdb_engine: Engine,
) -> None:
    rows = []
    for i in range(44):
        who = f"c{i}"
        rows += [lived(who, 0, "answer", 0), lived(who, 10, "complaint", -500)]
        if i < 40:
            rows.append(lived(who, 20, "rating", 500 if i % 4 else -500))
        if i % 2:
            rows.append(lived(who, 11, "grant", 400))
    grants = [
        Grant(id=f"g{i}-{day}", conversation=None, customer=f"c{i}", at=after(days=day), cents=300,
              cause=None)
        for i in range(44)
        # Three for each failure; others long before it, too late, or with no failure at all.
        for day in ((2, 11, 12, 13, 30) if i % 2 else (40,))
    ]  # fmt: skip
    tables = {
        "moments": duckdb_engine.put("moments", table_of(Moment, rows)),
        "grants": duckdb_engine.put("grants", table_of(Grant, grants)),
    }
    found = report(tables, POLICY, as_of=seconds(after(days=100)))
    cost = told(found, "recovery.cost")
    assert isinstance(cost.result, Estimate)
    assert cost.result.value == 9  # all twenty with a grant whose end is known ended well
    assert cost.details["at_most"] == pytest.approx(22 * 9 / 20)
    assert (cost.details["anyway"], cost.details["without"]) == (0.5, 20)  # and ten of the others
    sentence = speak(cost.says, law="recovery")
    assert "the ends of 20 are known" in sentence
    assert sentence.endswith(
        "Of 20 failures without a grant whose ends are known 50\N{NO-BREAK SPACE}% ended well, too."
    )
    well = told(found, "recovery.recovered")
    assert isinstance(well.result, Estimate)
    assert (well.result.value, well.result.n, well.details["unknown"]) == (0.75, 40, 4)
    assert "Of 4 more we heard nothing" in speak(well.says, law="recovery")


def test_what_was_given_where_nobody_told_is_no_saving(duckdb_engine: Engine) -> None:
    grants = [Grant(id=f"g{i}", conversation=None, customer=f"c{i}", at=after(days=11), cents=1000,
                    cause=None) for i in range(200)]  # fmt: skip
    rows = granted(194, 6, 0)
    tables = {
        "moments": duckdb_engine.put("moments", table_of(Moment, rows)),
        "grants": duckdb_engine.put("grants", table_of(Grant, grants)),
    }
    cost = told(report(tables, POLICY, as_of=seconds(after(days=100))), "recovery.cost")
    sentence = speak(cost.says, law="recovery")
    assert f"{200 * 10 / 6:.2f}, if none of them ended well" in sentence
    assert "Of 0 failures" not in sentence


@pytest.mark.parametrize(("without", "told_of_them"), [(4, False), (5, True)])
def test_fewer_ends_than_a_share_takes_are_no_share(
    duckdb_engine: Engine, without: int, told_of_them: bool
) -> None:
    rows = granted(0, 10, without)
    rows += [lived(f"c{10 + i}", 20, "rating", 500) for i in range(without)]
    grants = [Grant(id=f"g{i}", conversation=None, customer=f"c{i}", at=after(days=11), cents=1000,
                    cause=None) for i in range(10)]  # fmt: skip
    tables = {
        "moments": duckdb_engine.put("moments", table_of(Moment, rows)),
        "grants": duckdb_engine.put("grants", table_of(Grant, grants)),
    }
    cost = told(report(tables, POLICY, as_of=seconds(after(days=100))), "recovery.cost")
    assert ("without a grant" in speak(cost.says, law="recovery")) == told_of_them


@pytest.mark.parametrize("customers", [20, 60])
def test_what_a_good_end_cost_has_the_chance_of_the_grants_in_its_range(customers: int) -> None:
    """Of the share alone it misses one time in four where grants are as uneven as incomes."""
    rng, missed, alone = np.random.default_rng(11), 0, 0
    for _ in range(400):
        given = 20 * np.exp(rng.normal(0, 1, customers) - 0.5)
        good = rng.random(customers) < 0.7
        share = wilson(int(good.sum()), customers)
        found = price(share, given, np.arange(customers))
        missed += found.excludes(20 / 0.7)
        alone += not given.mean() / share.high <= 20 / 0.7 <= given.mean() / share.low
    assert missed / 400 < 0.1
    assert alone / 400 > 0.15


def test_a_price_that_hardly_one_customer_tells_has_no_upper_limit() -> None:
    """One customer, of whose failures nobody knows the end, got nearly all that was given."""
    whose = np.array([0] * 60 + list(range(1, 11)))
    found = price(wilson(6, 10), np.where(whose == 0, 50.0, 5.0), whose)
    assert (found.low, found.high) == (0, np.inf)
