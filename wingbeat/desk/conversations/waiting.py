"""Since when a customer waits for us: the definition, and its recomputation from the messages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max, Min

from wingbeat.desk.conversations.ending import Ending, Reopening
from wingbeat.desk.conversations.splitting import shown_in

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


def waits_since(conversation: Conversation) -> datetime | None:
    """Return the time of a known customer's first words after our last, or None.

    Whoever reopens a conversation says that something is owed from then on.

    Automatic mail, strangers in the margin, spam and notes do not count. A reply counts from the
    moment it is queued. Ending a conversation answers it as a reply does.
    """
    if conversation.is_spam:
        return None
    theirs = shown_in(conversation).counting()
    reopenings = Reopening.objects.filter(conversation=conversation)
    latest = answered_at(conversation)
    if latest is not None:
        theirs, reopenings = theirs.filter(at__gt=latest), reopenings.filter(at__gt=latest)
    spoke = theirs.aggregate(at=Min("at"))["at"]
    reopened = reopenings.aggregate(at=Min("at"))["at"]
    return min(filter(None, [spoke, reopened]), default=None)


def answered_at(conversation: Conversation) -> datetime | None:
    """Return when we last said something in a conversation, or ended it."""
    spoke = shown_in(conversation).answering().aggregate(at=Max("at"))["at"]
    ended = Ending.objects.filter(conversation=conversation).aggregate(at=Max("at"))["at"]
    return max(filter(None, [spoke, ended]), default=None)


def restate(conversation: Conversation) -> None:
    """Set state and waiting time from the messages, after something was undone or moved."""
    from wingbeat.desk.conversations.conversation import State  # the noun uses its aspects

    conversation.waits_for_us_since = waits_since(conversation)
    if conversation.waits_for_us_since is not None:
        conversation.state = State.US
    elif not conversation.is_over:
        spoke = shown_in(conversation).answering().exists()
        conversation.state = State.CUSTOMER if spoke else State.QUIET
    conversation.save(update_fields=["waits_for_us_since", "state"])
