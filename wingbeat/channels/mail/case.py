"""One mail to judge: its bytes read, its inbox chosen; and the shape of what is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wingbeat.channels.mail.door import Door
from wingbeat.channels.mail.filters import MailFilterVersion
from wingbeat.channels.mail.incoming import automatic_kind, sender_of
from wingbeat.channels.mail.models import Judgement, RawMail, Twin
from wingbeat.channels.mail.parsing.forwarded import Forwarded
from wingbeat.channels.mail.parsing.parsed import ParsedMail
from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.margin import Doubt
from wingbeat.desk.conversations.words import Party
from wingbeat.desk.people.models import Agent

# Where servers and forwarders write whom a mail was really sent to: surer than To and Cc.
_ENVELOPE_FIELDS = (
    "delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "x-forwarded-to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A mail and the desk it came to."""

    raw: RawMail
    mail: ParsedMail
    door: Door
    inbox: Inbox | None
    sender: Party
    automatic: str
    # Mails with the same Message-ID and body that come first, in whatever inbox.
    twins: Sequence[Twin]

    @classmethod
    def of(cls, raw: RawMail, mail: ParsedMail, door: Door, *, inbox: Inbox | None = None) -> Case:
        """Choose the inbox: the given or the account's own, else the surest recipient's."""
        inbox = inbox or door.by_number(raw.inbox_id) or door.inbox_of(recipients(raw, mail))
        twins = RawMail.objects.twins(raw)
        return cls(raw, mail, door, inbox, sender_of(mail), automatic_kind(mail, door), twins)

    @property
    def its_inbox(self) -> Inbox:
        """The inbox of a mail that has one; judging sets the others aside before it asks."""
        if self.inbox is None:
            raise LookupError(f"Mail {self.raw.pk} has no inbox.")
        return self.inbox

    @property
    def answers(self) -> list[str]:
        """The Message-IDs this mail answers, the nearest first."""
        ids = [self.mail.in_reply_to, *reversed(self.mail.references)]
        return list(dict.fromkeys(one for one in ids if one))


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a conversation with the writer of these words."""

    sender: Party


@dataclass(frozen=True, slots=True)
class OpenForwarded:
    """Begin a conversation with the customer whose mail an agent passes on."""

    sender: Party
    original: Forwarded
    agent: Agent


@dataclass(frozen=True, slots=True)
class Join:
    """Add the words to a conversation; with a doubt they stand in its margin."""

    conversation: Conversation
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Send an agent's words on as a reply; what answers a notification is kept as a note."""

    conversation: Conversation
    agent: Agent
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Mark the reply that a report tells about, and keep the report."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a mail, and why. Without an act it only rests where it is."""

    judgement: Judgement
    why: str
    act: Open | OpenForwarded | Join | Answer | Report | None = None
    became_id: int | None = None
    looks_like_id: int | None = None
    filed_by: MailFilterVersion | None = None


def enclosed(mail: ParsedMail) -> bytes | None:
    """Return the first whole mail that is attached to this one."""
    whole = (file.content for file in mail.attachments if file.type == "message/rfc822")
    return next(whole, None)


def recipients(raw: RawMail, mail: ParsedMail) -> Iterator[str]:
    """Yield every address a mail was sent to, the surest first."""
    if raw.envelope_to:
        yield raw.envelope_to
    for name in _ENVELOPE_FIELDS:
        for key, value in mail.headers:
            if key == name:
                yield value.strip().strip("<>").lower()
    for one in (*mail.to, *mail.cc):
        yield one.address
