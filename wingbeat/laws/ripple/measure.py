"""Counts ratings by their stars and small acts by their kind, on any engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from wingbeat.laws.ratings import latest


def by_stars(ratings: Any, *, as_of: int) -> Any:
    """Return how many latest ratings of each number of stars there are: `stars, ratings`."""
    each = latest(ratings, "conversation", "customer", as_of=as_of)
    return each.group_by("stars").aggregate(ratings=each.count()).order_by("stars")


def acts_by_kind(messages: Any, acts: Sequence[str], *, as_of: int) -> Any:
    """Return, by customer, in how many conversations we did each small act (a column each).

    Columns besides: `customer`, and `looked`: conversations with a message of ours whose acts
    somebody looked at; what a program wrote is no kindness. One with several customers stands for
    the first of them.
    """
    written = (messages.side == "us") & ~messages.automatic
    ours = messages.filter((messages.at <= as_of) & written & messages.acts.notnull())
    padded = ibis.literal(" ") + ours.acts + " "
    done = {act: padded.contains(f" {act} ").ifelse(1, 0).max() for act in acts}
    each = ours.group_by("conversation").aggregate(customer=ours.customer.min(), **done)
    sums = {act: each[act].sum() for act in acts}
    return each.group_by("customer").aggregate(looked=each.count(), **sums)
