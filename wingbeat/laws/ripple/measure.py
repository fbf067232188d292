"""Counts ratings by their stars and small acts by their kind, on any engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis


def by_stars(ratings: Any, *, as_of: int) -> Any:
    """Return how many ratings of each number of stars there are: `stars, ratings`."""
    past = ratings.filter(ratings.at <= as_of)
    return past.group_by("stars").aggregate(ratings=past.count()).order_by("stars")


def acts_by_kind(messages: Any, acts: Sequence[str], *, as_of: int) -> Any:
    """Return in how many conversations we did each small act: `act, conversations`."""
    ours = _looked_at(messages, as_of)
    told = ours.mutate(padded=ibis.literal(" ") + ours.acts + " ")
    parts = [
        told.filter(told.padded.contains(f" {act} ")).aggregate(
            act=ibis.literal(act), conversations=ours.conversation.nunique()
        )
        for act in acts
    ]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def looked_at(messages: Any, *, as_of: int) -> Any:
    """Return how many conversations have a message of ours whose acts somebody looked at."""
    return _looked_at(messages, as_of).conversation.nunique()


def _looked_at(messages: Any, as_of: int) -> Any:
    return messages.filter(
        (messages.at <= as_of) & (messages.side == "us") & messages.acts.notnull()
    )
