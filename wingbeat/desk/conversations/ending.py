"""Ending a conversation with a reason, and opening it again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from wingbeat.desk.conversations.assigning import let_go_if_gone
from wingbeat.desk.conversations.due import WAITING, end_due, stop_waiting
from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent, Role

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation
    from wingbeat.desk.conversations.message import Message


class Reason(models.TextChoices):
    """Why we ended a conversation."""

    ANSWERED = "answered", _("answered")
    DONE_ELSEWHERE = "elsewhere", _("done elsewhere")
    DUPLICATE = "duplicate", _("duplicate")
    NO_ANSWER_NEEDED = "no_answer", _("no answer needed")
    # what came of a dispute; no conversation has to say so, and none is opened again for it
    TRUTH = "truth", _("a dispute: we found what was true")
    GAVE_UP = "gave_up", _("a dispute: they gave up")
    SPAM = "spam", _("spam")


class AlreadyEnded(ValueError):
    """The conversation is over already."""

    def __init__(self, conversation: Conversation) -> None:
        why = _("Conversation %(n)s has already ended; reopen it to go on.")
        super().__init__(why % {"n": conversation.pk})


class NotEnded(ValueError):
    """The conversation is not over, so it cannot be reopened."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(_("Conversation %(n)s is open already.") % {"n": conversation.pk})


class NotTheirWord(ValueError):
    """Somebody at the desk called a conversation solved; that is the customer's to say."""

    def __init__(self, conversation: Conversation) -> None:
        why = _("Only %(customer)s's own word makes #%(n)s solved; you can end it, with a reason.")
        super().__init__(why % {"customer": conversation.customer, "n": conversation.pk})


class UnknownReason(ValueError):
    """The reason is none of ours."""

    def __init__(self, reason: str) -> None:
        why = _("“%(reason)s” is no reason to end a conversation; use one of: %(all)s.")
        super().__init__(why % {"reason": reason[:40], "all": ", ".join(Reason.values)})


class Ending(Deed):
    """That we ended a conversation: who, when and why. Reopening keeps the row."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="endings"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)

    class Meta:
        indexes = [models.Index(fields=["reason", "conversation"], name="ending_reason")]


class Reopening(Deed):
    """That somebody opened a conversation again: something is owed from then on."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="reopenings"
    )


class Solution(Deed):
    """That the customer said it is solved. Their next words open it again; the row stays."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="solutions"
    )


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
    stop_waiting(conversation)
    conversation.end_due_at = None
    conversation.snoozed_until = None
    conversation.save(update_fields=["state", "is_spam", *WAITING, "end_due_at", "snoozed_until"])
    record(Kind.ENDED, by=by, at=at, on=conversation, facts={"reason": reason})


def take_back(conversation: Conversation, *, by: Agent, at: datetime) -> bool:
    """Take back an ending that was one act with a reply that is undone; say whether there was one.

    Whoever calls it states anew who waits: the ending does not count as an answer any more.
    """
    deleted, _tables = conversation.endings.filter(by=by, at=at).delete()
    if deleted:
        conversation.state = "us"
    return bool(deleted)


@transaction.atomic
def take_back_alone(
    conversation: Conversation,
    ended_at: datetime,
    *,
    snoozed_until: datetime | None,
    by: Agent,
    at: datetime,
) -> None:
    """Take back an ending of `by` as if it had never been: whoever waited has waited all along.

    Raises:
        NotEnded: if there is no such ending.
    """
    from wingbeat.desk.conversations.waiting import restate  # waiting needs endings

    if not take_back(conversation, by=by, at=ended_at):
        raise NotEnded(conversation)
    conversation.is_spam = False
    conversation.snoozed_until = snoozed_until
    conversation.save(update_fields=["state", "is_spam", "snoozed_until"])
    restate(conversation)
    record(Kind.REOPENED, by=by, at=at, on=conversation)


@transaction.atomic
def solve(
    conversation: Conversation,
    *,
    by: Agent,
    at: datetime,
    message: Message | None = None,
    read_by: Agent | None = None,
) -> None:
    """Mark a conversation as solved by the customer's own word, which the desk itself passes on.

    `message` holds their word where an agent, `read_by`, has found it in one.

    Raises:
        NotTheirWord: if anybody at the desk says it for them.
        AlreadyEnded: if it is solved already.
    """
    if by.role != Role.SYSTEM:
        raise NotTheirWord(conversation)
    if conversation.state == "solved":
        raise AlreadyEnded(conversation)
    Solution.objects.create(conversation=conversation, by=by, at=at)
    conversation.state = "solved"
    stop_waiting(conversation)
    conversation.end_due_at = None
    conversation.snoozed_until = None
    conversation.save(update_fields=["state", *WAITING, "end_due_at", "snoozed_until"])
    record(
        Kind.SOLVED,
        by=by,
        at=at,
        on=conversation,
        customer_id=conversation.customer_id,
        message_id=message.pk if message else None,
        facts={"read_by": read_by.pk} if read_by else None,
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
    conversation.end_due_at = end_due(conversation.inbox, conversation.customer, since=at)
    conversation.save(update_fields=["end_due_at"])
    restate(conversation)
    record(Kind.REOPENED, by=by, at=at, on=conversation)
