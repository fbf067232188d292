"""Which rows about messages an agent may see: those of conversations that they may read."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q

from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.people.models import Agent

Rows = TypeVar("Rows", bound="models.QuerySet[models.Model]")


def seen_by(agent: Agent, rows: Rows) -> Rows:
    """Keep rows with a `message` that is read in a conversation which the agent may read.

    What was merged is read in the whole, so the whole decides, and not the part's own mark.
    """
    from wingbeat.desk.conversations.conversation import Conversation

    readable = Conversation.objects.visible_to(agent)
    merged = rows.filter(message__conversation__merged_into__isnull=False).order_by()
    parts = set(merged.values_list("message__conversation", flat=True))
    wholes = {part: whole_of(part) for part in parts}
    seen = set(readable.filter(pk__in=wholes.values()).values_list("pk", flat=True))
    return rows.filter(
        Q(message__conversation__in=readable.whole())
        | Q(message__conversation__in=[part for part in parts if wholes[part] in seen])
    )
