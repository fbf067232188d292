"""The rows of messages from an old desk, many at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wingbeat.desk.conversations import searching
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageKind, MessageText, Participant
from wingbeat.desk.conversations.receiving import (
    MOST_PARTICIPANTS,
    files_of,
    told_by_files,
    words_of,
)
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.models import Address
from wingbeat.desk.moving.models import Brought, OldDesk, What
from wingbeat.desk.moving.people import People
from wingbeat.desk.moving.shapes import OldMessage

# A conversation, what is new of it, and the old desk's name for it.
Item = tuple[Conversation, Sequence[OldMessage], str]


class Writing:
    """Writes what was said into conversations that have their rows."""

    def __init__(
        self, desk: OldDesk, people: People, ours: frozenset[str], counts: Counter[str]
    ) -> None:
        self._desk, self._people, self._ours, self._counts = desk, people, ours, counts
        self.addresses: dict[str, Address] = {}

    def write(self, items: Sequence[Item]) -> None:
        """Write messages with their words, files and index, and who takes part."""
        pairs = [(self._message(row, old), old) for row, added, _ref in items for old in added]
        within = [ref for _row, added, ref in items for _old in added]
        Message.objects.bulk_create([message for message, _old in pairs])
        texts = [words_of(message, old.said) for message, old in pairs]
        MessageText.objects.bulk_create(texts)
        files = [file for message, old in pairs for file in files_of(message, old.said)]
        Attachment.objects.bulk_create(files)
        for (message, old), words in zip(pairs, texts, strict=True):
            self._index(message, old, words)
        Brought.objects.bulk_create(
            Brought(desk=self._desk, what=What.MESSAGE, ref=old.ref, became=message.pk, within=ref)
            for (message, old), ref in zip(pairs, within, strict=True)
        )
        self._take_part(items)
        self._counts["messages"] += len(pairs)
        self._counts["files"] += len(files)

    def _message(self, row: Conversation, old: OldMessage) -> Message:
        is_theirs = old.kind == MessageKind.CUSTOMER
        said = old.said
        return Message(
            conversation=row,
            kind=old.kind,
            at=said.at,
            agent=None if is_theirs else self._people.agent(old.author),
            address=self.addresses.get(said.sender["address"]) if old.is_by_customer else None,
            automatic=said.automatic,
            message_id=said.message_id[:300],
            came_by=said.came_by,
        )

    def _index(self, message: Message, old: OldMessage, words: MessageText) -> None:
        sender = old.said.sender
        who = message.agent.name if message.agent else f"{sender['name']} {sender['address']}"
        searching.index(message, words, who=who, files=told_by_files(old.said))

    def _take_part(self, items: Sequence[Item]) -> None:
        rows: list[Participant] = []
        for row, added, _ref in items:
            parties: dict[str, Party] = {}
            for old in added:
                if old.kind == MessageKind.NOTE or old.said.automatic:
                    continue
                said = old.said
                theirs = [said.sender] if old.kind == MessageKind.CUSTOMER else []
                for one in (*theirs, *said.to, *said.cc):
                    if one["address"] and one["address"] not in self._ours:
                        parties.setdefault(one["address"], one)
            rows += [
                Participant(conversation=row, email=email[:254], name=one["name"][:200])
                for email, one in [*parties.items()][:MOST_PARTICIPANTS]
            ]
        Participant.objects.bulk_create(rows, ignore_conflicts=True)
