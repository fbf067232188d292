"""Putting a conversation aside until a time; a customer's words wake it sooner."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _

from wingbeat.desk.journal.deed import Deed
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


class CannotSnooze(ValueError):
    """The time to wake is not in the future."""

    def __init__(self, until: datetime) -> None:
        why = _("%(at)s is past; choose a time to come.")
        super().__init__(why % {"at": f"{until:%Y-%m-%d %H:%M}"})


class Snooze(Deed):
    """That a conversation was put aside: by whom and until when."""

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="snoozes"
    )
    until = models.DateTimeField()


@transaction.atomic
def snooze(conversation: Conversation, *, until: datetime, by: Agent, at: datetime) -> None:
    """Take a conversation off the lists until a time.

    Raises:
        CannotSnooze: if that time is not in the future.
    """
    if until <= at:
        raise CannotSnooze(until)
    Snooze.objects.create(conversation=conversation, until=until, by=by, at=at)
    conversation.snoozed_until = until
    conversation.save(update_fields=["snoozed_until"])
    record(Kind.SNOOZED, by=by, at=at, on=conversation)


@transaction.atomic
def wake(conversation: Conversation, *, by: Agent, at: datetime) -> None:
    """Put a conversation back on the lists; waking one that is awake changes nothing."""
    if conversation.snoozed_until is None:
        return
    conversation.snoozed_until = None
    conversation.save(update_fields=["snoozed_until"])
    record(Kind.WOKEN, by=by, at=at, on=conversation)
