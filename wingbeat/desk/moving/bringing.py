"""Bringing in: conversations of an old desk become rows here, once, with nobody told.

Nothing is sent and no rule runs: a message from an old desk has no outbox row, and the journal
says `conversation.imported`, which no rule listens to. Whoever still waits has waited since they
wrote, but what we promise them is counted from the moment their conversation came to us.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import DataError, transaction

from wingbeat.desk.conversations.assigning import Assignment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.ending import Ending
from wingbeat.desk.conversations.inbox import our_addresses
from wingbeat.desk.conversations.mentioning import Following
from wingbeat.desk.conversations.merging import CannotMerge, merge, whole_of
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.snoozing import Snooze
from wingbeat.desk.conversations.tagging import Tag, Tagging, WrongTag, spelled
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.desk.customers.models import Customer
from wingbeat.desk.journal.models import Entry
from wingbeat.desk.journal.recording import Kind
from wingbeat.desk.moving.knowing import Holder, Knowing
from wingbeat.desk.moving.models import Brought, OldDesk, OldNumber, What
from wingbeat.desk.moving.people import People
from wingbeat.desk.moving.shapes import (
    Beside,
    OldConversation,
    OldField,
    OldMessage,
    OldPerson,
    Skipped,
    Tally,
    Told,
)
from wingbeat.desk.moving.standing import stand
from wingbeat.desk.moving.writing import Writing

StateRow = Assignment | Ending | Snooze


@dataclass(slots=True)
class Item:
    """A conversation on its way in: what is new of it, and its row once that is known."""

    old: OldConversation
    messages: list[OldMessage]
    beside: Beside = field(default_factory=Beside)
    row: Conversation | None = None
    is_new: bool = False
    added: list[OldMessage] = field(default_factory=list)
    here_too: list[tuple[OldMessage, int]] = field(default_factory=list)  # with our message


class Mover:
    """Brings one old desk in, a batch at a time; each batch is one transaction."""

    def __init__(self, desk: OldDesk, *, at: datetime, ours: frozenset[str] = frozenset()) -> None:
        self.tally = Tally()
        self._desk, self._at = desk, at
        self._people = People(desk, self.tally.counts)
        self._knowing = Knowing(
            by=self._people.system, at=at, skip=lambda ref, why: self.skip(Skipped(ref, why))
        )
        self._writing = Writing(desk, self._people, our_addresses() | ours, self.tally.counts)

    def skip(self, one: Skipped) -> None:
        self.tally.skipped.append(one)

    def try_out(self, batch: Sequence[OldConversation]) -> None:
        """Count what a batch would do, and change nothing."""
        for item in self._changed(batch):
            counts = self.tally.counts
            if item.old.merged_into:
                counts["merged"] += 1
                continue
            messages = {one.ref for one in item.messages}
            known = Brought.objects.of(self._desk, What.MESSAGE, messages)
            refs = [item.old.ref]
            is_here = bool(known or Brought.objects.of(self._desk, What.CONVERSATION, refs))
            added = [one for one in item.messages if one.ref not in known]
            counts["grown" if is_here and added else "same" if is_here else "new"] += 1
            counts["messages"] += len(added)
            counts["files"] += sum(len(one.said.attachments) for one in added)

    def bring(self, batch: Sequence[OldConversation], *, reached: str = "") -> None:
        """Bring a batch in, and note how far that has come."""
        items = self._changed(batch)  # reads from the old desk: not while we hold a lock
        before = self.tally.counts.copy()
        try:
            with transaction.atomic():
                self._bring(items)
                self._desk.reached = reached
                self._desk.save(update_fields=["reached"])
        except DataError as error:  # one that the database cannot hold must not stop all others
            self.tally.counts.clear()
            self.tally.counts.update(before)
            self._people.forget()
            self._knowing.forget()
            if len(batch) == 1:
                self.skip(Skipped(batch[0].ref, str(error).strip()))
                return
            for one in batch:
                self.bring([one], reached=reached)

    @transaction.atomic
    def finish(self) -> None:
        """Let the numbers of merged conversations lead to where their words are read now."""
        lost = OldNumber.objects.filter(desk=self._desk, conversation__isnull=True)
        leads = dict(OldNumber.objects.filter(desk=self._desk).values_list("ref", "leads_to"))
        for row in list(lost.order_by("pk")):
            ref, seen = row.leads_to, {row.ref}
            while leads.get(ref) and ref not in seen:
                seen.add(ref)
                ref = leads[ref]
            target = Brought.objects.of(self._desk, What.CONVERSATION, [ref]).get(ref)
            if target is None or target.became is None:
                self.skip(Skipped(row.number, "merged into a conversation that is not there"))
                continue
            row.conversation_id = target.became
            row.save(update_fields=["conversation"])
            self._read_as_one(row, target.became)
        self._desk.reached, self._desk.finished_at = "", self._at
        self._desk.save(update_fields=["reached", "finished_at"])

    def _read_as_one(self, row: OldNumber, target: int) -> None:
        """Merge here too what the old desk merged after we had brought it in."""
        own = Brought.objects.of(self._desk, What.CONVERSATION, [row.ref]).get(row.ref)
        if own is None or own.became is None or whole_of(own.became) == whole_of(target):
            return
        source = Conversation.objects.get(pk=own.became)
        into = Conversation.objects.get(pk=whole_of(target))
        try:
            merge(source, into=into, by=self._people.system, at=self._at)
        except CannotMerge as error:
            self.skip(Skipped(row.number, str(error)))

    def _changed(self, batch: Sequence[OldConversation]) -> list[Item]:
        """Read the messages of those that are new or have another mark."""
        rows = Brought.objects.of(self._desk, What.CONVERSATION, [one.ref for one in batch])
        items = []
        for old in batch:
            row = rows.get(old.ref)
            if row is not None and old.mark and row.mark == old.mark:
                self.tally.counts["same"] += 1
                continue
            once = {one.ref: one for one in (() if old.merged_into else old.load())}
            said = sorted(once.values(), key=lambda one: one.said.at)
            items.append(Item(old, said, old.beside()))
        return items

    def _bring(self, items: list[Item]) -> None:
        merged = [item for item in items if item.old.merged_into]
        whole = [item for item in items if not item.old.merged_into]
        self._find(whole)
        customers = self._customers(whole)
        fresh = [item for item in whole if item.row is None]
        for item, customer in zip(whole, customers, strict=True):
            if item.row is None:
                item.row, item.is_new = self._row(item, customer), True
        states = [row for item in whole for row in self._settle(item)]
        Conversation.objects.bulk_create([i.row for i in fresh if i.row is not None])
        for table in (Assignment, Ending, Snooze):
            rows: list[Any] = [row for row in states if isinstance(row, table)]
            table.objects.bulk_create(rows)
        self._writing.write(
            [(item.row, item.added, item.old.ref) for item in whole if item.row is not None]
        )
        self._note(whole)
        self._remember(whole, merged)
        self._tag(whole)
        self._follow(whole)
        self._knowing.keep(_told(whole))
        self._tell(whole)

    def _find(self, items: list[Item]) -> None:
        """Find the rows of what is here already, and which of its messages are new."""
        refs = {one.ref for item in items for one in item.messages}
        known = Brought.objects.of(self._desk, What.MESSAGE, refs)
        places = dict(
            Message.objects.filter(pk__in=[row.became for row in known.values()]).values_list(
                "pk", "conversation_id"
            )
        )
        here = Brought.objects.of(self._desk, What.CONVERSATION, [item.old.ref for item in items])
        came_by_mail = self._came_by_mail(items)
        found: dict[int, Item] = {}
        for item in items:
            own = here.get(item.old.ref)
            by_message = [
                places.get(known[m.ref].became or 0) for m in item.messages if m.ref in known
            ]
            mailed = [
                (m, came_by_mail.get((item.old.inbox.pk, m.said.message_id)))
                for m in item.messages
                if m.ref not in known
            ]
            by_mail = [mail[0] for _m, mail in mailed if mail]
            pk = next(filter(None, [own.became if own else None, *by_message, *by_mail]), None)
            item.added = [one for one, mail in mailed if mail is None]
            item.here_too = [(one, mail[1]) for one, mail in mailed if mail]
            if pk is not None:
                found[pk] = item
                item.row = Conversation.objects.select_for_update().filter(pk=pk).first()

    def _came_by_mail(self, items: list[Item]) -> dict[tuple[int, str], tuple[int, int]]:
        """Return conversation and message of mails that reached us by themselves, as in shadow."""
        ids = {m.said.message_id for item in items for m in item.messages if m.said.message_id}
        rows = Message.objects.filter(message_id__in=ids).values_list(
            "conversation__inbox_id", "message_id", "conversation_id", "pk"
        )
        return {(inbox, one): (conversation, pk) for inbox, one, conversation, pk in rows}

    def _note(self, items: list[Item]) -> None:
        """Note which mails both desks took, and where the old one put them."""
        Brought.objects.bulk_create(
            Brought(
                desk=self._desk, what=What.MESSAGE, ref=one.ref, became=pk, came_by_itself=True,
                within=item.old.ref, told_automatic=one.said.automatic,
            )
            for item in items
            for one, pk in item.here_too
        )  # fmt: skip

    def _customers(self, items: list[Item]) -> list[Customer]:
        people = [(item.old.customer, item.old.opened_at) for item in items]
        writers = [
            (OldPerson("", m.said.sender["name"], m.said.sender["address"]), m.said.at)
            for m in chain.from_iterable(item.added for item in items)
            if m.is_by_customer
        ]
        addresses = self._people.addresses([*people, *writers])
        self._writing.addresses = addresses
        nameless = [one for one in people if not one[0].email]
        others = self._people.without_address(nameless) if nameless else {}
        return [
            addresses[one.email].customer if one.email else others[one.ref] for one, _at in people
        ]

    def _row(self, item: Item, customer: Customer) -> Conversation:
        old, last = item.old, item.messages[-1] if item.messages else None
        return Conversation(
            inbox=old.inbox,
            customer=customer,
            subject=old.subject[:300],
            is_restricted=old.is_restricted,
            opened_at=min([old.opened_at, *(m.said.at for m in item.messages[:1])]),
            latest_at=last.said.at if last else old.opened_at,
            excerpt=excerpt_of(last.said.text_new or last.said.text) if last else "",
        )

    def _settle(self, item: Item) -> list[StateRow]:
        """Let a conversation stand as its words and the old desk say; return its rows of state."""
        row, old, rows = item.row, item.old, list[StateRow]()
        if row is None:
            return rows
        owner = self._people.agent(old.owner) if old.owner else None
        if owner is not None and row.assignee_id != owner.pk and (item.is_new or owner.is_active):
            by = self._people.system
            rows.append(Assignment(conversation=row, agent=owner, by=by, at=old.opened_at))
            row.assignee = owner if owner.is_active or old.ended_at else None
        by = owner or self._people.system
        rows += stand(row, old, item.added, is_new=item.is_new, by=by, at=self._at)
        if not item.is_new:
            row.save()
        self.tally.counts["new" if item.is_new else "grown"] += 1
        return rows

    def _remember(self, whole: list[Item], merged: list[Item]) -> None:
        both = [*whole, *merged]
        here = Brought.objects.of(self._desk, What.CONVERSATION, [item.old.ref for item in both])
        rows, numbers = [], []
        for item in both:
            old, known = item.old, here.get(item.old.ref)
            became = item.row.pk if item.row else known.became if known else None
            what = What.CONVERSATION
            rows.append(
                Brought(desk=self._desk, what=what, ref=old.ref, became=became, mark=old.mark)
            )
            if old.number:
                number = OldNumber(desk=self._desk, ref=old.ref, number=old.number)
                number.conversation, number.leads_to = item.row, old.merged_into
                numbers.append(number)
        Brought.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["desk", "what", "ref"],
            update_fields=["became", "mark"],
        )
        OldNumber.objects.bulk_create(
            numbers,
            update_conflicts=True,
            unique_fields=["desk", "ref"],
            update_fields=["number", "conversation", "leads_to"],
        )
        self.tally.counts["merged"] += len(merged)

    def _tag(self, items: list[Item]) -> None:
        wanted: list[tuple[Conversation, str]] = []
        for item in items:
            for name in item.beside.tags:
                try:
                    wanted.append((item.row, spelled(name)))  # type: ignore[arg-type]  # has a row
                except WrongTag as error:
                    self.skip(Skipped(item.old.ref, str(error)))
        names = {name for _row, name in wanted}
        if not names:
            return
        Tag.objects.bulk_create((Tag(name=name) for name in names), ignore_conflicts=True)
        tags = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
        rows = [Tagging(conversation=row, tag=tags[name]) for row, name in wanted]
        Tagging.objects.bulk_create(rows, ignore_conflicts=True)

    def _follow(self, items: list[Item]) -> None:
        """Let whoever works here go on following what they followed there."""
        wanted = [
            (item.row, agent)
            for item in items
            for one in item.beside.followers
            if (agent := self._people.working(one)) is not None
        ]
        Following.objects.bulk_create(
            (Following(conversation=row, agent=agent, at=self._at) for row, agent in wanted),
            ignore_conflicts=True,
        )

    def _tell(self, items: list[Item]) -> None:
        rows = [(item.row, len(item.added)) for item in items if item.row is not None]
        Entry.objects.bulk_create(
            Entry(
                kind=Kind.IMPORTED,
                agent_id=self._people.system.pk,
                at=self._at,
                inbox_id=row.inbox_id,
                conversation_id=row.pk,
                customer_id=row.customer_id,
                facts={"messages": count},
            )
            for row, count in rows
        )


def _told(items: list[Item]) -> Iterator[tuple[str, Holder, OldField, str]]:
    """Yield what fields are to hold, of conversations and of whoever they are with."""
    for item in items:
        row, old = item.row, item.old
        if row is None:
            continue
        whose: list[tuple[Holder, Told]] = [
            (row, item.beside.told),
            (row.customer, old.customer.told),
        ]
        if row.customer.organization is not None:
            whose.append((row.customer.organization, old.customer.organization_told))
        for holder, told in whose:
            for own, text in told:
                yield old.ref, holder, own, text
