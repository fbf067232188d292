"""An old mailbox: an mbox file or a maildir, each thread of mails a conversation.

Heads are read first and tell which mails belong together; the mails of a thread are read whole
only when it is brought in. A thread that has grown since is read again.
"""

from __future__ import annotations

import hashlib
import mailbox
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.incoming import automatic_kind, incoming_of, party, sender_of, storable
from wingbeat.channels.mail.parsing.confined import parse_safely
from wingbeat.channels.mail.parsing.heads import charset_of, read_head
from wingbeat.channels.mail.parsing.structure import read_structure
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.moving.shapes import OldConversation, OldMessage, OldPerson, Skipped
from wingbeat.desk.people.models import Agent

# A thread that nobody has written in for so long is not work that waits.
OPEN_FOR = timedelta(days=14)
Box = mailbox.mbox | mailbox.Maildir
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class NoMailbox(ValueError):
    """There is no mailbox at this place."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is no mailbox: give an mbox file, or a maildir, which is a folder with "
            "`cur` and `new` in it."
        )


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a mail tells of its thread."""

    key: str | int
    ref: str
    answers: tuple[str, ...]
    sender: Party
    others: tuple[Party, ...]
    subject: str
    at: datetime


@contextmanager
def reading(
    path: Path,
    *,
    door: Door,
    into: Inbox | None,
    at: datetime,
    agents: Mapping[str, str] | None = None,
) -> Iterator[Iterator[OldConversation | Skipped]]:
    """Open a mailbox and yield its threads, the oldest first, as long as the block lasts.

    `agents` are names by address; without them, those of this desk.

    Raises:
        NoMailbox: if there is none.
    """
    box = _opened(path)
    if agents is None:
        agents = dict(Agent.objects.at_work().values_list("email", "name"))
    reader = _Reader(box, door, into, agents, at)
    try:
        heads = [reader.head(key) for key in box.iterkeys()]
        yield (reader.conversation(thread) for thread in threads(heads))
    finally:
        box.close()


def threads(heads: Sequence[Head]) -> list[list[Head]]:
    """Return mails that answer each other together, the oldest first; the same mail once."""
    leader: dict[str, str] = {}

    def find(one: str) -> str:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for head in heads:
        for one in head.answers:
            leader[find(one)] = find(head.ref)
    found: dict[str, dict[str, Head]] = {}
    for head in heads:
        found.setdefault(find(head.ref), {}).setdefault(head.ref, head)
    ordered = [sorted(one.values(), key=lambda head: head.at) for one in found.values()]
    return sorted(ordered, key=lambda thread: thread[0].at)


class _Reader:
    def __init__(
        self,
        box: Box, door: Door, into: Inbox | None, agents: Mapping[str, str],
        at: datetime,
    ) -> None:  # fmt: skip
        self._box, self._door, self._into, self._agents, self._at = box, door, into, agents, at

    def head(self, key: str | int) -> Head:
        raw = self._box.get_bytes(key)  # type: ignore[arg-type]  # a maildir's keys are text
        end = _HEAD_END.search(raw)
        root = read_structure(raw[: end.end()] if end else raw).root
        read = read_head(root.fields, charset_of(root))
        date = read.date or _UNKNOWN
        return Head(
            key=key,
            ref=(read.message_id or hashlib.sha256(raw).hexdigest())[:200],
            answers=tuple(one[:200] for one in (*read.references, read.in_reply_to) if one),
            sender=party(read.sender),
            others=tuple(party(one) for one in (*read.to, *read.cc)),
            subject=storable(read.subject),
            # nothing comes from the future
            at=min((date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC), self._at),
        )

    def conversation(self, heads: list[Head]) -> OldConversation | Skipped:
        first, last = heads[0], heads[-1]
        people = [one for head in heads for one in (head.sender, *head.others)]
        inbox = self._into or self._door.inbox_of(one["address"] for one in people)
        if inbox is None:
            return Skipped(first.ref, "no inbox here has one of its addresses")
        customer = next((one for one in people if self._is_theirs(one)), None)
        if customer is None:
            return Skipped(first.ref, "nobody but ourselves takes part in it")
        names = hashlib.sha256("\n".join(head.ref for head in heads).encode()).hexdigest()[:16]
        return OldConversation(
            ref=first.ref,
            inbox=inbox,
            customer=OldPerson(customer["address"], customer["name"], customer["address"]),
            subject=first.subject,
            opened_at=first.at,
            load=lambda: [self._message(head, inbox) for head in heads],
            mark=f"{len(heads)} {names}",
            ended_at=last.at if last.at < self._at - OPEN_FOR else None,
        )

    def _message(self, head: Head, inbox: Inbox) -> OldMessage:
        mail = parse_safely(self._box.get_bytes(head.key))  # type: ignore[arg-type]
        sender = sender_of(mail)
        said = incoming_of(
            mail, sender=sender, automatic=automatic_kind(mail, self._door), at=head.at,
            door=self._door,
        )  # fmt: skip
        if self._is_theirs(sender) or not sender["address"]:
            return OldMessage(head.ref, MessageKind.CUSTOMER, said)
        at = sender["address"] if sender["address"] in self._agents else inbox.address
        name = self._agents.get(at) or sender["name"] or inbox.name
        own = "reply" if said.automatic == "reply" else ""
        return OldMessage(
            head.ref, MessageKind.AGENT, replace(said, automatic=own), OldPerson(at, name, at)
        )

    def _is_theirs(self, one: Party) -> bool:
        address = one["address"]
        return bool(address) and not self._door.is_ours(address) and address not in self._agents


def _opened(path: Path) -> Box:
    if path.is_file():
        return mailbox.mbox(path, create=False)
    if (path / "cur").is_dir():
        return mailbox.Maildir(path, create=False)
    raise NoMailbox(path)
