"""The thread of a conversation: messages as cards, and between them what was done, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.message import Message, MessageText
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.customers.models import Address
from wingbeat.screens.agent.events import Event, events_of
from wingbeat.screens.agent.recipients import MOST_ANSWERED


@dataclass(frozen=True)
class Card:
    """A message as its card shows it; `number` is its `pk` as it is written."""

    message: Message
    now: datetime
    has_raw: bool
    number: str
    author: str

    is_event = False

    @property
    def pk(self) -> int:
        return self.message.pk

    @property
    def kind(self) -> str:
        return self.message.kind

    @property
    def at(self) -> datetime:
        return self.message.at

    @property
    def automatic(self) -> str:
        return self.message.automatic

    @property
    def is_note(self) -> bool:
        return self.message.is_note

    @property
    def address(self) -> Address | None:
        return self.message.address

    @property
    def words(self) -> MessageText:
        return self.message.words

    @property
    def outgoing(self) -> Outgoing | None:
        return getattr(self.message, "outgoing", None)

    @property
    def stranger(self) -> object | None:
        return getattr(self.message, "stranger", None)

    @property
    def is_stranger(self) -> bool:
        """Say whether it stands in the margin, decided or not."""
        return self.message.in_margin

    @cached_property
    def files(self) -> list[Attachment]:
        return [file for file in self.message.attachments.all() if not file.is_inline]

    @property
    def undo_seconds(self) -> int:
        """Seconds in which it can still be taken back; 0 when it cannot."""
        outgoing = self.outgoing
        if outgoing is None or not outgoing.can_be_undone(self.now):
            return 0
        return outgoing.seconds_left(self.now)

    @property
    def is_in_trouble(self) -> bool:
        troubles = {Delivery.FAILED, Delivery.IN_DOUBT, Delivery.BOUNCED}
        return self.outgoing is not None and self.outgoing.state in troubles

    @cached_property
    def parties(self) -> list[tuple[str, list[Party]]]:
        """Whom it went to, by header, empty ones left out."""
        stored = self.words.recipients
        labels = (
            ("reply_to", _("Answers to")),
            ("to", _("To")),
            ("cc", _("Cc")),
            ("bcc", _("Bcc")),
        )
        return [(label, stored[role]) for role, label in labels if stored.get(role)]

    @property
    def answers_elsewhere(self) -> str:
        """The addresses that want the answer in the sender's place; a name alone could deceive."""
        stored = self.words.recipients.get("reply_to", ())
        return ", ".join(party["address"] for party in stored[:MOST_ANSWERED])

    @property
    def to_in_short(self) -> str:
        """Whom it went to, by name and in one line."""
        by_role = {
            role: ", ".join(party["name"] or party["address"] for party in parties)
            for role, parties in self.words.recipients.items()
            if parties
        }
        parts = [_("to %(names)s") % {"names": by_role["to"]}] if "to" in by_role else []
        parts += [f"Cc {by_role['cc']}"] if "cc" in by_role else []
        parts += [f"Bcc {by_role['bcc']}"] if "bcc" in by_role else []
        return ", ".join(parts) or _("from %(address)s") % {"address": self.address or ""}


def author_of(message: Message) -> str:
    """Return the name of whoever wrote it."""
    if message.agent is not None:
        return message.agent.name
    if message.address is not None:
        return str(message.address.customer)
    return _("A mail server") if message.automatic else _("Somebody")


def thread_of(
    conversation: Conversation, *, now: datetime, is_joined: bool = True
) -> list[Card | Event]:
    """Return messages and events in order of time; one that `is_joined` has further parts."""
    ids = conversation.parts() if is_joined else [conversation.pk]
    shown = conversation.messages_to_show() if is_joined else Message.objects.of(conversation.pk)
    messages = list(shown)
    raw = _with_raw_mail(messages)
    items: list[Card | Event] = [_card(message, now, message.pk in raw) for message in messages]
    items += events_of(ids)
    # a message and the event that it caused share their time: the message comes first
    return sorted(items, key=lambda item: (item.at, item.is_event))


def _card(message: Message, now: datetime, has_raw: bool) -> Card:
    return Card(message, now, has_raw, number=str(message.pk), author=author_of(message))


def _with_raw_mail(messages: Sequence[Message]) -> set[int]:
    found = Message.objects.filter(pk__in=[m.pk for m in messages], raw_mails__isnull=False)
    return set(found.values_list("pk", flat=True))
