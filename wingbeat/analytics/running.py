"""Runs one law over a folder of tables: in, derived where needed, measured, and out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from wingbeat.analytics.engines import open_engine
from wingbeat.analytics.files import NoTables, path_of, read_tables, write_readings, write_table
from wingbeat.laws import registry
from wingbeat.laws.facts import SHAPES, Column, Moment, columns
from wingbeat.laws.memory import shipped_policy as memory_policy
from wingbeat.laws.moments import Rows, derive
from wingbeat.laws.policy import fingerprint
from wingbeat.laws.readings import Reading, Report
from wingbeat.laws.tables import conform, lacking, table_of
from wingbeat.stats import CannotBeSeen, Estimate, charts
from wingbeat.stats.stacks import stacked

SOURCES = ("messages", "promises", "changes", "grants", "notices", "ratings")
Tell = Callable[[str, int, int], None]
ABOUT = ("act", "cause", "team", "kind")  # what tells readings of one key apart
# Columns and tables that may be missing, and the laws and readings that see nothing without them:
# a count of nothing would say of the customers what is true of the file alone. A reading that a
# law leaves out for want of a table is told here by its whole name: none is dropped silently.
BLIND_WITHOUT = {
    "messages.due_at": "support.acts support.back support.crowd",
    "messages.acts": "harvest ripple.small_acts support.acts support.back",
    "promises.kept_at": "ethics.kept memory recovery respect.kept",
    "notices.told_at": "ethics.told ethics.in_time ethics.delay",
    "notices.asked_at": "ethics.asked_first",
    "checks.wrong_at": "decay.half_life",
    "lessons.fixed_at": "lessons",
    "conversations.size": "respect",
    "conversations.ended_at": "support.reopened",
    "ratings": "memory.blend first_impression.decides support.happy",
    "notices": "ethics.told ethics.in_time ethics.asked_first ethics.delay",
    "promises": "respect.kept",
    "causes": "respect.granted",
    "grants": "recovery.effect recovery.cost respect.granted",
}


@dataclass(frozen=True)
class Ran:
    """What came of a run, as of when, what the files lack, and whether a picture was drawn."""

    report: Report
    as_of: datetime
    lacks: Mapping[str, Column]
    drawn: bool


def run(
    law: str, folder: Path, out: Path, *, engine: str, as_of: datetime | None, kind: str,
    plot: Path | None, tell: Tell,
) -> Ran:  # fmt: skip
    """Measure a law over the tables in a folder, write what comes of it, and return it."""
    found, policy = registry.report_of(law), registry.shipped_policy(law)
    tell("reading", 0, 4)
    given = _tables(law, folder, found)
    tables, lacks = conform(given), lacking(given)
    # Moments that are given tell what else would come from messages, grants, ratings and the like.
    absent = set(SHAPES) - set(given) - set(SOURCES if "moments" in given else ())
    earliest, moment = _ends(tables)
    if as_of:
        moment = int((as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)).timestamp())
    if "moments" in found.NEEDS and "moments" not in tables:
        tell("deriving moments", 1, 4)
        tables["moments"] = derived(tables, moment)
    out.mkdir(parents=True, exist_ok=True)
    at, tabless = datetime.fromtimestamp(moment, UTC), set(SHAPES) - set(given)
    given.clear()
    with open_engine(engine) as opened:
        tell("bringing tables to the engine", 2, 4)
        # Each leaves this side as it is there: the largest need not lie in memory twice.
        held = {name: opened.put(name, tables.pop(name)) for name in list(tables)}
        tell("measuring", 3, 4)
        report = _blind(law, found.report(held, policy, as_of=moment), {*lacks, *absent}, tabless)
        if at > datetime.now(UTC) - timedelta(days=1):  # no day is foretold that may be past
            report = report.at_pace((moment - earliest) / 86_400, at.date())
        for name, expression in report.tables.items():
            write_table(out, name, expression.to_pyarrow(), kind=kind)
    about = {"law": law, "policy": fingerprint(policy), "as_of": moment, "engine": opened.name}
    write_readings(out / "readings.jsonl", (about | one.as_row() for one in report.readings))
    picture = drawn(law, report) if plot else ""
    if plot and picture:
        plot.write_text(picture, encoding="utf-8")
    tell("done", 4, 4)
    return Ran(report, at, lacks, bool(picture))


def _blind(law: str, report: Report, lacks: Collection[str], tabless: Collection[str]) -> Report:
    """Return the report with what is missing where a reading can see nothing without it."""

    def seen(one: Reading) -> Reading:
        names = set() if isinstance(one.result, CannotBeSeen) else {one.key, law}
        asked = (column for column, of in BLIND_WITHOUT.items() if names & set(of.split()))
        blind = next((column for column in asked if column in lacks), None)
        return replace(one, result=CannotBeSeen(blind)) if blind else one

    there = {one.key for one in report.readings}
    unseen = (
        Reading(key, CannotBeSeen(name), "", "", "")
        for name, of in BLIND_WITHOUT.items() if name in tabless
        for key in of.split() if key.startswith(f"{law}.") and key not in there
    )  # fmt: skip
    return replace(report, readings=(*map(seen, report.readings), *unseen))


def _tables(law: str, folder: Path, found: registry.LawReport) -> dict[str, pa.Table]:
    names = [*found.NEEDS, *found.MAY_USE]
    if "moments" in names and path_of(folder, "moments") is None:
        names += [name for name in SOURCES if name not in names]
    given = read_tables(folder, names)
    made = {"moments"} if set(SOURCES) & set(given) else set()
    missing = [name for name in found.NEEDS if name not in {*given, *made}]
    if missing or not given:
        wanted = " and ".join(missing) or " or ".join(names)
        raise NoTables(f"{folder}: {law} needs {wanted} (.csv or .parquet), not there")
    return given


def _ends(tables: Mapping[str, pa.Table]) -> tuple[int, int]:
    """Return the earliest and the latest time that tables tell: an export of yesterday's now."""
    ends = [
        pc.min_max(table[column.name]).as_py()
        for name, table in tables.items()
        for column in columns(SHAPES[name])
        if column.kind == "time" and column.name != "due_at"
    ]
    known = [end for end in ends if end["min"] is not None]
    if not known:
        raise NoTables("the tables have no rows, so there is no time to look from")
    return min(end["min"] for end in known), max(end["max"] for end in known)


def derived(tables: Mapping[str, pa.Table], as_of: int) -> pa.Table:
    """Return the moments that the other tables tell of."""
    rows = {name: _rows(name, tables[name]) for name in SOURCES if name in tables}
    policy = memory_policy().moments
    return table_of(Moment, derive(Rows(**rows), policy, datetime.fromtimestamp(as_of, UTC)))


def _rows(name: str, table: pa.Table) -> list[Any]:
    times = [column.name for column in columns(SHAPES[name]) if column.kind == "time"]
    rows = table.to_pylist()
    for row in rows:
        for time in times:
            if row[time] is not None:
                row[time] = datetime.fromtimestamp(row[time], UTC)
    return [SHAPES[name](**row) for row in rows]


def named(one: Reading) -> str:
    """Return a reading's key, and what tells it from others of that key."""
    return " ".join([one.key, *(str(one.details[name]) for name in ABOUT if name in one.details)])


def drawn(law: str, report: Report) -> str:
    """Return the readings that speak as a picture, those of one unit on one scale, or nothing."""
    by_unit: dict[str, list[charts.Mark]] = {}
    for one in report.readings:
        of = one.result
        if isinstance(of, Estimate) and isfinite(of.value):
            mark = charts.Mark(named(one).partition(".")[2], of.value, of.low, of.high)
            by_unit.setdefault(one.unit, []).append(mark)
    pictures = []
    for place, (unit, marks) in enumerate(by_unit.items()):
        about = f"Readings of {law} in one unit, {unit}, with their intervals"
        words = charts.Words(f"{law}-{place}", f"{law}: {unit}", about, ("reading", unit))
        pictures.append(charts.dots(words, marks))
    return stacked(pictures) if pictures else ""
