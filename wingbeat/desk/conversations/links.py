"""Links to the customer's page: each is for one participant of one conversation, and ends.

A link is a row's number with our signature, so that nobody can invent one and a copy of the
database holds none. Whoever has it is that participant: a link that was passed on reads and
writes as they would, which is why it ends by itself, can be closed, and is never for a restricted
conversation. Counting a participant's `link_turn` up closes every link they were ever given.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from wingbeat.desk.conversations.message import Message, MessageKind, Participant
from wingbeat.desk.customers.blocking import is_blocked
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

# Each of our mails brings a fresh one; half a year later nobody should find the door open.
LASTS_DAYS = 90
SIGN_LENGTH = 26  # of base32: 130 bits
_OWN = re.compile(r"(\d{1,18})-(\d{1,9})-(\d{1,6})-([a-z2-7]{26})", re.ASCII)
_SHARED = re.compile(r"m(\d{1,18})-([a-z2-7]{26})", re.ASCII)
_EPOCH = date(1970, 1, 1)


class NoSuchLink(LookupError):
    """We never gave this link, or what it led to is gone."""


class LinkOver(ValueError):
    """It was a link of ours, and it is over; its participant can be mailed a new one."""

    def __init__(self, participant: Participant) -> None:
        super().__init__(f"A link of conversation {participant.conversation_id} is over.")
        self.participant = participant


class PageClosed(ValueError):
    """The conversation has no page: it is restricted, spam, or its participant is blocked."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(f"Conversation {conversation.pk} has no customer's page.")


def own_link(participant: Participant, *, at: datetime) -> str:
    """Return the token of a participant's link, good for 90 days from now."""
    ends = (at.astimezone(UTC).date() - _EPOCH).days + LASTS_DAYS
    sign = _signature(_says(participant, ends))
    return f"{participant.pk}-{participant.link_turn}-{ends}-{sign}"


def shared_link(message: Message) -> str:
    """Return the token for a mail to several: it opens no page, each may ask for their own."""
    return f"m{message.pk}-{_signature(f'mail:{message.pk}:{message.conversation_id}')}"


def participant_of(token: str, *, now: datetime) -> Participant:
    """Return whose link this is.

    Raises:
        NoSuchLink: if it is none of ours.
        LinkOver: if it has ended or was closed.
    """
    found = _OWN.fullmatch(token)
    row = Participant.objects.with_conversation(int(found[1])) if found else None
    if found is None or row is None:
        raise NoSuchLink
    given = Participant(pk=row.pk, conversation_id=row.conversation_id, email=row.email)
    given.link_turn = int(found[2])
    if not hmac.compare_digest(found[4], _signature(_says(given, int(found[3])))):
        raise NoSuchLink
    ends = _EPOCH + timedelta(days=int(found[3]))
    if row.link_turn != given.link_turn or now.astimezone(UTC).date() > ends:
        raise LinkOver(row)
    return row


def mail_of(token: str) -> Message:
    """Return the mail to several people that this link stands in.

    Raises:
        NoSuchLink: if it is none of ours, or the mail is gone.
    """
    found = _SHARED.fullmatch(token)
    ours = Message.objects.filter(pk=int(found[1]), kind=MessageKind.AGENT) if found else None
    message = ours.select_related("words", "conversation__inbox").first() if ours else None
    if found is None or message is None:
        raise NoSuchLink
    sign = _signature(f"mail:{message.pk}:{message.conversation_id}")
    if not hmac.compare_digest(found[2], sign):
        raise NoSuchLink
    return message


def require_page(conversation: Conversation, email: str) -> None:
    """Raise `PageClosed` unless this participant may have a page of the conversation."""
    if conversation.is_restricted or conversation.is_spam or is_blocked(email):
        raise PageClosed(conversation)


@transaction.atomic
def close_links(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Let no link that was given out lead here any more; our next mail brings new ones."""
    turn_links(conversation.parts())
    record(Kind.LINKS_CLOSED, by=by, at=at, on=conversation)


def turn_links(conversation_ids: list[int]) -> None:
    """End the links of these conversations: who reads what there has changed."""
    theirs = Participant.objects.filter(conversation_id__in=conversation_ids)
    theirs.update(link_turn=F("link_turn") + 1)


def _says(participant: Participant, ends: int) -> str:
    whose = f"{participant.pk}:{participant.conversation_id}:{participant.email}"
    return f"page:{whose}:{participant.link_turn}:{ends}"


def _signature(says: str) -> str:
    key = settings.SECRET_KEY.encode()
    digest = hmac.new(key, f"wingbeat-link:{says}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:SIGN_LENGTH]
