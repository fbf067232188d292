"""The shapes of the example desk's content: its people, their conversations and their messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from wingbeat.config.demo.times import span

Span = Annotated[timedelta, BeforeValidator(span)]  # before or after the start of the example
Words = Annotated[str, AfterValidator(lambda words: words.strip("\n"))]


def key_of(name: str) -> str:
    """Return the key of a field in the tables: `is_inline` stands there as `inline`."""
    return name.removeprefix("is_").removeprefix("in_")


class Shape(BaseModel):
    """What every shape is: settled, and read from a table in which every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=key_of)


class Company(Shape):
    """Whose desk this is; `authserv` is the name under which its mail server vouches."""

    name: str
    about: str
    zone: ZoneInfo
    authserv: str


class Inbox(Shape):
    """A door that words come through."""

    key: str
    name: str
    address: str
    team: str
    signature: Words


class Team(Shape):
    """Agents who read the same inboxes."""

    key: str
    name: str
    lead: str
    members: tuple[str, ...] = ()


class Agent(Shape):
    """A person who answers; the visitor of the example looks on as one of them."""

    key: str
    name: str
    address: str
    role: str = "agent"
    is_visitor: bool = False


class Organization(Shape):
    """What several customers belong to."""

    key: str
    name: str


class Customer(Shape):
    """A person who writes, with the mail program and the habits that shape their mails."""

    key: str
    name: str
    addresses: tuple[str, ...] = ()
    language: str = "en"
    client: str = "gmail"
    organization: str = ""
    signature: Words = ""
    zone: ZoneInfo
    charset: str = "utf-8"


class Attachment(Shape):
    """A file that holds a `text` or an `event`, or the one of this name in `attached`."""

    name: str
    text: Words = ""
    file: str = ""
    event: str = ""
    starts: Span = timedelta(days=7, hours=9)
    hours: int = 2
    is_inline: bool = False


class Promised(Shape):
    """What an answer promises, in its words, and when that is due."""

    words: str
    due: Span


class Message(Shape):
    """One mail, answer or note; `at` counts from the start of the example, so it is negative.

    `kind` is mail (from a customer), reply (from an agent) or note. `address` and `client` differ
    from the writer's usual ones only where given; both are empty for agents.
    """

    key: str
    kind: str
    who: str
    at: Span
    text: Words
    html: Words = ""
    subject: str = ""
    address: str = ""
    client: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = Field((), alias="attach")
    quotes: bool
    in_margin: bool = False
    automatic: str = ""
    bounced: str = ""
    forwarded_by: str = ""
    authentication: str = "pass"
    promised: Promised | None = None


class Ending(Shape):
    """Who ended a conversation, when and why."""

    by: str
    at: Span
    reason: str


class Snooze(Shape):
    """Who put a conversation away, when, and until when; `until` lies after the start."""

    by: str
    at: Span
    until: Span


class Rated(Shape):
    """What the customer said of a conversation: bad, so-so or good, and why."""

    word: str
    comment: str = ""
    at: Span


class Merge(Shape):
    """Into which thread somebody merged this one, and when."""

    into: str
    by: str
    at: Span


class Thread(Shape):
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
    messages: tuple[Message, ...] = Field(alias="message", min_length=1)
    ending: Ending | None = Field(None, alias="ended")
    solved_at: Span | None = Field(None, alias="solved")
    snooze: Snooze | None = Field(None, alias="snoozed")
    merge: Merge | None = Field(None, alias="merged")
    rated: Rated | None = None


def by_first_words(threads: tuple[Thread, ...]) -> tuple[Thread, ...]:
    """Return threads in the order in which they began."""
    return tuple(sorted(threads, key=lambda thread: thread.messages[0].at))


class Demo(Shape):
    """Everything there is; threads are ordered by their first message."""

    company: Company
    inboxes: dict[str, Inbox]
    teams: dict[str, Team]
    agents: dict[str, Agent]
    organizations: dict[str, Organization]
    customers: dict[str, Customer]
    threads: Annotated[tuple[Thread, ...], AfterValidator(by_first_words)]

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
