"""Where somebody wrote besides their own conversations: in those of others, and in merged parts."""

from __future__ import annotations

from collections.abc import Collection

from wingbeat.desk.conversations.merging import Merge
from wingbeat.desk.conversations.message import Message

# Whoever wrote in more conversations of others than this is seen in the latest of them.
MOST = 1_000


def places(customer_ids: Collection[int]) -> list[int]:
    """Return the conversations of others in which one of these customers is heard.

    They wrote there as somebody in copy, or their own conversation is read as part of it.
    """
    wrote = Message.objects.counting().filter(address__customer_id__in=customer_ids)
    as_guest = wrote.exclude(conversation__customer_id__in=customer_ids).order_by("-conversation")
    found = set(as_guest.values_list("conversation", flat=True).distinct()[:MOST])
    parts = Merge.objects.filter(source__customer_id__in=customer_ids)
    found |= set(parts.values_list("target_id", flat=True))
    return sorted(_wholes(found))


def _wholes(conversation_ids: set[int]) -> set[int]:
    """Follow the pointers of merged conversations, all of one depth at a time."""
    found = set(conversation_ids)
    while True:
        merged = Merge.objects.filter(source_id__in=found).values_list("source_id", "target_id")
        further = dict(merged)
        if not further:
            return found
        found = (found - further.keys()) | set(further.values())
