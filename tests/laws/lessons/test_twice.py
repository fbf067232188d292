"""Two lessons of one cause: what the second fix mended is not to the credit of the first."""

from __future__ import annotations

from dataclasses import replace

from tests.laws.conftest import after, rows_of, seconds
from tests.laws.lessons.test_lessons import AGAIN, FIXED, POLICY, came, learned, put, reading
from wingbeat.analytics.engines import Engine
from wingbeat.laws.lessons import measure
from wingbeat.laws.lessons.report import report
from wingbeat.laws.wording import speak
from wingbeat.stats import Estimate, NotEnough

FIRST = learned()
SECOND = replace(learned(fixed=400, opened=395), id="l-invoice-again")
DAYS = [0, *(66 + 8 * i for i in range(12)), *(210 + 9 * i for i in range(21))]
CAUSES = [came(day) for day in DAYS]  # 21 after the first fix, none after the second


def test_windows_of_two_fixes_of_one_cause_do_not_overlap(engine: Engine) -> None:
    tables = put(engine, CAUSES, [FIRST, SECOND])
    rows = rows_of(measure.counted(**tables, policy=POLICY, as_of=seconds(after(days=900))), "id")
    told = [
        (r["before"], r["after"], (r["after_until"] - seconds(after())) // 86_400) for r in rows
    ]
    assert told == [(12, 21, 400), (11, 0, 900)]
    soon = put(engine, CAUSES, [FIRST, replace(SECOND, opened_at=after(days=260))])
    rows = rows_of(measure.counted(**soon, policy=POLICY, as_of=seconds(after(days=900))), "id")
    assert rows[1]["before"] == 3  # since the first fix, and not what came before it


def test_a_first_fix_that_did_nothing_gets_no_credit_for_the_second(duckdb_engine: Engine) -> None:
    tables = put(duckdb_engine, CAUSES, [FIRST, SECOND])
    found = report(tables, POLICY, as_of=seconds(after(days=900)))
    first, second = [one for one in found.readings if one.key == AGAIN]
    assert (first.details["state"], first.details["change"]) == ("returned", "not shown")
    assert second.details["state"] == "holds"
    soon = put(duckdb_engine, CAUSES[:13], [FIRST, replace(SECOND, fixed_at=after(days=FIXED + 9))])
    found = report(soon, POLICY, as_of=seconds(after(days=900)))
    early = reading(found, AGAIN)
    assert early.details["state"] == "mended anew"
    assert "was mended anew before it could be told" in speak(early.says, law="lessons")
    steps = [one.result for one in found.readings if one.key == "lessons.step"]
    assert steps[0] == NotEnough(0, 3, of="weeks_to_next")


def test_ten_lessons_of_two_causes_are_no_ten_causes(duckdb_engine: Engine) -> None:
    """All of one cause came back, all of the other hold: of the next cause little is known."""
    causes, lessons = [came(0, "x")], []
    for name, again in (("a", 1), ("b", 0)):
        causes += [came(7 * i, name) for i in range(1, 24)]
        for fix in range(5):
            start = FIXED + 200 * fix
            lessons.append(replace(learned(name, start, start - 1), id=f"{name}{fix}"))
            causes += [came(start + 10 + 7 * i, name) for i in range(20)] if again else []
    policy = replace(POLICY, cluster_days=1, before_days=1000, least_before=1)
    told = report(put(duckdb_engine, causes, lessons), policy, as_of=seconds(after(days=1300)))
    hold = reading(told, "lessons.hold").result
    assert isinstance(hold, Estimate | NotEnough)
    wide = isinstance(hold, NotEnough) or hold.high - hold.low > 0.7
    assert wide, hold


def test_intervals_of_lessons_are_at_the_policys_level(duckdb_engine: Engine) -> None:
    tables = put(duckdb_engine, CAUSES, [FIRST])
    for key in (AGAIN, "lessons.step"):
        narrow, wide = (
            reading(
                report(tables, replace(POLICY, level=level), as_of=seconds(after(days=380))), key
            ).result
            for level in (0.8, 0.99)
        )
        assert isinstance(narrow, Estimate)
        assert isinstance(wide, Estimate)
        assert (narrow.level, wide.level) == (0.8, 0.99)
        assert wide.low < narrow.low < narrow.high < wide.high
