"""The example desk as typed content: who is there and what they wrote, read from the TOML files."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from wingbeat.config.demo.reading import ContentProblems, Table
from wingbeat.config.demo.shapes import (
    Agent,
    Attachment,
    Company,
    Customer,
    Demo,
    Ending,
    Inbox,
    Merge,
    Message,
    Organization,
    Promised,
    Rated,
    Snooze,
    Team,
    Thread,
)
from wingbeat.config.demo.times import HERE


def load(folder: Path = HERE) -> Demo:
    """Read the example from `people.toml` and `threads/`; raise `ContentProblems` with all of them.

    >>> load().company.name
    'Marrowby'
    """
    demo, problems = read(folder)
    if problems:
        raise ContentProblems(problems)
    return demo


def read(folder: Path) -> tuple[Demo, list[str]]:
    """Read the example as far as its files can be read, and tell what in them cannot.

    That every name leads somewhere, and every time comes after the one before, its tests see to.
    """
    problems: list[str] = []
    people = Table(_toml(folder / "people.toml", problems), "people.toml", problems)
    company = (people.table("company") or people).read(Company)
    agents = people.named("agents", Agent)
    customers = people.named("customers", Customer, zone=company.zone.key)
    demo = Demo(
        company=company,
        inboxes=people.named("inboxes", Inbox),
        teams=people.named("teams", Team),
        agents=agents,
        organizations=people.named("organizations", Organization),
        customers=customers,
        threads=tuple(_threads(folder, problems, agents, customers)),
    )
    people.done()
    return demo, problems


def _toml(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path.name}: {error}")
        return {}


def _threads(
    folder: Path, problems: list[str], agents: dict[str, Agent], customers: dict[str, Customer]
) -> list[Thread]:
    threads = []
    for path in sorted((folder / "threads").glob("*.toml")):
        file = Table(_toml(path, problems), path.name, problems)
        threads += [_thread(path.name, table, agents, customers) for table in file.tables("thread")]
        file.done()
    begun = {thread.key: thread.messages[0].at for thread in threads if thread.messages}
    return sorted(threads, key=lambda thread: begun.get(thread.key, timedelta()))


def _thread(
    file: str, table: Table, agents: dict[str, Agent], customers: dict[str, Customer]
) -> Thread:
    key, customer = table.text("key"), table.text("customer")
    table.where = f"{file}, {key}"
    known = customers.get(customer)
    messages = enumerate(table.tables("message"), start=1)
    return table.read(
        Thread,
        key=key,
        file=file,
        customer=customer,
        language=table.text("language", known.language if known else "en"),
        messages=tuple(_message(f"{key}/{number}", inner, agents) for number, inner in messages),
        ending=table.inner("ended", Ending),
        solved_at=table.span("solved", timedelta()) or None,
        snooze=table.inner("snoozed", Snooze),
        merge=table.inner("merged", Merge),
        rated=table.inner("rated", Rated),
    )


def _message(key: str, table: Table, agents: dict[str, Agent]) -> Message:
    note = table.text("note", "")
    who = note or table.text("from")
    table.taken.add("from")
    return table.read(
        Message,
        key=key,
        kind="note" if note else "reply" if who in agents else "mail",
        who=who,
        attachments=tuple(inner.read(Attachment) for inner in table.tables("attach")),
        quotes=not table.flag("no_quote"),
        promised=table.inner("promised", Promised),
    )
