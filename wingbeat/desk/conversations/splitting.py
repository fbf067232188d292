"""Splitting: a new conversation that shows some messages of another, by pointers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wingbeat.desk.conversations.due import waiting
from wingbeat.desk.conversations.message import Message, MessageKind, MessageQuerySet
from wingbeat.desk.conversations.restricting import bring_along
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class CannotSplit(ValueError):
    """Nothing to split off, or not from here."""


class Split(Deed):
    """That a conversation was begun with messages of another."""

    conversation = models.OneToOneField(
        "conversations.Conversation", models.CASCADE, related_name="split_row"
    )
    source = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="split_off"
    )


class SplitMessage(models.Model):
    """A pointer: this message is also read in the conversation that was split off."""

    split = models.ForeignKey(Split, models.CASCADE, related_name="pointers")
    message = models.ForeignKey(Message, models.CASCADE, related_name="pointers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["split", "message"], name="pointer_once")]


def shown_in(conversation: Conversation) -> MessageQuerySet:
    """Return every message read in a conversation: its own, merged and pointed at."""
    return shown_in_parts(conversation.parts())


def shown_in_parts(ids: Sequence[int], *, has_splits: bool = True) -> MessageQuerySet:
    """The same where the parts are known already, or that they point at no message."""
    shown = Q(conversation_id__in=ids)
    splits = Split.objects.filter(conversation_id__in=ids).values_list("pk", flat=True)
    if has_splits and (found := list(splits)):
        shown |= Q(pk__in=SplitMessage.objects.filter(split_id__in=found).values("message_id"))
    return Message.objects.filter(shown)


def kept_in(conversation: Conversation) -> MessageQuerySet:
    """The same without what was taken out, into a conversation that stands for itself."""
    parts = conversation.parts()
    taken = SplitMessage.objects.filter(split__source_id__in=parts)
    taken = taken.exclude(split__conversation_id__in=parts)
    return shown_in_parts(parts).exclude(pk__in=taken.values("message_id"))


def places_of(message: Message) -> list[int]:
    """Return the conversations that were begun with a message and show it beside its own."""
    pointers = SplitMessage.objects.filter(message=message)
    return list(pointers.order_by("pk").values_list("split__conversation_id", flat=True))


def messages_of(conversation: Conversation) -> MessageQuerySet:
    """Return every message read in a conversation with its words, oldest first."""
    return shown_in(conversation).with_words().oldest_first()


@transaction.atomic
def split(
    source: Conversation, messages: Sequence[Message], *, by: Agent, at: datetime
) -> Conversation:
    """Begin a conversation of its own with some messages; they stay readable where they were.

    Whoever has the one in hand has the other. What was taken out waits there, and here no more.

    Raises:
        CannotSplit: if no message is given, or one belongs elsewhere.
    """
    from wingbeat.desk.conversations.waiting import restate

    shown = set(shown_in(source).values_list("pk", flat=True))
    if not messages or any(message.pk not in shown for message in messages):
        why = _("Choose at least one message of conversation %(n)s.")
        raise CannotSplit(why % {"n": source.pk})
    new = _begin(source, messages, at=at)
    row = Split.objects.create(conversation=new, source=source, by=by, at=at)
    SplitMessage.objects.bulk_create(
        SplitMessage(split=row, message=message) for message in messages
    )
    bring_along(source, into=new, by=by, at=at)
    restate(source)
    record(
        Kind.SPLIT, by=by, at=at, on=new, customer_id=new.customer_id, facts={"source": source.pk}
    )
    return new


def _begin(source: Conversation, messages: Sequence[Message], *, at: datetime) -> Conversation:
    from wingbeat.desk.conversations.conversation import Conversation, State

    theirs = [
        m for m in messages if m.kind == MessageKind.CUSTOMER and not m.automatic and m.address
    ]
    latest = max(messages, key=lambda message: (message.at, message.pk))
    customer = theirs[0].address.customer if theirs and theirs[0].address else source.customer
    return Conversation.objects.create(
        inbox=source.inbox,
        customer=customer,
        subject=source.subject,
        assignee=source.assignee,
        team=source.team,
        opened_at=at,
        state=State.US,
        **waiting(
            source.inbox,
            customer,
            since=min(m.at for m in theirs) if theirs else at,
            is_first=not any(m.is_ours for m in messages),
        ),
        latest_at=latest.at,
        excerpt=excerpt_of(latest.words.text_new),
        is_restricted=source.is_restricted,
        has_attachments=source.has_attachments,
    )
