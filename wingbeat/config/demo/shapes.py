"""The shapes of the example desk's content: its people, their conversations and their messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose desk this is; `authserv` is the name under which its mail server vouches."""

    name: str
    about: str
    zone: ZoneInfo
    authserv: str


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """A door that words come through."""

    key: str
    name: str
    address: str
    team: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class Team:
    """Agents who read the same inboxes."""

    key: str
    name: str
    lead: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Agent:
    """A person who answers; the visitor of the example looks on as one of them."""

    key: str
    name: str
    address: str
    role: str = "agent"
    is_visitor: bool = False


@dataclass(frozen=True, kw_only=True)
class Organization:
    """What several customers belong to."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A person who writes, with the mail program and the habits that shape their mails."""

    key: str
    name: str
    addresses: tuple[str, ...] = ()
    language: str = "en"
    client: str = "gmail"
    organization: str = ""
    signature: str = ""
    zone: ZoneInfo
    charset: str = "utf-8"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file made from content: `text`, the `lines` of a page, a `drawing` or an `event`."""

    name: str
    text: str = ""
    lines: tuple[str, ...] = ()
    drawing: str = ""
    event: str = ""
    starts: timedelta = timedelta(days=7, hours=9)
    hours: int = 2
    is_inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What an answer promises, in its words, and when that is due."""

    words: str
    due: timedelta


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail, answer or note; `at` counts from the start of the example, so it is negative.

    `kind` is mail (from a customer), reply (from an agent) or note. `address` and `client` differ
    from the writer's usual ones only where given; both are empty for agents.
    """

    key: str
    kind: str
    who: str
    at: timedelta
    text: str
    html: str = ""
    subject: str = ""
    address: str = ""
    client: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...]
    quotes: bool
    in_margin: bool = False
    automatic: str = ""
    bounced: str = ""
    forwarded_by: str = ""
    authentication: str = "pass"
    promised: Promised | None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Who ended a conversation, when and why."""

    by: str
    at: timedelta
    reason: str


@dataclass(frozen=True, kw_only=True)
class Snooze:
    """Who put a conversation away, when, and until when; `until` lies after the start."""

    by: str
    at: timedelta
    until: timedelta


@dataclass(frozen=True, kw_only=True)
class Rated:
    """What the customer said of a conversation: bad, so-so or good, and why."""

    word: str
    comment: str = ""
    at: timedelta


@dataclass(frozen=True, kw_only=True)
class Merge:
    """Into which thread somebody merged this one, and when."""

    into: str
    by: str
    at: timedelta


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A conversation with its state; `solved_at` is the customer's word that it is solved."""

    key: str
    file: str
    inbox: str
    customer: str
    language: str
    subject: str
    tags: tuple[str, ...] = ()
    assignee: str = ""
    team: str = ""
    is_restricted: bool = False
    messages: tuple[Message, ...]
    ending: Ending | None
    solved_at: timedelta | None
    snooze: Snooze | None
    merge: Merge | None
    rated: Rated | None


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Everything there is; threads are ordered by their first message."""

    company: Company
    inboxes: dict[str, Inbox]
    teams: dict[str, Team]
    agents: dict[str, Agent]
    organizations: dict[str, Organization]
    customers: dict[str, Customer]
    threads: tuple[Thread, ...]

    def in_order(self) -> list[tuple[Thread, Message]]:
        """Return every message of every thread, oldest first."""
        pairs = [(thread, message) for thread in self.threads for message in thread.messages]
        return sorted(pairs, key=lambda pair: pair[1].at)

    def writer(self, message: Message) -> Agent | Customer:
        """Return the person who wrote a message."""
        return self.people[message.who]

    @property
    def people(self) -> dict[str, Agent | Customer]:
        """Agents and customers under their keys, which never coincide."""
        return {**self.customers, **self.agents}
