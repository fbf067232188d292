"""Recovery: the limit's arithmetic, and an effect that regression to the mean cannot fake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats as scipy_stats

from tests.laws.conftest import after, rows_of, seconds
from wingbeat.analytics.engines import Engine, open_engine
from wingbeat.laws.facts import BusinessEvent, Grant, Moment, Order
from wingbeat.laws.policy import WrongPolicy, load, shipped_text
from wingbeat.laws.readings import Reading, Report, Says
from wingbeat.laws.recovery import RecoveryPolicy, measure, shipped_policy
from wingbeat.laws.recovery.coach import (
    NoWorth,
    limit,
    margin_multiple,
)
from wingbeat.laws.recovery.report import Rows, effect, limit_of, price, report
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.shares import wilson

POLICY = shipped_policy()


def lived(who: str, day: float, kind: str, value: int) -> Moment:
    return Moment(
        customer=who, conversation=f"c-{who}", at=after(days=day), seq=0, kind=kind, value=value,
        evidence=None,
    )  # fmt: skip


def told(found: Report, key: str) -> Reading:
    return next(r for r in found.readings if r.key == key)


# Gupta and Lehmann's table of margin multiples, retention by discount.
@pytest.mark.parametrize(
    ("discount", "multiples"),
    [(0.10, (1.20, 1.75, 2.67, 4.50)), (0.12, (1.15, 1.67, 2.50, 4.09))],
)
def test_margin_multiples_are_the_published_table(
    discount: float, multiples: tuple[float, ...]
) -> None:
    found = [margin_multiple(r, discount) for r in (0.6, 0.7, 0.8, 0.9)]
    assert found == pytest.approx(multiples, abs=0.005)


def test_a_multiple_is_the_sum_of_the_years_it_shortens() -> None:
    years = sum(0.8**t / 1.12**t for t in range(1, 400))
    assert margin_multiple(0.8, 0.12) == pytest.approx(years)


def test_the_limit_follows_the_arithmetic_and_stops_at_its_bounds() -> None:
    found = limit(POLICY, margin_cents=6000, retention=0.8, minutes=25)
    assert (found.worth_cents, found.gain_cents, found.asking_cents) == (15000, 2250, 1500)
    assert found.cents == 3750
    assert limit(POLICY, margin_cents=12000, retention=0.8, minutes=25).cents == 6000
    assert limit(POLICY, margin_cents=10**6, retention=0.9, minutes=25).cents == 10000
    assert limit(POLICY, margin_cents=0, retention=0.5, minutes=0).cents == 2000


def test_a_worth_without_meaning_is_refused() -> None:
    with pytest.raises(NoWorth, match="retention 1 at discount 0"):
        margin_multiple(1, 0)


@given(st.integers(0, 10**6), st.floats(0, 0.99), st.floats(0, 120))
def test_more_worth_never_means_less_authority(margin: int, stay: float, minutes: float) -> None:
    one = limit(POLICY, margin_cents=margin, retention=stay, minutes=minutes)
    more = limit(POLICY, margin_cents=margin + 100, retention=stay, minutes=minutes)
    assert POLICY.lowest_cents <= one.cents <= more.cents <= POLICY.highest_cents


STORY = [
    lived("ana", 0, "answer", 200), lived("ana", 5, "farewell", 101),
    lived("ana", 10, "promise_broken", -600), lived("ana", 11, "grant", 400),
    lived("ana", 20, "thanks", 500), lived("ana", 30, "complaint", -500),  # no new story yet
    lived("bo", 0, "answer", -201), lived("bo", 10, "complaint", -500),
    lived("bo", 12, "apology", -100), lived("bo", 20, "rating", 500),
    lived("bo", 25, "complaint", -500),  # a rating speaks before it
    lived("bo", 12.5, "thanks", 500),  # grants take two days here: no longer before
    lived("cy", 10, "complaint", -500), lived("cy", 20, "answer", 200),  # nothing before
    lived("di", 0, "answer", 200), lived("di", 90, "complaint", -500),  # no aftermath yet
    lived("ed", 0, "answer", 200), lived("ed", 10, "complaint", -500),
    lived("ed", 12, "silence", -400), lived("ed", 13, "grant", 400),  # -400 is still before it,
    lived("ed", 14, "thanks", 500),  # thanks are not, and come too early; then nobody told
    lived("fa", 0, "answer", 100), lived("fa", 10, "silence", -400), lived("fa", 11, "answer", 200),
    lived("fa", 18, "silence", -400), lived("fa", 19, "grant", 400),  # too late for an answer
    lived("gus", 0, "answer", 100), lived("gus", 10, "silence", -400),
    lived("gus", 19, "step_failed", -500), lived("gus", 20, "answer", 200),  # not the same again
]  # fmt: skip


def failures(moments: Any, *, days: float) -> Any:
    return measure.failures(
        moments, as_of=seconds(after(days=days)), before_days=90, act_days=7, after_days=30
    )


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


def test_failures_and_their_before_and_end_are_alike_on_every_engine(engine: Engine) -> None:
    moments = engine.put("moments", table_of(Moment, STORY))
    found = failures(moments, days=100)
    rows = [
        (r["customer"], r["depth"], r["acted"], r["before"], r["after"])
        for r in rows_of(found, "customer", "at")
    ]
    # 301 / 2 is 150 and a half, rounded down; so is the mean of nothing but -201
    assert rows == [
        ("ana", -600, 1, 150, -1000), ("bo", -500, 0, -201, 1000), ("ed", -500, 1, -100, 0),
        ("fa", -400, 0, 150, -1000), ("gus", -400, 0, 100, 0),
    ]  # fmt: skip


def test_failures_without_end_are_more_than_the_first_one(engine: Engine) -> None:
    """A promise broken every thirty days for two years; no story lies in another's."""
    story = [lived("ana", -5, "answer", 100)]
    story += [lived("ana", 30 * i, "promise_broken", -600) for i in range(24)]
    found = failures(engine.put("moments", table_of(Moment, story)), days=800)
    days = [(r["at"] - seconds(after(days=0))) // 86_400 for r in rows_of(found, "at")]
    assert days == [0, 90, 150, 240, 300, 390, 450, 540, 600, 690]


AFTERWARDS = {
    "nothing": 0, "answer": 0, "first_words_in_time": 0, "farewell": 0, "handed_over": 0,
    "thanks": 1000, "complaint": -1000, "promise_broken": -1000, "mail_failed": 0,
}  # fmt: skip


@pytest.mark.parametrize("what", AFTERWARDS)
def test_a_new_contact_or_silence_is_no_end(duckdb_engine: Engine, what: str) -> None:
    """However well we answered what they asked anew, they said nothing of the failure."""
    story = [lived("ana", 0, "answer", 0), lived("ana", 10, "promise_broken", -600)]
    if what != "nothing":
        story.append(lived("ana", 20, what, 300))
    moments = duckdb_engine.put("moments", table_of(Moment, story))
    [row] = failures(moments, days=100).to_pyarrow().to_pylist()
    assert row["after"] == AFTERWARDS[what]


def test_business_speaks_after_a_rating_and_before_thanks(engine: Engine) -> None:
    story, bought = [], []
    for who, said, kind in (
        ("a", "thanks", "cancellation"), ("b", "complaint", "order"), ("c", "rating", "order"),
    ):  # fmt: skip
        story += [lived(who, 0, "answer", 0), lived(who, 10, "silence", -400),
                  lived(who, 20, said, -1000 if said == "rating" else 0)]  # fmt: skip
        bought.append(BusinessEvent(id=who, customer=who, at=after(days=25), kind=kind))
    found = measure.failures(
        engine.put("moments", table_of(Moment, story)),
        engine.put("business_events", table_of(BusinessEvent, bought)),
        as_of=seconds(after(days=100)), before_days=90, act_days=7, after_days=30,
    )  # fmt: skip
    assert [r["after"] for r in rows_of(found, "customer")] == [-1000, 1000, -1000]


def test_what_was_given_for_a_failure_is_alike_on_every_engine(engine: Engine) -> None:
    found = failures(engine.put("moments", table_of(Moment, STORY)), days=100)
    grants = [
        Grant(id=f"{who}{day}", conversation=None, customer=who, at=after(days=day), cents=cents,
              cause=None)
        for who, day, cents in (("ana", 10, 100), ("ana", 17, 20), ("ana", 17.1, 3), ("ed", 9.9, 5))
    ]  # fmt: skip
    paid = measure.paid(found, engine.put("grants", table_of(Grant, grants)), act_days=7)
    told = {r["customer"]: r["given"] for r in rows_of(paid, "customer")}
    assert told == {"ana": 120, "bo": 0, "ed": 0, "fa": 0, "gus": 0}


def test_a_year_and_a_half_of_orders_is_no_year_before_last(engine: Engine) -> None:
    """What their first months brought would stand for a whole year, and all seem to stay."""
    orders = [
        Order(id=f"{c}-{month}", customer=f"c{c}", at=after(days=30 * month), cents=500)
        for c in range(40)
        for month in range(30)
    ]
    table = engine.put("orders", table_of(Order, orders))
    moments = engine.put("moments", table_of(Moment, STORY))

    def limit_after(days: int) -> Estimate | NotEnough | CannotBeSeen:
        tables = {"moments": moments, "orders": table}
        return told(
            report(tables, POLICY, as_of=seconds(after(days=days))), "recovery.limit"
        ).result

    assert limit_after(729) == NotEnough(729, 730, of="days")
    assert isinstance(limit_after(730), Estimate)
    rows = rows_of(measure.margins(table, as_of=seconds(after(days=730))), "customer")
    assert len(rows) == 40
    assert {(int(r["cents"]), int(r["stayed"])) for r in rows} == {(12 * 500, 1)}


@pytest.mark.parametrize("together", [False, True])
def test_the_range_of_the_limit_holds_what_the_margins_leave_to_chance(together: bool) -> None:
    """Of retention alone it missed three to four times too often, with however many customers."""
    rng, missed, free = np.random.default_rng(0), 0, 3750
    for _ in range(400):
        luck = rng.normal(size=100)
        cents = 6000 * np.exp(luck - 0.5)
        stay = scipy_stats.norm.cdf(0.8416 * np.sqrt(1.64) + 0.8 * luck) if together else 0.8
        found, _ = limit_of(cents, (rng.random(100) < stay).astype(int), POLICY)
        assert isinstance(found, Estimate)
        missed += found.excludes(free / 100)
    assert missed / 400 < 0.09


def test_the_range_of_the_limit_by_hand() -> None:
    """Margins of 40 and 80, four of five stay, those of 80 oftener: both reaches, and twice c."""
    cents = np.array([4000] * 20 + [8000] * 20)
    stayed = np.array([1] * 14 + [0] * 6 + [1] * 18 + [0] * 2)
    found, details = limit_of(cents, stayed, POLICY)
    assert isinstance(found, Estimate)
    stay = wilson(32, 40)
    of_margin = 2.0227 * 2025.48 / np.sqrt(40) * 2.5  # t(39), sd of the forty, 2.5 years
    of_stay = 6000 * (margin_multiple(stay.high, 0.12) - 2.5)
    reach = np.sqrt(of_margin**2 + of_stay**2 + 2 * 0.25 * of_margin * of_stay)  # c = 1/4
    assert found.value == 37.5
    assert found.high == pytest.approx(37.5 + 0.15 * reach / 100, abs=0.01)
    assert (details["margin"], details["retention"], details["multiple"]) == (60.0, 0.8, 2.5)


def test_a_limit_at_its_bound_says_so_and_what_the_arithmetic_alone_would_bring(
    duckdb_engine: Engine,
) -> None:
    rng = np.random.default_rng(5)
    orders = [
        Order(id=f"{c}-{year}", customer=f"c{c}", at=after(days=365 * year + 2),
              cents=int(rng.normal(90_000, 9_000)))
        for c in range(40) for year in ((0, 1) if c % 5 else (0,))
    ]  # fmt: skip
    orders.append(Order(id="first", customer="dan", at=after(), cents=100))  # two years, whole
    tables = {
        "moments": duckdb_engine.put("moments", table_of(Moment, STORY)),
        "orders": duckdb_engine.put("orders", table_of(Order, orders)),
    }
    found = told(report(tables, POLICY, as_of=seconds(after(days=731))), "recovery.limit")
    sentence = speak(found.says, law="recovery")
    assert sentence.startswith(
        "Up to 100.00 may be given without asking, in the desk's currency: "
        "the lowest sum allowed is 20.00, the highest 100.00."
    )
    assert "100.00 to 100.00" not in sentence
    assert "are guesses of ours until you set your own: that putting it right keeps 15" in sentence
    assert "asking takes 25 minutes at 0.60 each" in sentence
    assert "40 customers bring a margin of" in sentence
    assert isinstance(found.details["free_low"], float)
    assert 100 < found.details["free_low"] < float(found.details["free"])


def columns(found: Any) -> Rows:
    return {k: np.asarray(v) for k, v in found.to_pyarrow().to_pydict().items()}


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


def test_a_desk_without_orders_says_what_to_connect(duckdb_engine: Engine) -> None:
    moments = duckdb_engine.put("moments", table_of(Moment, STORY))
    found = report({"moments": moments}, POLICY, as_of=seconds(after(days=100)))
    assert told(found, "recovery.limit").result == CannotBeSeen("orders")
    assert told(found, "recovery.effect").result == NotEnough(2, 30, of="failed")


def test_the_limit_comes_from_the_mean_customer(duckdb_engine: Engine) -> None:
    orders = [
        Order(id=f"{c}-{y}", customer=f"c{c}", at=after(days=365 * y), cents=6000)
        for c in range(40)
        for y in ((1, 2) if c < 32 else (1,))
    ]
    orders.append(Order(id="first", customer="dan", at=after(), cents=100))  # two years, whole
    grants = [Grant(id="g", conversation=None, customer="ana", at=after(days=11), cents=500,
                    cause=None)]  # fmt: skip
    tables = {
        "moments": duckdb_engine.put("moments", table_of(Moment, STORY)),
        "orders": duckdb_engine.put("orders", table_of(Order, orders)),
        "grants": duckdb_engine.put("grants", table_of(Grant, grants)),
    }
    found = report(tables, POLICY, as_of=seconds(after(days=365 * 2 + 35)))
    said = told(found, "recovery.limit")
    assert isinstance(said.result, Estimate)
    assert said.details["retention"] == 0.8
    assert said.result.value == 37.5  # as by hand above
    assert said.result.low < 37.5 < said.result.high
    assert "Up to 37.50 may be given" in speak(said.says, law="recovery")
    assert "less than a year's margin" in speak(Says(said.caveat), law="recovery")
    assert told(found, "recovery.cost").result == NotEnough(0, 5, of="ended_well")


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


def test_a_customer_who_never_leaves_does_not_stop_the_report() -> None:
    with pytest.raises(WrongPolicy, match=r"discount: 0.0 is outside 0.01 to 1"):
        load(RecoveryPolicy, shipped_text("wingbeat.laws.recovery"), {"discount": 0.0})
    assert limit(POLICY, margin_cents=1, retention=1.0, minutes=0).cents == POLICY.lowest_cents


def granted(silent: int, well: int, without: int) -> list[Moment]:
    """Customers whom something was given, of whom so many tell a good end; and others silent."""
    rows = []
    for i in range(silent + well + without):
        who = f"c{i}"
        rows += [lived(who, 0, "answer", 0), lived(who, 10, "complaint", -500)]
        rows += [lived(who, 11, "grant", 400)] if i < silent + well else []
        rows += [lived(who, 20, "rating", 500)] if i < well else []
    return rows


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


def test_ends_that_nobody_told_are_no_proof_that_nothing_changed(duckdb_engine: Engine) -> None:
    rows = duckdb_engine.put("moments", table_of(Moment, granted(36, 4, 40)))
    found = told(
        report({"moments": rows}, POLICY, as_of=seconds(after(days=100))), "recovery.effect"
    )
    assert found.result == NotEnough(0, 5, of="ended")
