"""The effect of a grant: one that regression to the mean cannot fake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.laws.conftest import after, seconds
from tests.laws.recovery.stories import POLICY, columns, failures, granted, lived, told
from wingbeat.analytics.engines import Engine, open_engine
from wingbeat.laws.facts import Moment
from wingbeat.laws.recovery.report import Rows, effect, report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import NotEnough
from wingbeat.stats.shares import wilson


def desk_without_effect(rng: Any, *, early: bool) -> list[Moment]:
    """Three hundred failures: a second trouble brings a grant that does nothing.

    Some are happier by nature; the unhappy fall silent more often. Where grants come early, no
    trouble brings them, all live through a bad week, and half of the customers have no past.
    """
    rows = []
    for i in range(300):
        nature, who, granted = rng.normal(0, 250), f"c{i}", False

        def live(
            day: float, kind: str = "answer", who: str = who, nature: float = nature
        ) -> int:  # fmt: skip
            week = 300 if early and 60 < day < 67 else 0
            value = int(np.clip(nature - week + rng.normal(0, 350), -1000, 1000))
            rows.append(lived(who, day, kind, value))
            return value

        for day in rng.uniform(0, 50, 0 if early and i % 2 else 1 + rng.poisson(3)):
            live(day)
        depth = int(np.clip(-abs(rng.normal(500, 200)) + nature / 2, -1000, -1))
        rows.append(lived(who, 60, "complaint", depth))
        if early and rng.random() < 0.5:
            rows.append(lived(who, 60 + rng.exponential(0.3), "grant", 400))
        for day in sorted(60 + rng.exponential(2, rng.poisson(3.5))):
            if live(day) < -300 and rng.random() < 0.6 and not (granted or early):
                rows.append(lived(who, day + rng.uniform(0, 1), "grant", 400))
                granted = True
        if rng.random() < 1 / (1 + np.exp(-0.3 - nature / 333)):
            for day in rng.uniform(60, 100, rng.poisson(3)):
                live(day, "rating" if day > 67 and rng.random() < 0.5 else "answer")
    return rows


@pytest.mark.parametrize("early", [False, True])
def test_grants_that_do_nothing_change_nothing(duckdb_engine: Engine, early: bool) -> None:
    found = []
    for seed in range(25):
        desk = desk_without_effect(np.random.default_rng(seed), early=early)
        moments = table_of(Moment, desk)
        found.append(effect(columns(failures(duckdb_engine.put("moments", moments), days=120))))
    assert np.mean([one.value for one in found]) == pytest.approx(0, abs=0.04)
    assert sum(one.excludes(0) for one in found) <= 3


def failed(rng: Any, n: int, gain: float, *, among_the_worst: bool) -> Rows:
    """Customers whose first reading picked them: true level and two readings, r = .5, in sd."""
    true, noise = rng.normal(0, 1, n), rng.normal(0, 1, (2, n))
    one, two = (true + noise[0]) / np.sqrt(2), (true + noise[1]) / np.sqrt(2)
    worst = one <= np.quantile(one, 0.10)
    acted = worst & (rng.random(n) < 0.5) if among_the_worst else worst
    keep = worst if among_the_worst else np.ones(n, dtype=bool)
    rows = {"depth": 1000 * one, "before": 0 * one, "after": 1000 * (two + gain * acted),
            "acted": acted, "customer": np.arange(n)}  # fmt: skip
    return {name: column[keep] for name, column in rows.items()}


@pytest.mark.parametrize("among_the_worst", [True, False])
@pytest.mark.parametrize("gain", [0.0, 0.3])
def test_the_return_to_the_mean_is_no_recovery(gain: float, among_the_worst: bool) -> None:
    rows = failed(np.random.default_rng(7), 50_000, gain, among_the_worst=among_the_worst)
    naive = (rows["after"] - rows["depth"])[rows["acted"] == 1].mean() / 1000
    assert naive - gain == pytest.approx(0.877, abs=0.03)  # the spurious rise
    assert effect(rows).value == pytest.approx(gain, abs=0.05)


def test_the_effect_is_that_of_rows_and_its_error_is_of_customers() -> None:
    rng = np.random.default_rng(2)
    rows: Rows = {
        "depth": rng.integers(-900, -100, 80), "before": rng.integers(-500, 500, 80),
        "after": rng.integers(-900, 900, 80), "acted": np.arange(80) % 2,
        "customer": np.arange(80) // 2 * 2,
    }  # fmt: skip

    def fitted(keep: Any) -> float:
        design = np.column_stack(
            [np.ones(80), rows["acted"], rows["depth"], rows["before"]]
        )[keep]  # fmt: skip
        return float(np.linalg.lstsq(design, rows["after"][keep].astype(float))[0][1]) / 1000

    found = effect(rows)
    assert found.value == pytest.approx(fitted(rows["depth"] < 0))
    without = [fitted(rows["customer"] != one) for one in np.unique(rows["customer"])]
    error = np.sqrt(39 * np.var(without))  # by hand, customer after customer
    assert found.high - found.value == pytest.approx(2.0227 * error, rel=1e-4)  # t(39)


def many_each(rng: Any, customers: int) -> Rows:
    """One to twelve failures a customer; grants do nothing, and some get them more often."""
    who = np.repeat(np.arange(customers), rng.integers(1, 13, customers))
    nature, favored = rng.normal(0, 1, customers), rng.beta(0.5, 0.5, customers)
    content = nature[who] + rng.normal(0, 1, len(who))
    depth = np.round(-500 - 100 * abs(rng.normal(size=len(who))))
    return {"customer": who, "acted": rng.random(len(who)) < favored[who], "depth": depth,
            "before": np.round(200 * rng.normal(size=len(who))),
            "after": 1000 * (content > 0.8) - 1000 * (content < -0.8)}  # fmt: skip


@pytest.mark.parametrize("customers", [60, 200])
def test_idle_grants_to_the_same_few_customers_change_nothing(customers: int) -> None:
    told = sum(
        effect(many_each(np.random.default_rng(seed), customers)).excludes(0) for seed in range(300)
    )
    assert 3 <= told <= 26


def ended(acted: list[int], after_: list[int], **more: Any) -> Rows:
    """A failure each of so many customers, of two depths and pasts, or as `more` says."""
    n = len(acted)
    rows = {"acted": acted, "after": after_, "depth": [-500 - 100 * (i % 3) for i in range(n)],
            "before": [100 * (i % 7) for i in range(n)], "customer": list(range(n))}  # fmt: skip
    return {name: np.asarray(column) for name, column in (rows | more).items()}


@pytest.mark.parametrize(("with_it", "without", "value"), [(1000, 1000, 0), (1000, -1000, 2)])
def test_ends_that_are_all_alike_are_no_certainty(with_it: int, without: int, value: int) -> None:
    """All of thirty ended well on either side: of the next thirty some may not."""
    sides = [0, 1] * 30
    found = effect(ended(sides, [with_it if one else without for one in sides]))
    assert found.value == pytest.approx(value)
    assert found.low < value - 0.1
    assert found.high == pytest.approx(2) if value else found.high > 0.1
    wide = wilson(30, 30)  # by hand: two shares, each off by as much as Wilson's thirty of thirty
    far = 1 - wide.low if not value else np.hypot(1 - wide.low, 1 - wide.low)
    assert value - found.low == pytest.approx(2 * far)


def test_an_end_differs_by_no_more_than_from_all_bad_to_all_good() -> None:
    """One customer has nearly all failures: Student's t of hardly one knows nothing."""
    whose = [0] * 120 + list(range(1, 61))
    acted = [1] * 120 + [i % 2 for i in range(60)]
    rng = np.random.default_rng(3)
    found = effect(ended(acted, rng.choice([-1000, 1000], 180).tolist(), customer=whose))
    assert -2 <= found.low < found.value < found.high <= 2


def test_where_depth_alone_says_who_gets_something_none_are_equal() -> None:
    """Grants to all broken promises and to no complaint: the difference may be either's."""
    moments = []
    for i in range(80):
        who, kind, value = f"c{i}", *(("promise_broken", -600) if i % 2 else ("complaint", -500))
        moments += [lived(who, 0, "answer", i % 3 * 100), lived(who, 10, kind, value),
                    *([lived(who, 11, "grant", 400)] if i % 2 else []),
                    lived(who, 20, "rating", 500 if i % 4 else -500)]  # fmt: skip
    with open_engine() as engine:
        tables = {"moments": engine.put("moments", table_of(Moment, moments))}
        found = report(tables, POLICY, as_of=seconds(after(days=100)))
    reading = told(found, "recovery.effect")
    assert reading.result == NotEnough(0, 1, of="alike")
    assert "failures of equal depth and past" in speak(reading.says, law="recovery")


def test_many_failures_of_few_customers_are_few() -> None:
    moments = [
        one
        for i in range(20)
        for again in range(4)
        for one in (lived(f"c{i}", 50 * again, "answer", 0),
                    lived(f"c{i}", 50 * again + 1, "silence", -400),
                    *([lived(f"c{i}", 50 * again + 2, "grant", 400)] if again % 2 else []))
    ]  # fmt: skip
    with open_engine() as engine:
        tables = {"moments": engine.put("moments", table_of(Moment, moments))}
        found = report(tables, POLICY, as_of=seconds(after(days=300)))
    assert told(found, "recovery.effect").result == NotEnough(20, 30, of="failed")


@pytest.mark.parametrize(("silent", "verdict"), [(0, "better"), (20, "no difference is shown")])
def test_an_effect_says_of_how_many_the_end_is_known_and_what_is_better(
    duckdb_engine: Engine, silent: int, verdict: str
) -> None:
    """Thirty-five with a grant, some of them silent and the others content; and as many without."""
    rows = granted(silent, 35 - silent, 35)
    rows += [lived(f"c{i}", 20, "rating", 500 if silent else -500) for i in range(35 + silent, 70)]
    moments = duckdb_engine.put("moments", table_of(Moment, rows))
    found = told(report({"moments": moments}, POLICY, as_of=seconds(after(days=100))),
                 "recovery.effect")  # fmt: skip
    sentence = speak(found.says, law="recovery")
    known = 70 - 2 * silent
    assert f"70 failures of 70 customers compared, of which {known} have a known end" in sentence
    assert f"Verdict: {verdict}." in sentence


def test_ends_that_nobody_told_are_no_proof_that_nothing_changed(duckdb_engine: Engine) -> None:
    rows = duckdb_engine.put("moments", table_of(Moment, granted(36, 4, 40)))
    found = told(
        report({"moments": rows}, POLICY, as_of=seconds(after(days=100))), "recovery.effect"
    )
    assert found.result == NotEnough(0, 5, of="ended")
