"""The example desk as typed content: who is there and what they wrote, read from the TOML files."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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
from wingbeat.config.demo.times import HERE, span


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
    company = _company(people)
    agents = {key: _agent(key, table) for key, table in people.named_tables("agents")}
    customers = {
        key: _customer(key, table, company.zone) for key, table in people.named_tables("customers")
    }
    demo = Demo(
        company=company,
        inboxes={key: _inbox(key, table) for key, table in people.named_tables("inboxes")},
        teams={key: _team(key, table) for key, table in people.named_tables("teams")},
        agents=agents,
        organizations={
            key: _organization(key, table) for key, table in people.named_tables("organizations")
        },
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


def _span(table: Table, key: str, default: str | None = None) -> timedelta:
    words = table.text(key, default)
    try:
        return span(words)
    except ValueError as error:
        table.problem(f"`{key}`: {error}")
        return timedelta()


def _company(people: Table) -> Company:
    table = people.table("company") or Table({}, "people.toml, company", people.problems)
    company = Company(
        name=table.text("name"),
        about=table.text("about"),
        zone=ZoneInfo(table.text("zone", "Europe/Vienna")),
        authserv=table.text("authserv"),
    )
    table.done()
    return company


def _inbox(key: str, table: Table) -> Inbox:
    inbox = Inbox(
        key=key,
        name=table.text("name"),
        address=table.text("address"),
        team=table.text("team"),
        signature=table.text("signature"),
    )
    table.done()
    return inbox


def _team(key: str, table: Table) -> Team:
    team = Team(
        key=key, name=table.text("name"), lead=table.text("lead"), members=table.names("members")
    )
    table.done()
    return team


def _agent(key: str, table: Table) -> Agent:
    agent = Agent(
        key=key,
        name=table.text("name"),
        address=table.text("address"),
        role=table.text("role", "agent"),
        is_visitor=table.flag("visitor"),
    )
    table.done()
    return agent


def _organization(key: str, table: Table) -> Organization:
    organization = Organization(key=key, name=table.text("name"))
    table.done()
    return organization


def _customer(key: str, table: Table, zone: ZoneInfo) -> Customer:
    customer = Customer(
        key=key,
        name=table.text("name"),
        addresses=table.names("addresses"),
        language=table.text("language", "en"),
        client=table.text("client", "gmail"),
        organization=table.text("organization", ""),
        signature=table.text("signature", ""),
        zone=ZoneInfo(table.text("zone", zone.key)),
        charset=table.text("charset", "utf-8"),
    )
    table.done()
    return customer


def _thread(
    file: str, table: Table, agents: dict[str, Agent], customers: dict[str, Customer]
) -> Thread:
    key = table.text("key")
    table.where = f"{file}, {key}"
    customer = table.text("customer")
    known = customers.get(customer)
    thread = Thread(
        key=key,
        file=file,
        inbox=table.text("inbox"),
        customer=customer,
        language=table.text("language", known.language if known else "en"),
        subject=table.text("subject"),
        tags=table.names("tags"),
        assignee=table.text("assignee", ""),
        team=table.text("team", ""),
        is_restricted=table.flag("restricted"),
        messages=tuple(
            _message(f"{key}/{number}", inner, agents)
            for number, inner in enumerate(table.tables("message"), start=1)
        ),
        ending=_ending(table.table("ended")),
        solved_at=_span(table, "solved") if "solved" in table.values else None,
        snooze=_snooze(table.table("snoozed")),
        merge=_merge(table.table("merged")),
        rated=_rated(table.table("rated")),
    )
    table.taken.add("solved")
    table.done()
    return thread


def _message(key: str, table: Table, agents: dict[str, Agent]) -> Message:
    note = table.text("note", "")
    who = note or table.text("from")
    table.taken.add("from")
    message = Message(
        key=key,
        kind="note" if note else "reply" if who in agents else "mail",
        who=who,
        at=_span(table, "at"),
        text=table.text("text"),
        html=table.text("html", ""),
        subject=table.text("subject", ""),
        address=table.text("address", ""),
        client=table.text("client", ""),
        to=table.names("to"),
        cc=table.names("cc"),
        attachments=tuple(_attachment(inner) for inner in table.tables("attach")),
        quotes=not table.flag("no_quote"),
        in_margin=table.flag("margin"),
        automatic=table.text("automatic", ""),
        bounced=table.text("bounced", ""),
        forwarded_by=table.text("forwarded_by", ""),
        authentication=table.text("authentication", "pass"),
        promised=_promised(table.table("promised")),
    )
    table.done()
    return message


def _promised(table: Table | None) -> Promised | None:
    if table is None:
        return None
    promised = Promised(words=table.text("words"), due=_span(table, "due"))
    table.done()
    return promised


def _attachment(table: Table) -> Attachment:
    attachment = Attachment(
        name=table.text("name"),
        text=table.text("text", ""),
        lines=table.names("lines"),
        drawing=table.text("drawing", ""),
        event=table.text("event", ""),
        starts=_span(table, "starts", "in 7d 09:00"),
        hours=table.number("hours", 2),
        is_inline=table.flag("inline"),
    )
    table.done()
    return attachment


def _ending(table: Table | None) -> Ending | None:
    if table is None:
        return None
    ending = Ending(by=table.text("by"), at=_span(table, "at"), reason=table.text("reason"))
    table.done()
    return ending


def _snooze(table: Table | None) -> Snooze | None:
    if table is None:
        return None
    snooze = Snooze(by=table.text("by"), at=_span(table, "at"), until=_span(table, "until"))
    table.done()
    return snooze


def _merge(table: Table | None) -> Merge | None:
    if table is None:
        return None
    merge = Merge(into=table.text("into"), by=table.text("by"), at=_span(table, "at"))
    table.done()
    return merge


def _rated(table: Table | None) -> Rated | None:
    if table is None:
        return None
    word, comment = table.text("word"), table.text("comment", "")
    rated = Rated(word=word, comment=comment, at=_span(table, "at"))
    table.done()
    return rated
