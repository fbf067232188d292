"""Ending a conversation with a reason, and opening it again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.assigning import let_go_if_gone
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Role

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class Reason(models.TextChoices):
    """Why we ended a conversation."""

    ANSWERED = "answered", _("answered")
    DONE_ELSEWHERE = "elsewhere", _("done elsewhere")
    DUPLICATE = "duplicate", _("duplicate")
    NO_ANSWER_NEEDED = "no_answer", _("no answer needed")
    SPAM = "spam", _("spam")


class AlreadyEnded(ValueError):
    """The conversation is over already."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(f"Conversation {conversation.pk} has already ended; reopen it to go on.")


class NotEnded(ValueError):
    """The conversation is not over, so it cannot be reopened."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(f"Conversation {conversation.pk} is open already.")


class NotTheirWord(ValueError):
    """Somebody at the desk called a conversation solved; that is the customer's to say."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(
            f"Only {conversation.customer}'s own word makes #{conversation.pk} solved; "
            "you can end it, with a reason."
        )


class UnknownReason(ValueError):
    """The reason is none of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason!r} is no reason to end a conversation; use one of {', '.join(Reason.values)}."
        )


class Ending(models.Model):
    """That we ended a conversation: who, when and why. Reopening keeps the row."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="endings"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} ended: {self.reason}"


class Reopening(models.Model):
    """That somebody opened a conversation again: something is owed from then on."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="reopenings"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} reopened"


@transaction.atomic
def end(conversation: Conversation, *, by: Agent, at: datetime, reason: str) -> None:
    """End a conversation by us. Only the customer's word makes it solved.

    Raises:
        UnknownReason: if the reason is not one of `Reason`.
        AlreadyEnded: if it is over.
    """
    if reason not in Reason.values:
        raise UnknownReason(reason)
    if conversation.is_over:
        raise AlreadyEnded(conversation)
    Ending.objects.create(conversation=conversation, reason=reason, by=by, at=at)
    conversation.state = "ended"
    conversation.is_spam = reason == Reason.SPAM
    conversation.waits_for_us_since = None
    conversation.snoozed_until = None
    conversation.save(update_fields=["state", "is_spam", "waits_for_us_since", "snoozed_until"])
    record(
        Kind.ENDED,
        by=by,
        at=at,
        inbox_id=conversation.inbox_id,
        conversation_id=conversation.pk,
        facts={"reason": reason},
    )


def take_back(conversation: Conversation, *, by: Agent, at: datetime) -> bool:
    """Take back an ending that was one act with a reply that is undone; say whether there was one.

    Whoever calls it states anew who waits: the ending does not count as an answer any more.
    """
    deleted, _tables = conversation.endings.filter(by=by, at=at).delete()
    if deleted:
        conversation.state = "us"
    return bool(deleted)


@transaction.atomic
def solve(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Mark a conversation as solved by the customer's own word, which the desk itself passes on.

    Raises:
        NotTheirWord: if anybody at the desk says it for them.
        AlreadyEnded: if it is solved already.
    """
    if by.role != Role.SYSTEM:
        raise NotTheirWord(conversation)
    if conversation.state == "solved":
        raise AlreadyEnded(conversation)
    conversation.state = "solved"
    conversation.waits_for_us_since = None
    conversation.snoozed_until = None
    conversation.save(update_fields=["state", "waits_for_us_since", "snoozed_until"])
    record(
        Kind.SOLVED,
        by=by,
        at=at,
        inbox_id=conversation.inbox_id,
        conversation_id=conversation.pk,
        customer_id=conversation.customer_id,
    )


@transaction.atomic
def reopen(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Take an ending back: something is owed, even if the last words were ours.

    Raises:
        NotEnded: if it is not over.
    """
    from wingbeat.desk.conversations.waiting import restate  # waiting needs endings

    if not conversation.is_over:
        raise NotEnded(conversation)
    let_go_if_gone(conversation, by=by, at=at)
    was_spam = conversation.is_spam
    conversation.is_spam = False
    conversation.state = "us"
    conversation.save(update_fields=["state", "is_spam"])
    if was_spam:  # it was never answered: the ending does not count as an answer
        conversation.endings.filter(reason=Reason.SPAM).delete()
    Reopening.objects.create(conversation=conversation, by=by, at=at)
    restate(conversation)
    record(
        Kind.REOPENED, by=by, at=at, inbox_id=conversation.inbox_id, conversation_id=conversation.pk
    )
