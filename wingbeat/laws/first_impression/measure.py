"""Counts the waits for first words, on any engine: open ones last at least until now."""

from __future__ import annotations

from typing import Any

import ibis

from wingbeat.laws.ratings import latest

HOUR = 3600


def waits(messages: Any, *, as_of: int, promised_within_hours: float) -> Any:
    """Return one row per customer and conversation: how long their opening words waited.

    Columns: `conversation, customer, asked_at, due_at, answered` (0 or 1), `seconds` (until the
    first human words, or until `as_of`), `in_time` (0 or 1; empty until the due time is past: the
    answered are no sooner decided than those who still wait). Times are seconds since 1970.
    """
    heard = messages.filter((messages.at <= as_of) & ~messages.automatic)
    asked = (
        heard.filter(heard.side == "customer")
        .group_by("conversation", "customer")
        .aggregate(asked_at=lambda t: t.at.min(), due_first=lambda t: t.due_at.min())
    )
    said = heard.filter(heard.side == "us").select("conversation", "customer", said_at="at")
    answered = (
        asked.left_join(said, ["conversation", "customer"])
        .group_by("conversation", "customer", "asked_at", "due_first")
        .aggregate(said_at=lambda t: t.said_at.min(where=t.said_at >= t.asked_at),
                   began_at=lambda t: t.said_at.min())
    )  # fmt: skip
    # Where we wrote first, nobody waited for our first words.
    theirs = answered.filter(answered.began_at.isnull() | (answered.began_at >= answered.asked_at))
    due_at = theirs.due_first.coalesce(theirs.asked_at + int(promised_within_hours * HOUR))
    return theirs.select(
        "conversation", "customer", "asked_at",
        due_at=due_at,
        answered=theirs.said_at.notnull().ifelse(1, 0),
        seconds=theirs.said_at.coalesce(as_of) - theirs.asked_at,
        in_time=ibis.cases(
            (due_at >= as_of, None), (theirs.said_at <= due_at, 1), else_=0
        ).cast("int64"),
    )  # fmt: skip


def judged(waiting: Any, ratings: Any, *, as_of: int, good_stars: int) -> Any:
    """Return by customer and `in_time` (0 or 1) how many were rated, at last (`n`), and `good`."""
    each = latest(ratings, "conversation", "customer", as_of=as_of)
    decided = waiting.filter(waiting.in_time.notnull())
    both = decided.inner_join(each, ["conversation", "customer"])
    return both.group_by("customer", "in_time").aggregate(
        n=both.count(), good=(both.stars >= good_stars).ifelse(1, 0).sum()
    )
