"""How long people wait for our first words, so that we can tell the next one honestly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q

from wingbeat.desk.conversations.inbox import Inbox
from wingbeat.desk.conversations.message import Message, MessageKind

LATELY = timedelta(days=30)
MOST = 200
# Below this nobody should rely on what we say about the next one.
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody waited, or has waited so far."""

    lasted: timedelta
    is_over: bool


def first_waits(inbox: Inbox, *, now: datetime) -> list[Wait]:
    """Return the latest waits for first words in an inbox; those still waiting are among them.

    Whoever was told something else than words, such as that a conversation ended, counts as
    having waited until then and no longer.
    """
    from wingbeat.desk.conversations.conversation import Conversation

    begun_by_them = Message.objects.counting().filter(
        conversation=OuterRef("pk"), at=OuterRef("opened_at")
    )
    by_us = Q(messages__kind=MessageKind.AGENT, messages__automatic="", messages__is_aside=False)
    rows = (
        Conversation.objects.filter(
            Exists(begun_by_them), inbox=inbox, is_spam=False, opened_at__gte=now - LATELY
        )
        .annotate(answered=Min("messages__at", filter=by_us), ended=Min("endings__at"))
        .order_by("-opened_at", "-pk")
        .values_list("opened_at", "answered", "ended")[:MOST]
    )
    return [
        Wait(min(filter(None, [answered, ended, now])) - opened, is_over=answered is not None)
        for opened, answered, ended in rows
    ]


def nine_in_ten(waits: Sequence[Wait]) -> timedelta | None:
    """Return within which time nine in ten people have our first words; None if that is not known.

    Those who still wait are counted for as long as they have waited (Kaplan and Meier 1958):
    leaving them out would promise the next one too much.

    >>> hours = [Wait(timedelta(hours=n), is_over=True) for n in range(1, 21)]
    >>> nine_in_ten(hours)
    datetime.timedelta(seconds=64800)
    >>> nine_in_ten(hours[:19]) is None
    True
    """
    if sum(wait.is_over for wait in waits) < FEWEST:
        return None
    still, at_risk = 1.0, len(waits)
    # at the same moment an answer comes before a wait that only lasted so far
    for wait in sorted(waits, key=lambda one: (one.lasted, not one.is_over)):
        if wait.is_over:
            still *= 1 - 1 / at_risk
            if still <= 0.1 + 1e-9:
                return wait.lasted
        at_risk -= 1
    return None
