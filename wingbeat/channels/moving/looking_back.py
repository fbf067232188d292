"""An export of an old desk, opened by what it looks like and read without touching any desk."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from wingbeat.channels.mail.door import Door
from wingbeat.channels.moving import exported, mailboxes, tables
from wingbeat.channels.moving.zammad import reading as zammad, tables as zammad_tables
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.moving.shapes import OldConversation, OldMessage, Skipped
from wingbeat.desk.people.models import Agent
from wingbeat.laws.looking_back import OldCase, Told

WHAT_IT_MAY_BE = (
    "a folder that `wingbeat export` wrote, a folder of Zammad's tables (tickets.csv ...), an mbox "
    "file, a maildir, or a table (.csv); see docs/run/looking-back.md"
)
NAME = re.compile(r"[^\W\d_]{3,}")  # "Al" stands in too many words to be blanked out


class NoExport(ValueError):
    """There is nothing here that can be looked back on."""


@dataclass(slots=True)
class Export:
    """An export that is being read: its conversations, and what was left out, told by its reason.

    `names` are those of whoever spoke for the desk; what is quoted does without them.
    """

    kind: str
    rows: Iterator[OldConversation | Skipped]
    skipped: list[Skipped] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def cases(self) -> Iterator[OldCase]:
        """Yield the conversations; one that cannot be read is left out and told, not lost."""
        for row in self.rows:
            if isinstance(row, Skipped):
                self.skipped.append(row)
            elif not row.merged_into:
                try:
                    yield self._case(row, row.load())
                except (ValueError, KeyError, OSError) as error:
                    self.skipped.append(Skipped(row.ref, f"its messages cannot be read: {error}"))

    def _case(self, row: OldConversation, messages: Sequence[OldMessage]) -> OldCase:
        for one in (row.owner, *(message.author for message in messages)):
            if one is not None:
                self.names.update(NAME.findall(one.name))
        told = tuple(
            Told(
                ref=message.ref,
                at=message.said.at,
                is_ours=message.kind == MessageKind.AGENT,
                text=message.said.text_new or message.said.text,
                automatic=message.said.automatic,
            )
            for message in messages
            if message.kind != MessageKind.NOTE
        )
        return OldCase(
            ref=row.ref, number=row.number, opened_at=row.opened_at, told=told,
            ends=row.ends, is_over=row.ended_at is not None,
            is_spam=row.is_spam or row.beside().is_spam, customer=row.customer.ref,
        )  # fmt: skip


@contextmanager
def opened(path: Path, *, ours: Sequence[str], at: datetime) -> Iterator[Export]:
    """Open an export as long as the block lasts. `ours` are the addresses a mailbox wrote from.

    Raises:
        NoExport: if it is none, or lacks what it takes to read it.
    """
    with ExitStack() as stack:
        kind = _kind(path)
        yield Export(kind, _rows(path, kind, stack, ours=ours, at=at))


def _kind(path: Path) -> str:
    if not path.exists():
        raise NoExport(f"{path}: there is nothing of that name. Give {WHAT_IT_MAY_BE}.")
    if path.is_dir():
        signs = {
            "wingbeat": exported.NAME, "zammad": "tickets.csv", "zammad ": "tickets.json",
            "mbox": "cur",
        }  # fmt: skip
        found = [kind.strip() for kind, name in signs.items() if (path / name).exists()]
        if found:
            return found[0]
    else:
        with path.open("rb") as file:
            if file.read(5) == b"From ":
                return "mbox"
        if path.suffix.lower() == ".csv":
            return "csv"
    raise NoExport(f"{path} is of no kind that can be read. Give {WHAT_IT_MAY_BE}.")


def _rows(
    path: Path, kind: str, stack: ExitStack, *, ours: Sequence[str], at: datetime
) -> Iterator[OldConversation | Skipped]:
    into = Inbox(name="looking back", address=next(iter(ours), ""))  # of no desk, and never saved
    if kind == "wingbeat":
        return exported.conversations(path, into=into)
    if kind == "csv":
        return tables.conversations(path, into=into)
    if kind == "zammad":
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        old = zammad_tables.in_folder(path, files=None, scratch=scratch)
        stack.callback(old.close)
        return zammad.conversations(_WordsOnly(old), into=into, groups={})
    if not ours:
        raise NoExport(
            f"{path} is a mailbox, and nothing in it tells which mails are yours: name the "
            "addresses you wrote from, such as --ours support@example.org (may be repeated)."
        )
    inboxes = {address.strip().lower(): into for address in ours}
    door = Door(system=Agent(), inboxes=inboxes, servers={}, blocked=frozenset())
    mails = mailboxes.reading(path, door=door, into=into, at=at, agents={})
    return stack.enter_context(mails)


class _WordsOnly:
    """A Zammad without its files, which nobody looks back on."""

    def __init__(self, shelf: zammad.Shelf) -> None:
        self.tickets, self.user, self.articles = shelf.tickets, shelf.user, shelf.articles
        self.tags, self.merged_into = shelf.tags, shelf.merged_into
        self.fields, self.organization = shelf.fields, shelf.organization
        self.followers, self.checklist = shelf.followers, shelf.checklist

    def content(self, ticket: int, article: int, attachment: Any) -> bytes:
        return b""
