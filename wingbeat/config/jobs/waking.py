"""Waking snoozed conversations when their time has come."""

from __future__ import annotations

from datetime import datetime

from wingbeat.desk.conversations.conversation import Conversation
from wingbeat.desk.people.models import Agent


def wake_conversations(now: datetime) -> int:
    """Put conversations back on the lists whose snooze is over; return how many."""
    system = Agent.objects.system()
    conversations = list(Conversation.objects.due_to_wake(now)[:500])
    for conversation in conversations:
        conversation.wake(by=system, at=now)
    return len(conversations)
