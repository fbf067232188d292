"""What is counted of small and big customers, on every engine."""

from __future__ import annotations

from typing import Any

from tests.laws.conftest import after, rows_of, seconds
from tests.laws.respect.desks import POLICY
from wingbeat.analytics.engines import Engine
from wingbeat.laws.facts import Cause, Conversation, Grant, Message, Promise
from wingbeat.laws.respect import measure
from wingbeat.laws.respect.report import (
    report,
)
from wingbeat.laws.tables import table_of
from wingbeat.stats import NotEnough


def talk(name: str, size: str | None, severity: int | None = 1, channel: str = "mail") -> Any:
    return Conversation(
        id=name, customer=f"of-{name}", opened_at=after(), ended_at=None, inbox=None,
        channel=channel, cause=None, size=size, severity=severity,
    )  # fmt: skip


def said(name: str, hours: float, side: str = "customer", *, automatic: bool = False) -> Message:
    return Message(
        id=f"{name}{hours}{side}", conversation=name, customer=f"of-{name}", at=after(hours=hours),
        seq=0, side=side, automatic=automatic, due_at=None, acts=None,
    )  # fmt: skip


def promised(name: str, due: float, kept: float | None, withdrawn: float | None = None) -> Promise:
    return Promise(
        id=name, conversation=name, customer=f"of-{name}", made_at=after(), due_at=after(hours=due),
        kept_at=None if kept is None else after(hours=kept),
        withdrawn_at=None if withdrawn is None else after(hours=withdrawn),
    )  # fmt: skip


TALKS = [
    talk("a", "small"), talk("b", "big"), talk("c", "small", None), talk("d", None),
    talk("e", "big"), talk("f", "small"),
]  # fmt: skip


WORDS = [
    said("a", 0), said("a", 1, "us", automatic=True), said("a", 3, "us"), said("a", 4, "us"),
    said("b", 0), said("b", 1, "us"), said("c", 0), said("d", 0), said("d", 1, "us"),
    said("e", 0, "us"), said("e", 2), said("f", 0), said("f", 3, "us"), said("f", 99),
]  # fmt: skip


def test_waits_are_counted_alike_on_every_engine(engine: Engine) -> None:
    tables = (
        engine.put("conversations", table_of(Conversation, TALKS)),
        engine.put("messages", table_of(Message, WORDS)),
    )
    found = rows_of(measure.waits(*tables, as_of=seconds(after(hours=10))), "customer")
    assert [
        (r["customer"], r["stratum"], r["size"], r["seconds"] // 3600, r["ended"]) for r in found
    ] == [
        ("of-a", "1/mail", "small", 3, 1),  # the receipt answered nobody
        ("of-b", "1/mail", "big", 1, 1),
        ("of-c", "-/mail", "small", 10, 0),
        ("of-f", "1/mail", "small", 3, 1),
    ]


def test_promises_and_grants_are_counted_alike_on_every_engine(engine: Engine) -> None:
    talks = engine.put("conversations", table_of(Conversation, TALKS))
    rows = [
        promised("a", 5, 4), promised("b", 5, 6), promised("f", 5, None), promised("c", 5, 1, 2),
        promised("e", 50, None),
    ]  # fmt: skip
    kept = measure.promises(
        talks, engine.put("promises", table_of(Promise, rows)), as_of=seconds(after(hours=10))
    )
    assert [(r["customer"], r["size"], r["k"], r["n"]) for r in rows_of(kept, "customer")] == [
        ("of-a", "small", 1, 1), ("of-b", "big", 0, 1), ("of-f", "small", 0, 1),
    ]  # fmt: skip
    causes = [Cause(cause="late", conversation=n, customer="x", at=after()) for n in "aabf"]
    grants = [Grant(id=n, conversation=n, customer="x", at=after(), cents=1, cause=None)
              for n in "aab"]  # fmt: skip
    given = measure.granted(
        talks,
        engine.put("causes", table_of(Cause, causes)),
        engine.put("grants", table_of(Grant, grants)),
        as_of=seconds(after(hours=10)),
    )
    assert [(r["customer"], r["k"], r["n"]) for r in rows_of(given, "customer")] == [
        ("of-a", 1, 1), ("of-b", 1, 1), ("of-f", 0, 1),
    ]  # fmt: skip


def test_a_report_holds_its_metrics_together_and_admits_too_little(duckdb_engine: Engine) -> None:
    tables = {
        "conversations": duckdb_engine.put("conversations", table_of(Conversation, TALKS)),
        "messages": duckdb_engine.put("messages", table_of(Message, WORDS)),
        "promises": duckdb_engine.put("promises", table_of(Promise, [promised("a", 5, 4)])),
    }
    found = report(tables, POLICY, as_of=seconds(after(hours=10)))
    assert [r.key for r in found.readings] == ["respect.first_words", "respect.kept"]
    assert found.readings[0].result == NotEnough(1, 10, of="answered")


def test_a_promise_taken_back_after_it_was_due_had_been_broken(engine: Engine) -> None:
    talks = engine.put("conversations", table_of(Conversation, TALKS))
    rows = [promised("a", 5, None, 6), promised("f", 5, None, 4)]
    kept = measure.promises(
        talks, engine.put("promises", table_of(Promise, rows)), as_of=seconds(after(hours=10))
    )
    assert [(r["size"], r["k"], r["n"]) for r in rows_of(kept, "size")] == [("small", 0, 1)]
