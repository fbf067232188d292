"""What a reader of an old desk hands over, before it is rows: plain values without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.receiving import REPORTS
from wingbeat.desk.conversations.words import Incoming


@dataclass(frozen=True, slots=True)
class OldField:
    """A field that an old desk had of its own; `shape` is one of a custom field here."""

    name: str
    label: str
    shape: str = "text"


Told = tuple[tuple[OldField, str], ...]


@dataclass(frozen=True, slots=True)
class OldPerson:
    """Somebody an old desk knew: a customer or an agent. `ref` is the old desk's name for them."""

    ref: str
    name: str = ""
    email: str = ""
    organization: str = ""
    details: str = ""  # telephone, place, notes: good to know
    told: Told = ()
    organization_told: Told = ()


@dataclass(frozen=True, slots=True)
class OldMessage:
    """One thing said. `author` is the agent where one spoke; None is the old desk itself."""

    ref: str
    kind: MessageKind
    said: Incoming
    author: OldPerson | None = None

    @property
    def is_by_customer(self) -> bool:
        """Say whether a person with an address wrote it to the desk, or their robot."""
        theirs = self.kind == MessageKind.CUSTOMER and self.said.automatic not in REPORTS
        return theirs and bool(self.said.sender["address"])


@dataclass(frozen=True, slots=True)
class Beside:
    """What an old desk keeps beside the words of a conversation."""

    tags: tuple[str, ...] = ()
    told: Told = ()
    followers: tuple[OldPerson, ...] = ()
    is_spam: bool = False  # for looking back only


@dataclass(frozen=True, slots=True)
class OldConversation:
    """A conversation as it stands on the old desk.

    `mark` changes whenever it does; `load` reads its messages and `beside` all else, which are
    asked for only where the mark is a new one. `merged_into` names the conversation that is read
    in its place.
    `ends` are all the times at which it was ended, where the old desk tells them.
    """

    ref: str
    inbox: Inbox
    customer: OldPerson
    subject: str
    opened_at: datetime
    load: Callable[[], Sequence[OldMessage]]
    mark: str = ""
    number: str = ""
    ended_at: datetime | None = None
    owner: OldPerson | None = None
    beside: Callable[[], Beside] = Beside
    wakes_at: datetime | None = None
    merged_into: str = ""
    is_restricted: bool = False
    # For looking back only: what came in is ended as done elsewhere, once, whatever it was.
    is_spam: bool = False
    ends: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not brought in, and why; `ref` names it for whoever looks it up."""

    ref: str
    why: str


@dataclass(slots=True)
class Tally:
    """Exactly what an import did, or what a trial would do."""

    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the counts as a person reads them, what was skipped by its reason."""
        lines = [f"{self.counts[name]:>9,}  {says}" for name, says in TOLD.items()]
        reasons = Counter(one.why for one in self.skipped)
        for why, count in reasons.most_common():
            first = next(one.ref for one in self.skipped if one.why == why)
            lines.append(f"{count:>9,}  skipped: {why} (such as {first})")
        return lines


TOLD = {
    "new": "conversations that are new here",
    "grown": "conversations that changed since last time",
    "same": "conversations that are here already, unchanged",
    "merged": "numbers that lead to the conversation they were merged into",
    "messages": "messages",
    "files": "files",
    "customers": "customers met for the first time",
    "agents": "agents who do not work here, kept as authors",
}
