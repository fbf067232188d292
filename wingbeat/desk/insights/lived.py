"""What a person has lived through with us, folded when it is looked at, from what a viewer may see.

Moments are kept; what a person keeps of them is not: the strongest and the last are looked for
among those of conversations that this viewer may read, so no other tells them anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from wingbeat.desk.care.promise import Promise
from wingbeat.desk.conversations.conversation import ConversationQuerySet
from wingbeat.desk.conversations.message import MessageText
from wingbeat.desk.conversations.rating import Rating
from wingbeat.desk.conversations.words import excerpt_of
from wingbeat.desk.insights.moment import Moment
from wingbeat.laws import memory

MOST = 50  # conversations, the newest; whoever has more remembers the others as we do


@dataclass(frozen=True, slots=True)
class Lived:
    """A moment with its evidence: the conversation, when, and the words it rests on."""

    conversation_id: int
    at: datetime
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The strongest moment and the last one; they may be the same."""

    peak: Lived
    end: Lived


def remembered(
    records: Collection[int], visible: ConversationQuerySet, *, now: datetime
) -> Remembered | None:
    """Return what these records of one person keep of us, as far as a viewer may read it.

    Whichever inbox it was, sale or support: it is one memory. What is long past fades, so that
    the strongest moment is the one that is strongest still.
    """
    seen = list(visible.of(records).values_list("pk", flat=True)[:MOST])
    moments = list(Moment.objects.of_conversations(seen).until(now))
    if not moments:
        return None
    half_life = memory.shipped_policy().peak_half_life_days
    peak = max(moments, key=lambda one: (_vivid(one, now, half_life), one.at, one.seq))
    end = max(moments, key=lambda one: (one.at, one.seq))
    quoted = _quoted(peak, end)
    return Remembered(quoted[0], quoted[1])


def _vivid(one: Moment, now: datetime, half_life: int) -> float:
    days = (now - one.at).total_seconds() / 86_400
    return memory.vivid(one.value, days=days, half_life_days=half_life)


def _quoted(*moments: Moment) -> list[Lived]:
    """Put the words beside moments that they were made from."""
    evidence = [one.evidence.partition(" ") for one in moments]
    ids = {
        table: [int(pk) for name, _, pk in evidence if name == table] for table, _, _ in evidence
    }
    said = {
        "message": dict(
            MessageText.objects.filter(pk__in=ids.get("message", ())).values_list("pk", "text_new")
        ),
        "promise": dict(
            Promise.objects.filter(pk__in=ids.get("promise", ())).values_list("pk", "words")
        ),
        "rating": {
            row.pk: row.comment for row in Rating.objects.filter(pk__in=ids.get("rating", ()))
        },
    }
    return [
        Lived(
            one.conversation_id, one.at, one.kind,
            excerpt_of(said.get(table, {}).get(int(pk), "")),
        )
        for one, (table, _, pk) in zip(moments, evidence, strict=True)
    ]  # fmt: skip
