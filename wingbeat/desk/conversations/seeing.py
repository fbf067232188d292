"""Which rows about messages an agent may see: those of conversations that they may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from wingbeat.desk.conversations.merging import whole_of
from wingbeat.desk.people.models import Agent

if TYPE_CHECKING:
    from wingbeat.desk.conversations.conversation import ConversationQuerySet

Rows = TypeVar("Rows", bound="models.QuerySet[models.Model]")


def seen_by(agent: Agent, rows: Rows, *, place: str = "message__conversation") -> Rows:
    """Keep rows that are read in a conversation which the agent may read.

    `place` leads from a row to its conversation.
    """
    from wingbeat.desk.conversations.conversation import Conversation

    return seen_in(Conversation.objects.visible_to(agent), rows, place=place)


def seen_in(readable: ConversationQuerySet, rows: Rows, *, place: str) -> Rows:
    """Keep rows of these conversations, which a reader may read.

    What was merged is read in the whole, so the whole decides, and not the part's own mark.
    """
    merged = rows.filter(**{f"{place}__merged_into__isnull": False}).order_by()
    parts = set(merged.values_list(place, flat=True))
    wholes = {part: whole_of(part) for part in parts}
    seen = set(readable.filter(pk__in=wholes.values()).values_list("pk", flat=True))
    return rows.filter(
        Q(**{f"{place}__in": readable.whole()})
        | Q(**{f"{place}__in": [part for part in parts if wholes[part] in seen]})
    )
