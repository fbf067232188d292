"""What has to hold in the example beyond its types: every reference, every order, every address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import pairwise

from wingbeat.config.demo.shapes import Demo, Ending, Merge, Message, Snooze, Thread
from wingbeat.config.demo.times import _KINDS, _PLACEHOLDER, HERE, calendars

REASONS = ("answered", "done elsewhere", "duplicate", "spam", "no answer needed")
WORDS = ("not good", "so-so", "good")
ROLES = ("owner", "admin", "agent", "light")
AUTOMATIC = ("", "reply", "bounce", "list", "spam")
MADE_OF = {
    ".png": ("file",),
    ".pdf": ("file",),
    ".ics": ("event",),
    ".txt": ("text",),
    ".csv": ("text",),
}
CLIENTS = ("gmail", "apple", "outlook", "phone", "thunderbird")
_ADDRESS = re.compile(r"[^\s@]+@(?:[a-z0-9-]+\.)+example")


def unknown_placeholders(text: str) -> list[str]:
    """Return the words in braces that the example cannot fill."""
    braces = re.findall(r"\{[^{}]*\}", text)
    known = {found[0] for found in _PLACEHOLDER.finditer(text) if found["what"] in _KINDS}
    return [brace for brace in braces if brace not in known]


def problems_of(demo: Demo) -> list[str]:
    """Return every problem of the content as a sentence with its file and thread."""
    problems = [f"people.toml, {problem}" for problem in _people(demo)]
    keys = [thread.key for thread in demo.threads]
    for thread in demo.threads:
        here = f"{thread.file}, {thread.key}"
        problems += [f"{here}: {problem}" for problem in _thread(demo, thread)]
        if keys.count(thread.key) > 1:
            problems.append(f"{here}: another thread has this key")
        for message in thread.messages:
            problems += [f"{message.key} in {thread.file}: {p}" for p in _message(demo, message)]
    return problems


def _people(demo: Demo) -> Iterator[str]:
    for inbox in demo.inboxes.values():
        yield from _known("team", inbox.team, demo.teams)
        yield from _address(inbox.address)
    for team in demo.teams.values():
        for member in (team.lead, *team.members):
            yield from _known(f"member of {team.key}", member, demo.agents)
    for agent in demo.agents.values():
        yield from _known("role", agent.role, ROLES)
        yield from _address(agent.address)
    if [agent.is_visitor for agent in demo.agents.values()].count(True) != 1:
        yield "agents: exactly one is the visitor"
    for both in demo.agents.keys() & demo.customers.keys():
        yield f"{both} is both an agent and a customer"
    yield from _customers(demo)


def _customers(demo: Demo) -> Iterator[str]:
    seen: set[str] = {agent.address for agent in demo.agents.values()}
    for customer in demo.customers.values():
        yield from _known("language", customer.language, calendars())
        yield from _known("client", customer.client, CLIENTS)
        if customer.organization:
            yield from _known("organization", customer.organization, demo.organizations)
        if not customer.addresses:
            yield f"{customer.key} has no address"
        for address in customer.addresses:
            yield from _address(address)
            if address in seen:
                yield f"{address} belongs to two people"
            seen.add(address)


def _thread(demo: Demo, thread: Thread) -> Iterator[str]:
    yield from _known("inbox", thread.inbox, demo.inboxes)
    yield from _known("customer", thread.customer, demo.customers)
    yield from _known("language", thread.language, calendars())
    if thread.assignee:
        yield from _known("assignee", thread.assignee, demo.agents)
    if thread.team:
        yield from _known("team", thread.team, demo.teams)
    for brace in unknown_placeholders(thread.subject):
        yield f"the subject has an unknown placeholder {brace}"
    for before, after in pairwise(thread.messages):
        if after.at <= before.at:
            yield f"{after.key} is not later than {before.key}"
    yield from (f"the tag {tag!r} is long; at most 20 letters" for tag in thread.tags if tag[20:])
    yield from _strangers(thread)
    yield from _states(demo, thread)


def _states(demo: Demo, thread: Thread) -> Iterator[str]:
    if thread.ending:
        yield from _known("reason", thread.ending.reason, REASONS)
    if thread.merge:
        yield from _known("into", thread.merge.into, [one.key for one in demo.threads])
    if len([state for state in (thread.ending, thread.solved_at, thread.merge) if state]) > 1:
        yield "ended, solved and merged exclude one another"
    rows: list[Ending | Snooze | Merge | None] = [thread.ending, thread.snooze, thread.merge]
    for row in [row for row in rows if row is not None]:
        yield from _known("by", row.by, demo.agents)
        if row.at >= timedelta():
            yield "nothing can happen after the start"
    yield from _snooze(thread)
    yield from _promises_and_ratings(thread)


def _promises_and_ratings(thread: Thread) -> Iterator[str]:
    for message in thread.messages:
        if message.promised and message.kind != "reply":
            yield f"{message.key}: only an answer promises"
        if message.promised and message.promised.due <= message.at:
            yield f"{message.key}: what is promised is due after it was"
    if thread.rated:
        yield from _known("word", thread.rated.word, WORDS)
        if thread.rated.at >= timedelta() or thread.rated.at <= thread.messages[0].at:
            yield "a conversation is rated after it began and before the start"


def _snooze(thread: Thread) -> Iterator[str]:
    if thread.snooze and thread.snooze.until <= timedelta():
        yield "a snooze that is over says nothing"
    if thread.snooze and any(message.at > thread.snooze.at for message in thread.messages):
        yield "a message after the snooze would have ended it"


def _strangers(thread: Thread) -> Iterator[str]:
    """Whoever was never in To or Cc stands in the margin; the content has to know it too."""
    known = {thread.customer}
    for message in thread.messages:
        is_known = message.who in known or message.automatic == "bounce" or message.forwarded_by
        if message.kind == "mail" and not message.in_margin and not is_known:
            yield f"{message.key}: {message.who} is a stranger here; say `margin = true`"
        if not message.in_margin:
            known |= {*message.to, *message.cc}


def _message(demo: Demo, message: Message) -> Iterator[str]:
    yield from _known("from", message.who, demo.people)
    for other in (*message.to, *message.cc):
        yield from _known("to or cc", other, demo.people)
    if message.forwarded_by:
        yield from _known("forwarded_by", message.forwarded_by, demo.agents)
    if message.client:
        yield from _known("client", message.client, CLIENTS)
    if message.address and message.who in demo.customers:
        yield from _known("address", message.address, demo.customers[message.who].addresses)
    if message.bounced:
        yield from _address(message.bounced)
    yield from _known("automatic", message.automatic, AUTOMATIC)
    yield from _known("authentication", message.authentication, ("pass", "fail"))
    if message.at >= timedelta():
        yield "nothing can be written after the start"
    for brace in unknown_placeholders(message.subject + message.text + message.html):
        yield f"unknown placeholder {brace}; there are {{date+2d}} and {{weekday+2d}}"
    yield from _attachments(message)


def _attachments(message: Message) -> Iterator[str]:
    for file in message.attachments:
        made_of = [kind for kind in ("file", "event", "text") if getattr(file, kind)]
        ending = file.name[file.name.rfind(".") :]
        if tuple(made_of) != MADE_OF.get(ending):
            yield f"{file.name} is made of {made_of or 'nothing'}; the endings are {MADE_OF}"
        if file.file:
            there = [path.name for path in (HERE / "attached").iterdir()]
            yield from _known("file", file.file, there)
        if file.is_inline and f"[image: {file.name}]" not in message.text:
            yield f"{file.name} is inline, but the text has no [image: {file.name}]"


def _known(what: str, name: str, names: Collection[str]) -> Iterator[str]:
    if name not in names:
        yield f"{what} {name!r} is unknown; known: {', '.join(map(str, names))}"


def _address(address: str) -> Iterator[str]:
    if not _ADDRESS.fullmatch(address):
        yield f"{address!r} has to be an address that ends with .example"
