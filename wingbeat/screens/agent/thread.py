"""The thread of a conversation: messages as cards, and between them what was done, by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.margin import Stranger
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.outbox import Outgoing
from wingbeat.desk.conversations.shown import Shown
from wingbeat.desk.conversations.splitting import shown_in_parts
from wingbeat.screens.agent.card import Card, called, labels
from wingbeat.screens.agent.events import Event, events_of


def thread_of(parts: Sequence[int], *, now: datetime) -> list[Card | Event]:
    """Return messages and events of a conversation's parts, in order of time."""
    items: list[Card | Event] = [*_cards(shown_in_parts(parts).shown(), now)]
    items += events_of(parts)
    # a message and the event that it caused share their time: the message comes first
    return sorted(items, key=lambda item: (item.at, item.is_event))


def _cards(messages: Sequence[Shown], now: datetime) -> list[Card]:
    ids = [message.pk for message in messages]
    files = defaultdict(list)
    for file in Attachment.objects.listed_with(ids):
        files[file.message_id].append(file)
    outgoing = Outgoing.objects.of_messages(ids)
    strangers = Stranger.objects.of_messages([m.pk for m in messages if m.in_margin])
    raw = Message.objects.filter(pk__in=ids, raw_mails__isnull=False)
    with_raw_mail = set(raw.values_list("pk", flat=True))
    words = labels()
    return [
        Card(
            message=message,
            now=now,
            labels=words,
            files=files[message.pk],
            outgoing=outgoing.get(message.pk),
            stranger=strangers.get(message.pk),
            has_raw=message.pk in with_raw_mail,
            pk=message.pk,
            number=str(message.pk),
            kind=message.kind,
            at=message.at,
            author=called(
                message.agent__name,
                message.address__customer__name,
                message.address__email,
                automatic=message.automatic,
            ),
        )
        for message in messages
    ]
