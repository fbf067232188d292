"""Since when a customer waits for us: the definition, and its recomputation from the messages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from wingbeat.desk.conversations.ending import Ending
from wingbeat.desk.conversations.message import MessageKind
from wingbeat.desk.conversations.splitting import shown_in

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


def waits_since(conversation: Conversation) -> datetime | None:
    """Return the time of a known customer's first words after our last, or None.

    Automatic mail, strangers in the margin, spam and notes do not count. A reply counts from the
    moment it is queued. Ending a conversation answers it as a reply does.
    """
    if conversation.is_spam:
        return None
    messages = shown_in(conversation)
    left = messages.filter(kind=MessageKind.AGENT, automatic="")
    ended = Ending.objects.filter(conversation=conversation).aggregate(at=Max("at"))["at"]
    latest = max(filter(None, [left.aggregate(at=Max("at"))["at"], ended]), default=None)
    theirs = messages.counting()
    if latest is not None:
        theirs = theirs.filter(at__gt=latest)
    return theirs.oldest_first().values_list("at", flat=True).first()


def restate(conversation: Conversation) -> None:
    """Set state and waiting time from the messages, after something was undone or moved."""
    from wingbeat.desk.conversations.conversation import State  # the noun uses its aspects

    conversation.waits_for_us_since = waits_since(conversation)
    if conversation.waits_for_us_since is not None:
        conversation.state = State.US
    elif not conversation.is_over:
        spoke = shown_in(conversation).filter(kind=MessageKind.AGENT)
        conversation.state = State.CUSTOMER if spoke.exists() else State.QUIET
    conversation.save(update_fields=["waits_for_us_since", "state"])
