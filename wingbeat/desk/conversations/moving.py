"""Moving a conversation to another inbox."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.journal.recording import Kind, record
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import Conversation


@transaction.atomic
def move(conversation: Conversation, *, to: Inbox, by: Agent, at: datetime) -> None:
    """Let another inbox's people answer; its address answers from now on."""
    if conversation.inbox_id == to.pk:
        return
    before = conversation.inbox_id
    conversation.inbox, conversation.team = to, None
    conversation.save(update_fields=["inbox", "team"])
    facts = {"from_inbox": before, "to_inbox": to.pk}
    record(Kind.MOVED, by=by, at=at, inbox_id=to.pk, conversation_id=conversation.pk, facts=facts)
