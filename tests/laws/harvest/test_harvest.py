"""Harvest: by hand, against published figures, as properties, and on every engine."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import assume, given, strategies as st
from scipy import stats

from tests.laws.conftest import after, seconds
from tests.laws.first_impression.test_waits import said
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import BusinessEvent, Conversation, Message, Rating
from wingbeat.laws.harvest import measure, shipped_policy
from wingbeat.laws.harvest.report import compared, report, verdict
from wingbeat.laws.readings import Reading, Says, together
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import CannotBeSeen, Estimate, NotEnough
from wingbeat.stats.lift import chance, lift

DAY = 86_400
POLICY = shipped_policy()
AS_OF = seconds(after(days=200))


def stars(who: str, day: float, given: int) -> Rating:
    return Rating(id=f"{who}{day}", conversation=f"c-{who}", customer=who, at=after(days=day),
                  stars=given)  # fmt: skip


DESK = [
    said("ana", after(days=0), "us", acts="apologizes"), said("ana", after(days=1), acts="thanks"),
    said("bo", after(days=0), "us", acts="apologizes"), said("bo", after(days=1), acts="complains"),
    said("cy", after(days=2), "us", acts="asks apologizes"),  # thanked before: never credited
    said("cy", after(days=1), acts="thanks"),
    said("di", after(days=0), "us", acts="empty"), said("di", after(days=3), acts="asks thanks"),
    said("ed", after(days=0), "us", acts="asks"),
    said("fa", after(days=0), "us", acts="asks"), said("fa", after(days=95), acts="thanks"),
    said("gil", after(days=150), "us", acts="apologizes"),  # its window has not passed yet
    said("hal", after(days=0), "us", acts=None),  # nobody looked
]  # fmt: skip
RATED = [stars("ed", 5, 5), stars("ed", 6, 1), stars("ana", 9, 1)]


def about(who: str, cause: str | None) -> Conversation:
    return Conversation(id=f"c-{who}", customer=who, opened_at=after(days=0), ended_at=None,
                        inbox="mail", channel=None, cause=cause, size=None, severity=2)  # fmt: skip


def test_what_follows_is_credited_once_within_the_window_inside_its_stratum(
    engine: Engine,
) -> None:
    messages = engine.put("messages", table_of(Message, DESK))
    ratings = engine.put("ratings", table_of(Rating, RATED))
    conversations = engine.put(
        "conversations", table_of(Conversation, [about("ana", "bill"), about("ed", "bill")])
    )
    seeds = measure.sown(messages, "apologizes", window=90 * DAY, most_turns=5, as_of=AS_OF)
    said_of_us = measure.words(messages, ratings, good_stars=4, bad_stars=2)
    told = measure.followed(
        seeds, said_of_us, conversations, window=90 * DAY, by=("conversation", "customer")
    )
    found = measure.tallied(told)
    rows = [
        tuple(int(row[name]) for name in ("n", "a", "m", "b"))
        for row in sorted(found.to_pyarrow().to_pylist(), key=lambda row: str(row["stratum"]))
    ]
    # Without a stratum: bo (bad) and cy (none) sown; di good, fa too late. In it: ana, ed good.
    assert rows == [(2, 0, 2, 1), (1, 1, 1, 1)]


def test_risk_differences_join_as_published() -> None:
    """Oracles: Rothman 2008, table 15-1, by R's metafor; UCBAdmissions by R's mantelhaen.test."""
    table = [(106, 8, 120, 5), (98, 22, 85, 16)]
    found = lift(table, level=0.9)
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.0349, -0.0176, 0.0874), abs=5e-5
    )
    assert chance(table) == pytest.approx(0.2750, abs=1e-4)
    berkeley = [
        (825, 512, 108, 89), (560, 353, 25, 17), (325, 120, 593, 202), (417, 138, 375, 131),
        (191, 53, 393, 94), (373, 22, 341, 24),
    ]  # fmt: skip
    moved = lift(berkeley).value * sum(n * m / (n + m) for n, _, m, _ in berkeley)
    plain = stats.chi2.isf(chance(berkeley), 1)
    corrected = plain * ((abs(moved) - 0.5) / moved) ** 2  # which R does unless told otherwise
    assert corrected == pytest.approx(1.4269, abs=1e-4)


def test_idle_acts_ring_one_time_in_twenty_in_thin_strata() -> None:
    """Two to four messages a stratum: each side's own spread hardly shows there."""
    lot = random.Random(1989)
    rounds, wrong, missed = 500, 0, 0
    for _ in range(rounds):
        strata = []
        for _ in range(40):
            share, n, m = lot.random(), lot.randrange(1, 3), lot.randrange(1, 3)
            good = [sum(lot.random() < share for _ in range(k)) for k in (n, m)]
            strata.append((n, good[0], m, good[1]))
        wrong += chance(strata) < 0.05
        missed += lift(strata).excludes(0)
    assert 0.02 < wrong / rounds < 0.08
    assert 0.02 < missed / rounds < 0.09


def test_customers_who_stand_in_many_thin_strata_ring_no_oftener() -> None:
    """Some are thanked and thank by nature: each speaks with one voice, in up to four strata."""
    lot = random.Random(4)
    rounds, wrong, plain = 100, 0, 0
    for _ in range(rounds):
        rows = []
        for customer in range(60):
            thanks, gets = lot.choice((0.1, 0.9)), lot.choice((0.1, 0.9))
            rows += [
                {"customer": f"c{customer}", "stratum": f"{lot.randrange(30)}|",
                 "sown": int(lot.random() < gets), "good": int(lot.random() < thanks)}
                for _ in range(lot.randrange(1, 5))
            ]  # fmt: skip
        told = ibis.memtable(pa.Table.from_pylist(rows))
        table = measure.tallied(told)
        strata = [(r["n"], r["a"], r["m"], r["b"]) for r in table.to_pyarrow().to_pylist()]
        wrong += by_customer(told)[1]["p"] < 0.05
        plain += chance(strata) < 0.05
    assert wrong / rounds < 0.1
    assert wrong < plain  # messages counted as if each were somebody else's


def by_customer(told: Any) -> tuple[Estimate | NotEnough, dict[str, Any]]:
    return compared(measure.tallied(told, "customer").to_pyarrow().to_pydict(), POLICY)


def test_customers_who_are_rare_in_pairs_ring_no_oftener() -> None:
    """Two messages a stratum, one with the act: of each customer six, in as many strata."""
    lot, wrong, rounds = random.Random(7), 0, 200
    for _ in range(rounds):
        own = {side: [lot.choice((0.05, 0.95)) for _ in range(40)] for side in (0, 1)}
        each = [
            {"stratum": f"{pair}", "customer": f"{side}-{who}", "n": 1 - side, "m": side,
             "a": (1 - side) * good, "b": side * good}
            for pair in range(240)
            for side in (0, 1)
            for who in [lot.randrange(40)]
            for good in [int(lot.random() < own[side][who])]
        ]  # fmt: skip
        columns = {name: [row[name] for row in each] for name in each[0]}
        wrong += compared(columns, POLICY)[1]["p"] < 0.05
    assert 0.02 <= wrong / rounds <= 0.1


@pytest.mark.parametrize("customers", [2, 3, 5])
def test_a_handful_of_customers_rings_no_oftener(customers: int) -> None:
    lot, wrong, rounds = random.Random(customers), 0, 150
    for _ in range(rounds):
        rows = []
        for one in range(customers):
            thanks, gets = lot.choice((0.1, 0.9)), lot.choice((0.1, 0.9))
            rows += [
                {"customer": f"c{one}", "stratum": f"{lot.randrange(4)}|",
                 "sown": int(lot.random() < gets), "good": int(lot.random() < thanks)}
                for _ in range(30)
            ]  # fmt: skip
        told = ibis.memtable(pa.Table.from_pylist(rows))
        wrong += by_customer(told)[1].get("p", 1) < 0.05
    assert wrong / rounds < 0.1


def test_an_interval_is_at_the_policys_level() -> None:
    rows = {"stratum": ["s"] * 80, "customer": [f"c{i}" for i in range(80)],
            "n": [i % 2 for i in range(80)], "a": [int(i % 4 == 1) for i in range(80)],
            "m": [1 - i % 2 for i in range(80)],
            "b": [int(i % 8 == 0) for i in range(80)]}  # fmt: skip
    narrow, wide = (compared(rows, replace(POLICY, level=level))[0] for level in (0.8, 0.99))
    assert isinstance(narrow, Estimate)
    assert isinstance(wide, Estimate)
    assert (narrow.level, wide.level) == (0.8, 0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_one_customer_is_no_sample() -> None:
    rows = [{"customer": "c", "stratum": "s|", "sown": i % 2, "good": i % 2} for i in range(40)]
    told = ibis.memtable(pa.Table.from_pylist(rows))
    found, _ = by_customer(told)
    assert found == NotEnough(1, 2, of="one_customer")


def test_the_paradox_of_simpson_does_not_fool_it() -> None:
    # Apologies go to the angry, of whom few are pleased: in the sum they seem to do harm.
    angry, calm = (90, 18, 10, 1), (10, 9, 90, 72)
    assert (18 + 9) / 100 < (1 + 72) / 100
    assert lift([angry, calm]).value > 0


counts = st.tuples(st.integers(1, 50), st.integers(0, 50), st.integers(1, 50), st.integers(0, 50))


@given(st.lists(counts, min_size=1, max_size=5))
def test_a_difference_is_mirrored_when_sides_change(found: list[tuple[int, ...]]) -> None:
    assume(all(a <= n and b <= m for n, a, m, b in found))
    one = lift([(n, a, m, b) for n, a, m, b in found])
    other = lift([(m, b, n, a) for n, a, m, b in found])
    assert other.value == pytest.approx(-one.value)
    assert -1 <= one.value <= 1


def test_nobody_to_compare_is_told() -> None:
    with pytest.raises(ValueError, match="nobody to compare"):
        lift([(0, 0, 5, 5)])


def thirty(good: Any) -> list[Message]:
    thread = []
    for i in range(60):
        who, acts = f"c{i}", "apologizes" if i % 2 else "asks"
        thread.append(said(who, after(days=0), "us", acts=acts))
        if good(i):
            thread.append(said(who, after(days=1), acts="thanks"))
    return thread


def test_an_act_that_is_thanked_for_is_told_and_business_cannot_be_seen(
    duckdb_engine: Engine,
) -> None:
    thread = thirty(lambda i: i % 2 or i % 10 == 0)
    tables = {
        "messages": duckdb_engine.put("messages", table_of(Message, thread)),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, [])),
    }
    readings = report(tables, POLICY, as_of=AS_OF).readings
    word = next(r for r in readings if r.details.get("act") == "apologizes")
    assert isinstance(word.result, Estimate)
    assert word.result.value == pytest.approx(0.8)
    assert word.details["verdict"] == "more"
    assert "; 30 messages with it, 30 without)" in speak(word.says, law="harvest")
    each = next(r for r in readings if r.key == "harvest.each" and r.details["act"] == "apologizes")
    assert isinstance(each.result, Estimate)
    assert (each.result.value, each.unit, each.result.n) == (1.0, "share", 30)
    assert each.result.high <= 1  # a good word an act at most: it is a share
    assert readings[-1].result == CannotBeSeen("business_events")


def test_many_idle_acts_are_held_together() -> None:
    lot, wrong, alone = random.Random(62), 0, 0
    for _ in range(300):
        sides = [[sum(lot.random() < 0.4 for _ in range(60)) for _ in (0, 1)] for _ in range(6)]
        idle = [
            Reading("harvest.word", lift([(60, a, 60, b)]), "difference of shares", "strata",
                    "matching", {"act": str(i), "p": chance([(60, a, 60, b)])})
            for i, (a, b) in enumerate(sides)
        ]  # fmt: skip
        told = together(idle, partial(verdict, level=0.95))
        wrong += any(one.details["verdict"] != "not shown" for one in told)
        alone += any(isinstance(o.result, Estimate) and o.result.excludes(0) for o in told)
    assert wrong / 300 < 0.09  # 0.05, and what 300 desks may miss it by
    assert alone / 300 > 0.2  # what each act judged for itself would tell


def test_business_is_compared_where_it_is_connected(duckdb_engine: Engine) -> None:
    events = [
        BusinessEvent(id=str(i), customer=f"c{i}", at=after(days=9), kind="order")
        for i in range(0, 60, 2)
    ]
    tables = {
        "messages": duckdb_engine.put("messages", table_of(Message, thirty(lambda _: False))),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, [])),
        "business_events": duckdb_engine.put("events", table_of(BusinessEvent, events)),
    }
    readings = report(tables, POLICY, as_of=AS_OF).readings
    business = next(
        r for r in readings if r.key == "harvest.business" and r.details["act"] == "apologizes"
    )
    assert isinstance(business.result, Estimate)
    assert business.result.value == -1
    assert business.details["verdict"] == "less"


def test_an_act_is_compared_with_the_same_message_without_it(engine: Engine) -> None:
    thread = [
        said("ana", after(days=0), "us", acts="asks"),
        said("ana", after(days=2), "us", acts="apologizes"),
        said("ana", after(days=3), "us", acts="apologizes tip"),  # the first one counts
        said("bo", after(days=0), "us", acts="asks"), said("bo", after(days=2), "us", acts="step"),
        *(said("cy", after(days=day), "us", acts="step") for day in range(9)),
    ]  # fmt: skip
    messages = engine.put("messages", table_of(Message, thread))
    seeds = measure.sown(messages, "apologizes", window=90 * DAY, most_turns=5, as_of=AS_OF)
    rows = [
        (row["customer"], row["turn"], row["sown"])
        for row in seeds.order_by("customer", "turn").to_pyarrow().to_pylist()
    ]
    assert rows == [
        ("ana", 1, 0), ("ana", 2, 1), ("bo", 1, 0), ("bo", 2, 0),
        *(("cy", turn, 0) for turn in range(1, 6)),
    ]  # fmt: skip


def idle(lot: random.Random, customers: int) -> list[Message]:
    """Apologies that change nothing: customers complain early, thank late, and some write twice."""
    thread = []
    for i in range(customers):
        for talk in range(lot.choice([1, 1, 2])):
            for turn in range(lot.randrange(1, 5)):
                day, where = 20 * talk + 2 * turn, f"c-c{i}-{talk}"
                acts = "apologizes" if lot.random() < 0.3 else "asks"
                thread.append(
                    said(
                        f"c{i}",
                        after(days=day),
                        "us",
                        acts=acts,
                        conversation=where,
                        id=f"{i}{talk}{turn}",
                    )
                )
                bad = 0.5 - 0.12 * turn
                if lot.random() < 0.6:
                    word = "complains" if lot.random() < bad else "thanks"
                    thread.append(said(f"c{i}", after(days=day + 1), acts=word, conversation=where))
    return thread


def test_an_idle_act_that_comes_late_is_not_credited_with_late_thanks(
    duckdb_engine: Engine,
) -> None:
    lot, told, missed, rounds = random.Random(2026), 0.0, 0, 40
    for _ in range(rounds):
        tables = {
            "messages": duckdb_engine.put("messages", table_of(Message, idle(lot, 150))),
            "ratings": duckdb_engine.put("ratings", table_of(Rating, [])),
        }
        only = replace(POLICY, sown=("apologizes",))
        word, *_ = report(tables, only, as_of=AS_OF).readings
        assert isinstance(word.result, Estimate)
        told += word.result.value / rounds
        missed += word.result.excludes(0)
    assert told == pytest.approx(0, abs=0.02)
    assert missed <= 6


def test_ten_of_ten_on_either_side_are_no_certain_nought() -> None:
    found = lift([(10, 10, 10, 10)])
    assert found.value == 0
    assert found.low < -0.2
    assert found.high > 0.2
    two = lift([(10, 10, 10, 10)], freedom=1)  # nor are they so much of two customers
    assert two.high > 0.9


def test_thanks_of_an_automatic_answer_are_nobodys_word(engine: Engine) -> None:
    rows = [said("ana", after(days=1), acts="thanks", automatic=True),
            said("bo", after(days=1), acts="thanks")]  # fmt: skip
    messages = engine.put("messages", table_of(Message, rows))
    ratings = engine.put("ratings", table_of(Rating, []))
    heard = measure.words(messages, ratings, good_stars=4, bad_stars=2)
    assert [row["customer"] for row in heard.to_pyarrow().to_pylist()] == ["bo"]


def test_what_is_compared_with_what_is_said_as_it_is(duckdb_engine: Engine) -> None:
    """Inbox, cause and severity stand in a table that may be missing; a share is not compared."""
    thread = thirty(lambda i: i % 2)
    tables = {
        "messages": duckdb_engine.put("messages", table_of(Message, thread)),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, [])),
    }

    def told() -> dict[str, tuple[str, str]]:
        found = report(tables, POLICY, as_of=AS_OF).readings
        return {one.key: (one.source, speak(Says(one.caveat), law="harvest")) for one in found}

    assert told()["harvest.word"][1].startswith("Compared only by which message of ours it was")
    assert told()["harvest.each"][0] == "own"
    assert "compared with nothing" in told()["harvest.each"][1]
    talks = [about(f"c{i}", "bill") for i in range(60)]
    tables["conversations"] = duckdb_engine.put("conversations", table_of(Conversation, talks))
    assert told()["harvest.word"][1].startswith("Compared within the same inbox, cause and sever")


def test_how_many_messages_of_ours_are_looked_at_is_the_policys(duckdb_engine: Engine) -> None:
    thread = [said(f"c{i}", after(days=turn), "us", acts="tip" if turn == 2 and i % 2 else "asks")
              for i in range(60) for turn in range(3)]  # fmt: skip
    tables = {
        "messages": duckdb_engine.put("messages", table_of(Message, thread)),
        "ratings": duckdb_engine.put("ratings", table_of(Rating, [])),
    }
    for turns, told in ((3, Estimate), (2, NotEnough)):
        only = replace(POLICY, sown=("tip",), most_turns=turns)
        assert isinstance(report(tables, only, as_of=AS_OF).readings[0].result, told)


def test_no_verdict_is_told_against_its_own_range() -> None:
    holding_zero = Estimate(0.1, -0.001, 0.2, 40, "Mantel-Haenszel, Sato")
    assert verdict(holding_zero, 0.04, level=0.95) == {"verdict": "not shown"}
    assert verdict(replace(holding_zero, low=0.001), 0.04, level=0.95) == {"verdict": "more"}


def test_two_customers_who_are_wholly_apart_show_nothing() -> None:
    rows = [{"customer": f"c{i % 2}", "stratum": "s|", "sown": i % 2, "good": i % 2}
            for i in range(40)]  # fmt: skip
    told = ibis.memtable(pa.Table.from_pylist(rows))
    assert by_customer(told) == (NotEnough(1, 2, of="one_customer"), {})
