"""The nightly run: every law of a plan, over every scope and time of it, in a process of its own.

    python -m wingbeat.analytics.nightly FOLDER

The folder holds the tables and `plan.json`; each finished law tells its readings in lines of JSON,
and how far the run has come. A law that fails says so, and holds up no other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from wingbeat.analytics.engines import open_engine
from wingbeat.analytics.files import read_tables
from wingbeat.laws import registry
from wingbeat.laws.facts import SHAPES
from wingbeat.laws.policy import fingerprint
from wingbeat.laws.tables import arrow_schema, conform

DAY = 86_400
# These speak of a stretch of time, so that changes can be noticed; memory and decay see all.
OF_LATE = ("first_impression", "support")
OF_CONVERSATIONS = ("messages", "ratings", "moments")
Tables = dict[str, pa.Table]


def lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield each reading as a row, and after each law how far the run has come."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    whole = conform(read_tables(folder, SHAPES))
    total = len(plan["scopes"]) * len(plan["laws"]) * len(plan["as_of"])
    done = 0
    with open_engine() as engine:
        connection: Any = getattr(engine, "connection", None)
        connection.raw_sql(f"SET memory_limit = '{plan['megabytes'] // 2}MB'")
        connection.raw_sql("SET threads = 2")
        for scope, inboxes in plan["scopes"].items():
            within = _of_scope(whole, inboxes)
            for as_of in plan["as_of"]:
                for law in plan["laws"]:
                    about = {"scope": scope, "law": law, "as_of": as_of}
                    for row in _measured(engine, law, within, as_of, plan["days"]):
                        yield about | row
                    done += 1
                    yield {"done": done, "of": total}


def _measured(
    engine: Any, law: str, within: Tables, as_of: int, days: int
) -> Iterator[dict[str, Any]]:
    found, policy = registry.report_of(law), registry.shipped_policy(law)
    tables = _late(within, as_of, days) if law in OF_LATE else within
    names = [*found.NEEDS, *(name for name in found.MAY_USE if name in tables)]
    about = {"policy": fingerprint(policy), "version": f"{law}@{getattr(found, 'VERSION', 1)}"}
    try:
        held = {
            name: engine.put(name, tables.get(name, arrow_schema(SHAPES[name]).empty_table()))
            for name in names
        }
        report = found.report(held, policy, as_of=as_of)
        rows = [about | one.as_row() for one in report.readings]
    except Exception as error:  # noqa: BLE001  one law's fault is told, and holds up no other
        sys.stderr.write(f"{law}: {error}\n")
        rows = [about | {"key": law, "state": "failed", "why": type(error).__name__}]
    yield from rows


def _of_scope(tables: Mapping[str, pa.Table], inboxes: list[str] | None) -> Tables:
    """Keep what stands in these inboxes; None is the whole desk."""
    if inboxes is None or "conversations" not in tables:
        return dict(tables)
    conversations = tables["conversations"]
    within = conversations.filter(pc.is_in(conversations["inbox"], pa.array(inboxes, pa.string())))
    return _only(tables, within)


def _late(tables: Tables, as_of: int, days: int) -> Tables:
    """Keep conversations that began in the days before a time."""
    opened = tables["conversations"]["opened_at"]
    late = pc.and_(pc.greater(opened, as_of - days * DAY), pc.less_equal(opened, as_of))
    return _only(tables, tables["conversations"].filter(late))


def _only(tables: Mapping[str, pa.Table], conversations: pa.Table) -> Tables:
    ids = conversations["id"].combine_chunks()
    kept = {"conversations": conversations}
    for name, table in tables.items():
        if name in OF_CONVERSATIONS:
            kept[name] = table.filter(pc.is_in(table["conversation"], ids))
    return {**tables, **kept}


def _bound(megabytes: int) -> None:
    import resource  # not on every system

    # Private memory: shared libraries reserve addresses that they never touch.
    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(folder: Path) -> None:
    """Write the lines as JSON, each as soon as it is there."""
    _bound(json.loads((folder / "plan.json").read_text(encoding="utf-8"))["megabytes"])
    for line in lines(folder):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
