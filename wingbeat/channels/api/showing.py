"""From rows to shapes, with as many questions for a page as for one row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db.models import Prefetch
from django.http import HttpRequest

from wingbeat.channels.api import shapes
from wingbeat.channels.api.access import changing
from wingbeat.channels.api.gate import KeyRequest
from wingbeat.desk.conversations.conversation import Conversation, ConversationQuerySet
from wingbeat.desk.conversations.grading import Severity
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.tagging import Tagging
from wingbeat.desk.customers.models import Address, Customer

LEVELS: dict[int, Any] = {level.value: level.name.lower() for level in Severity}


def with_tags(rows: ConversationQuerySet) -> ConversationQuerySet:
    """Load with conversations all that their shape tells."""
    tags = Prefetch("taggings", Tagging.objects.select_related("tag").order_by("tag__name"))
    return rows.with_people().select_related("team").prefetch_related(tags)


def conversations_shown(found: Sequence[Conversation]) -> list[shapes.ConversationShape]:
    addresses = Address.objects.first_of([one.customer_id for one in found]) if found else {}
    return [_conversation(one, addresses.get(one.customer_id, "")) for one in found]


def conversation_shown(pk: int) -> shapes.ConversationShape:
    """Return one as it stands now."""
    return conversations_shown(list(with_tags(Conversation.objects.filter(pk=pk))))[0]


def etag_of(found: Conversation) -> str:
    """Return a mark of its state: another one as soon as anything shown has changed."""
    return _etag(conversation_shown(found.pk).model_dump_json())


def answered(request: HttpRequest, found: Conversation) -> shapes.ConversationShape:
    """Answer with a conversation as it stands now, and the mark of that state."""
    shown = conversation_shown(found.pk)
    cast("KeyRequest", request).etag = _etag(shown.model_dump_json())
    return shown


def done(
    request: KeyRequest, number: int, verb: Callable[..., Any], **more: Any
) -> shapes.ConversationShape:
    """Do what takes nothing but a verb, and answer how the conversation stands then."""
    with changing(request, number) as (found, by, at):
        verb(found, **more, by=by, at=at)
        return answered(request, found)


def described(request: HttpRequest, customer: Customer) -> shapes.CustomerShape:
    """Answer with a customer and the mark of their state."""
    shown = customer_shown(customer)
    cast("KeyRequest", request).etag = _etag(shown.model_dump_json())
    return shown


def _etag(shown: str) -> str:
    return f'"{hashlib.sha256(shown.encode()).hexdigest()[:32]}"'


def _conversation(one: Conversation, address: str) -> shapes.ConversationShape:
    return shapes.ConversationShape.of(
        one,
        number=one.pk,
        customer=shapes.Who.of(one.customer, address=address),
        tags=[tagging.tag.name for tagging in one.taggings.all()],
        severity=LEVELS[one.severity],
    )


def message_shown(message: Message, conversation: int) -> shapes.MessageShape:
    """Return a message as read in a conversation; pictures within its words are no attachments."""
    words, address = message.words, message.address
    outgoing = getattr(message, "outgoing", None)
    return shapes.MessageShape.of(
        message,
        conversation=conversation,
        customer=shapes.Who.of(address.customer, address=address.email) if address else None,
        **{name: getattr(words, name) for name in ("subject", "html", "text", "text_new")},
        **{role: words.recipients.get(role, []) for role in ("to", "cc", "bcc")},
        delivery=outgoing.state if outgoing else "",
        attachments=[file for file in message.attachments.all() if not file.is_inline],
    )


def customer_shown(customer: Customer) -> shapes.CustomerShape:
    return shapes.CustomerShape.of(
        customer,
        addresses=[row.email for row in sorted(customer.addresses.all(), key=lambda row: row.pk)],
    )
