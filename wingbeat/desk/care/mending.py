"""Whether a hurt is mended: only the customer's own word says so, and no act of ours ever does.

A hurt is a fact: a bad word of theirs, a promise past its day, or something we gave because a thing
had gone wrong. It is read from what a viewer may see and kept nowhere, so it goes as its
conversation goes. No tone is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q

from wingbeat.desk.care.grant import Grant
from wingbeat.desk.care.promise import Outcome, Promise
from wingbeat.desk.conversations.conversation import ConversationQuerySet
from wingbeat.desk.conversations.ending import Solution
from wingbeat.desk.conversations.message import Message
from wingbeat.desk.conversations.rating import Rating, Word
from wingbeat.desk.conversations.seeing import seen_in


class State(StrEnum):
    """How it stands between a customer and us, after the latest hurt."""

    HURT = "hurt"
    BEING_MENDED = "being_mended"
    MENDED = "mended"


@dataclass(frozen=True, slots=True)
class Bond:
    """The state, since when, and the conversation in which it shows."""

    state: State
    at: datetime
    conversation_id: int


Happened = tuple[datetime, int]  # when, and in which conversation


def bond(records: Collection[int], visible: ConversationQuerySet, now: datetime) -> Bond | None:
    """Return how it stands with these records of one person; None where nothing hurt them."""
    ratings = seen_in(visible, Rating.objects.filter(customer_id__in=records), place="conversation")
    grants = Grant.objects.of_customers(records, visible)
    given: list[Happened] = [
        (at, where)
        for at, where in grants.values_list("given_at", "conversation_id")
        if at is not None
    ]
    bad = ratings.filter(value__lt=Word.SO_SO).values_list("at", "conversation_id")
    hurts = [*bad, *_broken(records, visible, now), *given]
    if not hurts:
        return None
    at, where = max(hurts)
    good = ratings.filter(value__gt=Word.SO_SO, at__gt=at)
    solved = Solution.objects.filter(conversation__customer_id__in=records, at__gt=at)
    words: list[Happened] = [
        *good.values_list("at", "conversation_id"),
        *seen_in(visible, solved, place="conversation").values_list("at", "conversation_id"),
    ]
    if words:
        return Bond(State.MENDED, *min(words))
    if (at, where) in given:
        return Bond(State.BEING_MENDED, at, where)
    answers = Message.objects.answering().filter(conversation_id=where, at__gt=at)
    answered = answers.order_by("at").values_list("at", flat=True).first()
    if answered is not None:
        return Bond(State.BEING_MENDED, answered, where)
    return Bond(State.HURT, at, where)


def _broken(
    records: Collection[int], visible: ConversationQuerySet, now: datetime
) -> list[Happened]:
    """Promises whose day came and went, as `Promise.is_broken` says it of one."""
    past = Promise.objects.filter(customer_id__in=records, due_at__lt=now)
    late = Q(settled_at__isnull=True) | Q(settled_at__gt=F("due_at"))
    taken_back = Q(outcome=Outcome.WITHDRAWN, settled_at__lte=F("due_at"))
    rows = seen_in(visible, past.filter(late).exclude(taken_back), place="conversation")
    return list(rows.values_list("due_at", "conversation_id"))
