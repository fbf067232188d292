"""What of a conversation one of its people may read: their own words, and what was sent to them.

The rule asks about the message and never about the conversation, so that merging two
conversations, splitting one, or letting somebody in shows nobody what they were not sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from wingbeat.desk.conversations.message import TOLD, Message, MessageKind, MessageQuerySet
from wingbeat.desk.conversations.outbox import Delivery
from wingbeat.desk.conversations.splitting import shown_in
from wingbeat.desk.customers.models import Address

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation

MOST = 300  # the newest; nobody reads more on a phone
# Not yet theirs, or never: it can still be taken back, or no server took it.
UNSENT = (
    Delivery.LATER,
    Delivery.WAITING,
    Delivery.HANDING_OVER,
    Delivery.FAILED,
    Delivery.GIVEN_UP,
)


def addresses_of(email: str) -> frozenset[str]:
    """Return every address of the person who has this one.

    Merged records do not count: that two are one person is an agent's belief, and no key.
    """
    row = Address.objects.of(email)
    own = Address.objects.filter(customer_id=row.customer_id) if row else Address.objects.none()
    return frozenset({email, *own.values_list("email", flat=True)})


def shared_with(conversation: Conversation, emails: frozenset[str]) -> list[Message]:
    """Return what people with these addresses may read here, oldest first.

    The words themselves stay behind: a page loads those it has room for, by their `length`.
    """
    newest = _sendable(shown_in(conversation)).without_words().order_by("-at", "-pk")
    return [message for message in reversed(newest[:MOST]) if _is_for(message, emails)]


def _sendable(messages: MessageQuerySet) -> MessageQuerySet:
    """Leave out notes, strangers, robots, and what has not left the desk."""
    theirs = Q(kind=MessageKind.CUSTOMER, automatic="", in_margin=False)
    # a message without an outbox row was sent by the desk that a team moved in from
    left = Q(outgoing__isnull=True) | Q(outgoing__sent_at__isnull=False)
    ours = Q(kind=MessageKind.AGENT) & (left | ~Q(outgoing__state__in=UNSENT))
    # what an agent wrote down of a call is our record of it, and was sent to nobody
    return messages.filter(theirs | ours).exclude(came_by__in=TOLD)


def _is_for(message: Message, emails: frozenset[str]) -> bool:
    if message.address is not None and message.address.email in emails:
        return True
    parties = message.words.recipients
    sent_to = (party["address"] for role in ("to", "cc", "bcc") for party in parties.get(role, ()))
    return not emails.isdisjoint(sent_to)
