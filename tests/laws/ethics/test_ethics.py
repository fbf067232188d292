"""Ethics: promises, notices and the record, by hand, on every engine, against tampering."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.laws.conftest import BEGIN, after, rows_of, seconds
from wingbeat.analytics.engines import Engine
from wingbeat.laws.ethics import measure, shipped_policy
from wingbeat.laws.ethics.chain import first_bent, linked
from wingbeat.laws.ethics.coach import clock
from wingbeat.laws.ethics.report import report
from wingbeat.laws.facts import Notice, Promise
from wingbeat.laws.readings import Reading, Report, Says
from wingbeat.laws.tables import table_of
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

POLICY = shipped_policy()
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=4), one, max_size=3),
    max_leaves=6,
)  # fmt: skip


def vowed(due: float, kept: float | None = None, withdrawn: float | None = None) -> Promise:
    return Promise(
        id=f"{due}{kept}", conversation=None, customer="ana", made_at=BEGIN,
        due_at=after(hours=due), kept_at=None if kept is None else after(hours=kept),
        withdrawn_at=None if withdrawn is None else after(hours=withdrawn),
    )  # fmt: skip


def affected(
    who: str, told: float | None, asked: float | None = None, severity: str | None = "life",
    fault: str = "f", known: float = 0,
) -> Notice:  # fmt: skip
    return Notice(
        id=who, fault=fault, customer=who, known_at=after(hours=known), severity=severity,
        told_at=None if told is None else after(hours=told),
        asked_at=None if asked is None else after(hours=asked),
    )  # fmt: skip


def reading(found: Report, key: str) -> Reading:
    return next(r for r in found.readings if r.key == key)


def test_promises_are_counted_alike_on_every_engine(engine: Engine) -> None:
    rows = [vowed(5, 5), vowed(5, 6), vowed(4), vowed(5, None, 3), vowed(50), vowed(50, 2),
            vowed(5, 99)]  # fmt: skip
    [found] = rows_of(
        measure.promises(
            engine.put("promises", table_of(Promise, rows)), as_of=seconds(after(hours=10))
        ),
        "due",
    )
    # the last one is kept only in the future: overdue now
    assert found == {
        "customer": "ana",
        "due": 4,
        "kept": 1,
        "late": 1,
        "early": 1,
        "oldest": 6 * 3600,
    }


FAULTS = [
    affected("a", 3), affected("b", 5), affected("c", None, asked=2), affected("d", 4, asked=1),
    affected("e", None, fault="g", severity="money"),
    affected("f", 71, fault="h", severity=None), affected("z", None, fault="later", known=99),
]  # fmt: skip


def test_notices_are_counted_alike_on_every_engine(engine: Engine) -> None:
    notices = engine.put("notices", table_of(Notice, FAULTS))
    found = rows_of(measure.notices(notices, POLICY, as_of=seconds(after(hours=10))), "fault")
    assert [tuple(r.values()) for r in found] == [
        ("f", 4, 3, 2, 4, 2, 0),
        ("g", 1, 0, 0, 0, 0, 1),  # its clock still runs: undecided
        ("h", 1, 0, 0, 0, 0, 1),
    ]
    waits = rows_of(measure.delays(notices, as_of=seconds(after(hours=10))), "seconds")
    assert [(r["fault"], r["seconds"] // 3600, r["told"]) for r in waits if r["told"]] == [
        ("f", 3, 1), ("f", 4, 1), ("f", 5, 1),
    ]  # fmt: skip
    assert sorted((r["fault"], r["seconds"] // 3600) for r in waits if not r["told"]) == [
        ("f", 10), ("g", 10), ("h", 10),
    ]  # fmt: skip


def test_a_hundred_and_thirty_seven_affected_are_all_counted(duckdb_engine: Engine) -> None:
    rows = [affected(f"c{i}", 2.0 if i < 100 else None) for i in range(137)]
    made = [replace(vowed(5, 4 if i < 47 else None), customer=f"c{i}") for i in range(50)]
    tables = {
        "promises": duckdb_engine.put("promises", table_of(Promise, made)),
        "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
    }  # fmt: skip
    found = report(tables, POLICY, as_of=seconds(after(hours=9)))
    told, kept = reading(found, "ethics.told").result, reading(found, "ethics.kept").result
    assert isinstance(told, Estimate)
    assert (told.value, told.n) == (100 / 137, 137)
    assert isinstance(kept, Estimate)
    # 47 of 50 by Jeffreys: 84.8 to 98.3 % (B25)
    assert (kept.low, kept.high) == pytest.approx((0.848, 0.983), abs=5e-4)
    delay = reading(found, "ethics.delay").result
    assert isinstance(delay, Estimate)
    assert delay.value == 2
    said = speak(reading(found, "ethics.kept").says, law="ethics")
    assert said.endswith("0 came late. 3 have not been kept yet; the oldest fell due 4 hours ago.")
    later = reading(report(tables, POLICY, as_of=seconds(after(hours=53))), "ethics.kept")
    assert speak(later.says, law="ethics").endswith("the oldest fell due 2 days ago.")


def test_fifty_promises_to_five_customers_tell_less_than_to_fifty(duckdb_engine: Engine) -> None:
    def kept(customers: int) -> Estimate:
        made = [replace(vowed(5, 4 if i < 40 else None), customer=f"c{i * customers // 50}")
                for i in range(50)]  # fmt: skip
        tables = {"promises": duckdb_engine.put("promises", table_of(Promise, made))}
        found = reading(report(tables, POLICY, as_of=seconds(after(hours=9))), "ethics.kept").result
        assert isinstance(found, Estimate)
        return found

    assert kept(5).value == kept(50).value == 0.8
    assert kept(5).high - kept(5).low > 2 * (kept(50).high - kept(50).low)


def test_sixty_customers_of_six_faults_tell_less_than_of_sixty(duckdb_engine: Engine) -> None:
    def told(faults: int, key: str) -> tuple[Estimate, str, str]:
        rows = [affected(f"c{i}", 1 + i * 3 // 60 if i < 40 else None, fault=f"{i * faults // 60}")
                for i in range(60)]  # fmt: skip
        tables = {
            "promises": duckdb_engine.put("promises", table_of(Promise, [])),
            "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
        }
        found = reading(report(tables, POLICY, as_of=seconds(after(hours=9))), key)
        assert isinstance(found.result, Estimate)
        caveat = speak(Says(found.caveat), law="ethics")
        return found.result, speak(found.says, law="ethics"), caveat

    for key in ("ethics.told", "ethics.in_time", "ethics.delay"):
        (few, said, _), (many, _, caveat) = told(6, key), told(60, key)
        assert few.value == many.value
        assert few.low < many.low
        assert few.high > many.high
        assert caveat.endswith("so the range counts each fault once.")
        assert re.search(r"\(\d+.* to ", said)
        for faults in (1, 2, 4):  # too few to speak for the next: all there are are no sample
            found, said, caveat = told(faults, key)
            assert (found.low, found.high, found.level) == (found.value, found.value, 1)
            assert found.value == many.value
            assert not re.search(r"\(\d+.* to ", said)
            assert caveat.endswith("So few faults tell nothing about the next one: the number is "
                                   "of these customers alone and has no range.")  # fmt: skip


def test_small_faults_beside_a_large_one_do_not_empty_its_range(duckdb_engine: Engine) -> None:
    def told(small: int) -> Estimate:
        rows = [affected(f"c{i}", 2.0 if i % 3 else None) for i in range(300)]
        rows += [affected(f"d{i}", 2.0, fault=f"small{i}") for i in range(small)]
        tables = {
            "promises": duckdb_engine.put("promises", table_of(Promise, [])),
            "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
        }
        found = reading(report(tables, POLICY, as_of=seconds(after(hours=9))), "ethics.told").result
        assert isinstance(found, Estimate)
        return found

    assert told(9).high - told(9).low == pytest.approx(told(0).high - told(0).low, abs=0.003)


def test_a_delay_is_none_before_half_of_them_know(duckdb_engine: Engine) -> None:
    rows = [affected(f"c{i}", 2.0 if i < 3 else None, 1.0 if i == 9 else None) for i in range(10)]
    tables = {
        "promises": duckdb_engine.put("promises", table_of(Promise, [])),
        "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
    }
    found = report(tables, POLICY, as_of=seconds(after(hours=9)))
    assert reading(found, "ethics.delay").result == NotEnough(3, 5, of="told")
    asked = speak(reading(found, "ethics.asked_first").says, law="ethics")
    assert asked.startswith("10\N{NO-BREAK SPACE}% of 10 ")
    assert "; 6 more have neither asked nor been told yet." in asked


def test_every_number_about_faults_says_of_how_many(duckdb_engine: Engine) -> None:
    """Of ten whom two faults affect the clock has run out for six; they were told one by one."""
    rows = [
        affected(f"c{i}", i + 1.0 if i < 5 else None, 1.0 if i == 5 else None) for i in range(6)
    ]
    rows += [affected(f"d{i}", 7.0, None, None, "slow") for i in range(4)]
    tables = {
        "promises": duckdb_engine.put("promises", table_of(Promise, [])),
        "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
    }
    found = report(tables, POLICY, as_of=seconds(after(hours=9)))
    told = {one.key: speak(one.says, law="ethics") for one in found.readings}
    said = told["ethics.in_time"]
    assert "of 6 customers for whom the time to be told is over were told in time" in said
    assert "of 10 customers whom a fault affects have had to ask" in told["ethics.asked_first"]
    assert "half of 10 customers waited 5.0 hours or longer." in told["ethics.delay"]


def test_too_few_whose_clock_has_run_out_are_not_all_who_are_affected(
    duckdb_engine: Engine,
) -> None:
    rows = [affected(f"c{i}", 2.0, severity="money") for i in range(40)]
    tables = {
        "promises": duckdb_engine.put("promises", table_of(Promise, [])),
        "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
    }
    found = reading(report(tables, POLICY, as_of=seconds(after(hours=9))), "ethics.in_time")
    assert speak(found.says, law="ethics") == (
        "Too little to say yet: 0 of the 5 needed (customers whose clock has run out)."
    )


def test_those_told_all_at_once_have_no_range_of_no_width(duckdb_engine: Engine) -> None:
    rows = [affected(f"c{i}", 2.0, fault=f"{i % 8}") for i in range(40)]
    tables = {
        "promises": duckdb_engine.put("promises", table_of(Promise, [])),
        "notices": duckdb_engine.put("notices", table_of(Notice, rows)),
    }
    found = reading(report(tables, POLICY, as_of=seconds(after(hours=9))), "ethics.delay")
    told = speak(found.says, law="ethics")
    assert "2.0 to 2.0" not in told
    assert "half of 40 customers waited 2.0 hours or longer. So many were told" in told


def test_too_few_are_not_made_a_share(duckdb_engine: Engine) -> None:
    tables = {"promises": duckdb_engine.put("promises", table_of(Promise, [vowed(5, 4)]))}
    found = report(tables, POLICY, as_of=seconds(after(hours=9)))
    assert reading(found, "ethics.kept").result == NotEnough(1, 10, of="promises")


@pytest.mark.parametrize(("severity", "hours"), [("life", 4), ("money", 24), (None, 72)])
def test_a_clock_starts_at_the_first_mention_and_calls_the_deputy(
    severity: str | None, hours: float
) -> None:
    found = clock(POLICY, known_at=BEGIN, severity=severity)
    assert found.due_at - BEGIN == timedelta(hours=hours)
    assert found.deputy_at - BEGIN == timedelta(hours=hours * 0.8)


def chained(says: list[Any]) -> list[tuple[Any, str]]:
    digest, rows = "", []
    for one in says:
        digest = linked(digest, one)
        rows.append((one, digest))
    return rows


def test_altering_row_seventeen_breaks_the_record_from_seventeen_on() -> None:
    rows = chained([{"row": i} for i in range(40)])
    rows[17] = ({"row": "other"}, rows[17][1])
    assert first_bent(rows) == 17
    mended = [*rows[:17], *((says, linked("", says)) for says, _ in rows[17:])]
    assert first_bent(mended) == 17  # a forger would have to write all that follows anew


def test_the_digest_is_sha_256_as_anybody_can_compute_it() -> None:
    words = '{"a":1,"b":"é"}'.encode("unicode_escape").replace(b"\\xe9", b"\\u00e9")
    assert linked("x", {"b": "é", "a": 1}) == hashlib.sha256(b"x\n" + words).hexdigest()


@given(st.lists(PLAIN, min_size=1, max_size=8), st.data())
def test_no_change_goes_unseen(says: list[Any], data: st.DataObject) -> None:
    rows = chained(says)
    assert first_bent(rows) is None
    place, other = data.draw(st.integers(0, len(says) - 1)), data.draw(PLAIN)
    if json.dumps(other, sort_keys=True) != json.dumps(says[place], sort_keys=True):
        bent = [*rows[:place], (other, rows[place][1]), *rows[place + 1 :]]
        assert first_bent(bent) == place
    shorter = [*rows[:place], *rows[place + 1 :]]
    assert first_bent(shorter) == (place if place < len(shorter) else None)


def test_a_promise_taken_back_too_late_was_broken_and_what_comes_later_is_not_known(
    engine: Engine,
) -> None:
    rows = [vowed(5, None, 6), vowed(5, None, 5), vowed(20, None, 15)]
    promises = engine.put("promises", table_of(Promise, rows))

    def counted(hours: float) -> tuple[int, int, int]:
        [found] = rows_of(measure.promises(promises, as_of=seconds(after(hours=hours))), "due")
        return found["due"], found["kept"], found["early"]

    assert counted(10) == (1, 0, 0)  # on the tenth hour nobody knows of the fifteenth
    assert counted(30) == (1, 0, 0)


def test_promises_kept_before_their_day_are_told_and_count_once_it_is_past(
    duckdb_engine: Engine,
) -> None:
    rows = [replace(vowed(50, 2 if i < 47 else None), customer=f"c{i}") for i in range(50)]
    made = {"promises": duckdb_engine.put("promises", table_of(Promise, rows))}
    early = reading(report(made, POLICY, as_of=seconds(after(hours=4))), "ethics.kept")
    assert "0 of the 10 needed (promises due). 47 more were kept before" in speak(
        early.says, law="ethics"
    )
    late = reading(report(made, POLICY, as_of=seconds(after(hours=60))), "ethics.kept").result
    assert isinstance(late, Estimate)
    assert (late.value, late.n) == (0.94, 50)


def test_those_told_early_are_decided_no_sooner_than_those_who_wait(engine: Engine) -> None:
    rows = [affected(str(i), 1 if i < 3 else None) for i in range(6)]
    notices = engine.put("notices", table_of(Notice, rows))
    for hours, decided, in_time in ((2, 0, 0), (5, 6, 3)):
        [found] = rows_of(
            measure.notices(notices, POLICY, as_of=seconds(after(hours=hours))), "fault"
        )
        assert (found["decided"], found["in_time"]) == (decided, in_time)
