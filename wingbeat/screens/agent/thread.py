"""The thread of a conversation: messages as cards, and between them what was done, by whom.

A page holds so much and no more, whatever was sent: the newest messages stand open within a
budget, the ones before are a line each that opens, and a very long one shows its beginning. What
is older than the page holds is a page of its own. No character is out of reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString

from wingbeat.desk.conversations import mentioning
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.margin import Stranger
from wingbeat.desk.conversations.message import Message, MessageKind, MessageQuerySet
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.shown import Shown
from wingbeat.screens.agent.card import Card, called, labels
from wingbeat.screens.agent.events import Event, events_of
from wingbeat.screens.room import MOST_MESSAGES, Shape, room_for, words_for


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see: the page around one message, and some others open."""

    message_id: int | None = None
    opened: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of it, oldest first; `earlier` is the message at which the page before ends."""

    items: list[Card | Event] = field(default_factory=list)
    earlier: int | None = None
    is_newest: bool = True
    ends_at: int | None = None

    @property
    def cards(self) -> Iterator[Card]:
        return (item for item in self.items if isinstance(item, Card))


def thread_of(
    parts: Sequence[int], messages: MessageQuerySet, *, now: datetime, asked: Asked
) -> Thread:
    """Return the messages shown in a conversation's parts and their events, in order of time."""
    page, is_newest = _page(messages, asked.message_id)
    shown, before = page[:MOST_MESSAGES], page[MOST_MESSAGES:]
    cards = _cards(shown, now, asked)
    events = events_of(
        parts, since=shown[-1].at if before else None, until=None if is_newest else shown[0].at
    )
    # a message and the event that it caused share their time: the message comes first
    items: list[Card | Event] = [*reversed(cards), *events]
    items.sort(key=lambda item: (item.at, item.is_event))
    return Thread(
        items=items,
        earlier=before[0].pk if before else None,
        is_newest=is_newest,
        ends_at=None if is_newest else shown[0].pk,
    )


def card_of(message: Message, *, now: datetime) -> Card:
    """Return one message with all its words."""
    (row,) = Message.objects.filter(pk=message.pk).shown(most=1)
    (card,) = _cards([row], now, Asked(message_id=message.pk, opened=[message.pk]))
    return card


def _page(messages: MessageQuerySet, message_id: int | None) -> tuple[list[Shown], bool]:
    """Return the newest messages, newest first, or those up to the one that was asked for.

    One more than a page holds: it tells that there are earlier ones.
    """
    page = messages.shown(most=MOST_MESSAGES + 1)
    on_page = {message.pk for message in page[:MOST_MESSAGES]}
    if message_id is None or message_id in on_page:
        return page, True
    until = messages.place_of(message_id)
    return (messages.shown(most=MOST_MESSAGES + 1, until=until), False) if until else (page, True)


def _cards(messages: Sequence[Shown], now: datetime, asked: Asked) -> list[Card]:
    ids = [message.pk for message in messages]
    files = _files(ids)
    lengths = {message.pk: message.length for message in messages}
    counts = {pk: len(files[pk]) for pk in ids}
    shapes = room_for(lengths, counts, first=asked.message_id, opened=asked.opened)
    words = words_for(shapes)
    outgoing = Outgoing.objects.of_messages(ids)
    strangers = Stranger.objects.of_messages([m.pk for m in messages if m.in_margin])
    raw = Message.objects.filter(pk__in=ids, raw_mails__isnull=False)
    filters = raw.order_by("-raw_mails").values_list("pk", "raw_mails__filed_by__declaration__name")
    with_raw_mail = dict(filters)  # of several the one that came first
    named, spoken = _named(messages, words), labels()
    return [
        Card(
            message=message,
            now=now,
            labels=spoken,
            words=_said(words.get(message.pk, ""), shapes[message.pk], named.get(message.pk, [])),
            shape=shapes[message.pk],
            files=files[message.pk],
            outgoing=outgoing.get(message.pk),
            stranger=strangers.get(message.pk),
            has_raw=message.pk in with_raw_mail,
            filed_by=with_raw_mail.get(message.pk) or "",
            pk=message.pk,
            number=SafeString(message.pk),
            kind=message.kind,
            at=message.at,
            author=called(
                message.agent__name,
                message.address__customer__name,
                # what was told in person may have come from no address
                message.address__email
                or (message.came_by and message.conversation__customer__name),
                automatic=message.automatic,
            ),
        )
        for message in messages
    ]


def _named(messages: Sequence[Shown], words: dict[int, str]) -> dict[int, list[str]]:
    """Return by note the names of the colleagues whom it brings in; asked for only if it may."""
    notes = [m.pk for m in messages if m.kind == MessageKind.NOTE and "@" in words.get(m.pk, "")]
    return mentioning.named_by(notes) if notes else {}


def _said(words: str, shape: Shape, named: list[str]) -> str:
    return words if shape == "line" else mentioning.marked(words, named)


def _files(ids: Sequence[int]) -> dict[int | None, list[Attachment]]:
    files = defaultdict(list)
    for file in Attachment.objects.listed_with(ids):
        files[file.message_id].append(file)
    return files
