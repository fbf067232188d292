"""A message as its card shows it, with the words around what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from wingbeat.channels.mail.parsing.html import beginning_of
from wingbeat.channels.mail.recipients import MOST_ANSWERED
from wingbeat.desk.conversations.attachment import Attachment
from wingbeat.desk.conversations.margin import Stranger
from wingbeat.desk.conversations.message import TOLD, CameBy, Message, MessageKind
from wingbeat.desk.conversations.outbox import Delivery, Outgoing
from wingbeat.desk.conversations.shown import Shown
from wingbeat.desk.conversations.words import Party, excerpt_of
from wingbeat.screens.agent.pictures import WITHHELD
from wingbeat.screens.room import Shape

ROLES = ("reply_to", "to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Header:
    """A line above a message; prose is written in the direction of its language."""

    label: str
    words: str
    is_prose: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A message, what became of it, and its files.

    `labels` are words that every card uses, `number` is the `pk` as it is written. `words` is its
    HTML, or the beginning of its text where it is shown as a line.
    """

    message: Shown
    now: datetime
    labels: Mapping[str, str]
    words: str
    shape: Shape
    files: Sequence[Attachment]
    outgoing: Outgoing | None
    stranger: Stranger | None
    has_raw: bool
    filed_by: str
    author: str
    pk: int
    number: str
    kind: str
    at: datetime
    is_event: bool = False

    @property
    def automatic(self) -> str:
        return self.message.automatic

    @property
    def came_by(self) -> str:
        """How it came, where that was not by mail."""
        return str(CameBy(self.message.came_by).label) if self.message.came_by else ""

    @property
    def is_told(self) -> bool:
        """Say whether it was said by word of mouth, and went to no address."""
        return self.message.came_by in TOLD

    @property
    def html(self) -> str:
        if self.is_line:
            return ""
        return beginning_of(self.words) if self.shape == "cut" else self.words

    @property
    def line(self) -> str:
        return excerpt_of(self.words) or "…"

    @property
    def is_line(self) -> bool:
        return self.shape == "line"

    @property
    def withholds_pictures(self) -> bool:
        """Say whether it has pictures elsewhere, which the page does not load."""
        return not self.is_line and WITHHELD in self.words

    @property
    def is_note(self) -> bool:
        return self.message.kind == MessageKind.NOTE

    @property
    def is_ours(self) -> bool:
        return self.message.kind == MessageKind.AGENT

    @property
    def is_later(self) -> bool:
        return self.outgoing is not None and self.outgoing.state == Delivery.LATER

    @property
    def is_stranger(self) -> bool:
        """Say whether it stands in the margin, decided or not."""
        return self.message.in_margin

    @property
    def undo_seconds(self) -> int:
        """Seconds in which it can still be taken back; 0 when it cannot."""
        if self.outgoing is None or self.is_later or not self.outgoing.can_be_undone(self.now):
            return 0
        return self.outgoing.seconds_left(self.now)

    @property
    def headers(self) -> list[Header]:
        """Whom it is from and went to, and about what; empty ones left out."""
        stored, labels = self.message.words__recipients, self.labels
        sender, subject = self.message.address__email, self.message.words__subject
        rows = [Header(labels["from"], sender)] if sender else []
        rows += [
            Header(labels[role], ", ".join(map(_named, parties)))
            for role in ROLES
            if (parties := stored.get(role))
        ]
        if subject:
            rows.append(Header(labels["subject"], subject, is_prose=True))
        return rows

    @property
    def answers_elsewhere(self) -> str:
        """The addresses that want the answer in the sender's place; a name alone could deceive."""
        stored = self.message.words__recipients.get("reply_to", ())
        return ", ".join(party["address"] for party in stored[:MOST_ANSWERED])

    @property
    def to_in_short(self) -> str:
        """Whom it went to, by name and in one line."""
        labels, parts = self.labels, []
        for role in ("to", "cc", "bcc"):
            if parties := self.message.words__recipients.get(role):
                names = ", ".join(party["name"] or party["address"] for party in parties)
                parts.append(labels[f"{role}_names"] % {"names": names})
        return ", ".join(parts) or labels["from_address"] % {
            "address": self.message.address__email or ""
        }

    @property
    def more_words(self) -> str:
        return self.labels["more"] % {"name": self.author}


def labels() -> dict[str, str]:
    """Return the words that every card of a thread uses, translated once."""
    return {
        "from": _("From"),
        "reply_to": _("Answers to"),
        "to": _("To"),
        "cc": _("Cc"),
        "bcc": _("Bcc"),
        "subject": _("Subject"),
        "to_names": _("to %(names)s"),
        "cc_names": "Cc %(names)s",
        "bcc_names": "Bcc %(names)s",
        "from_address": _("from %(address)s"),
        "more": _("More about the message of %(name)s"),
    }


def author_of(message: Message) -> str:
    """Return what to call whoever wrote: an agent, or a customer by name or else by address."""
    address = message.address
    return called(
        message.agent.name if message.agent else "",
        address.customer.name if address else "",
        address.email if address else "",
        automatic=message.automatic,
    )


def called(agent: str | None, name: str | None, address: str | None, *, automatic: str) -> str:
    """The same of a message whose columns are at hand."""
    return agent or name or address or (_("A mail server") if automatic else _("Somebody"))


def _named(party: Party) -> str:
    return f"{party['name']} <{party['address']}>" if party["name"] else party["address"]
