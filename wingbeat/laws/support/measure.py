"""Counts answers around their due time, ends, and ratings, on any engine."""

from __future__ import annotations

from typing import Any

import ibis

from wingbeat.laws.ratings import latest

HELPS = ("answers", "step", "promises", "alternative")  # sentence acts that help
SIDE = 12  # bins on either side of the due time


def answers(messages: Any, *, as_of: int, bin_seconds: int) -> Any:
    """Return one row per question with a due time: its first human answer.

    Questions that were promised less than twelve bins are out: no answer can come before they were
    asked, and the emptiness there would look like a crowd after it.
    Columns: `conversation, customer, at` (of the answer), `late_by` (seconds after the due time,
    negative before it), `helps` (1, 0, or empty where nobody looked for acts).
    """
    heard = messages.filter((messages.at <= as_of) & ~messages.automatic)
    due = heard.due_at - heard.at >= SIDE * bin_seconds
    asked = heard.filter((heard.side == "customer") & heard.due_at.notnull() & due).select(
        "conversation", "customer", asked_at="at", due_at="due_at"
    )
    ours = heard.filter(heard.side == "us")
    said = ours.select("conversation", "customer", said_at="at", acts="acts", order="seq")
    both = asked.inner_join(said, ["conversation", "customer"])
    both = both.filter(both.said_at >= both.asked_at)
    first = both.group_by("conversation", "customer", "asked_at", "due_at").aggregate(
        said_at=both.said_at.min(), acts=both.acts.argmin(both.said_at * 2**20 + both.order)
    )
    # One answer to several questions in a row is one answer, to the earliest that waits.
    one = first.group_by("conversation", "customer", "said_at").aggregate(
        due_at=first.due_at.min(), acts=first.acts.max()
    )
    padded = " " + one.acts + " "
    helps = padded.contains(f" {HELPS[0]} ")
    for act in HELPS[1:]:
        helps = helps | padded.contains(f" {act} ")
    return one.select(
        "conversation", "customer", at="said_at", late_by=one.said_at - one.due_at,
        helps=one.acts.notnull().ifelse(helps.ifelse(1, 0), ibis.null("int64")),
    )  # fmt: skip


def helped(answered: Any, *, bin_seconds: int) -> Any:
    """Return how many answers of the crowd (1) and near it (0) help (`k`), of those looked at.

    By customer: `customer, crowd, k, n`.
    """
    near = SIDE * bin_seconds
    inside = answered.filter((answered.late_by >= -near) & (answered.late_by < near))
    return inside.group_by("customer", crowd=_in_crowd(inside, bin_seconds)).aggregate(
        k=inside.helps.sum().coalesce(0), n=inside.helps.count()
    )


def _in_crowd(answered: Any, bin_seconds: int) -> Any:
    last = (answered.late_by >= -bin_seconds) & (answered.late_by < 0)
    return last.ifelse(1, 0).cast("int64")


def late_by(answered: Any, *, bin_seconds: int) -> Any:
    """Return how many answers of each day (UTC) came each second around the due time."""
    near = SIDE * bin_seconds
    inside = answered.filter((answered.late_by >= -near) & (answered.late_by < near))
    day = (inside["at"] // 86_400).cast("int64")
    return inside.group_by("late_by", day=day).aggregate(n=inside.count())


def back(answered: Any, messages: Any, *, bin_seconds: int, as_of: int, hours: int) -> Any:
    """Return, by customer, for the crowd's answers (1) and the others near it: who came back.

    Only answers that have had the whole time to be answered count.
    """
    near, span = SIDE * bin_seconds, hours * 3600
    told = answered.filter(
        (answered.late_by >= -near) & (answered.late_by < near) & (answered.at <= as_of - span)
    )
    theirs = messages.filter((messages.side == "customer") & ~messages.automatic).select(
        where="conversation", who="customer", then="at"
    )
    soon = (theirs.then > told.at) & (theirs.then <= told.at + span)
    rows = told.left_join(
        theirs, [told.conversation == theirs["where"], told.customer == theirs.who, soon]
    )
    each = rows.group_by("conversation", "customer", "at", "late_by").aggregate(n=rows.then.count())
    return each.group_by("customer", crowd=_in_crowd(each, bin_seconds)).aggregate(
        k=(each.n > 0).ifelse(1, 0).sum(), n=each.count()
    )


def ends(conversations: Any, messages: Any, *, as_of: int) -> Any:
    """Return how long ended conversations stayed away: `customer, seconds, back` (1; 0: not)."""
    over = conversations.filter(conversations.ended_at <= as_of).select(
        "id", "customer", "ended_at"
    )
    theirs = messages.filter(
        (messages.side == "customer") & ~messages.automatic & (messages.at <= as_of)
    ).select(where="conversation", then="at")
    rows = over.left_join(theirs, [over.id == theirs["where"], theirs.then > over.ended_at])
    each = rows.group_by("id", "customer", "ended_at").aggregate(then=rows.then.min())
    return each.select(
        "customer", seconds=each.then.coalesce(as_of) - each.ended_at,
        back=each.then.notnull().ifelse(1, 0),
    )  # fmt: skip


def rated(conversations: Any, ratings: Any, *, as_of: int, happy_stars: int) -> Any:
    """Return how many conversations began, how many were rated, and how many of those happily."""
    begun = conversations.filter(conversations.opened_at <= as_of).select("id")
    each = latest(ratings, "conversation", as_of=as_of)
    rows = begun.left_join(each, begun.id == each.conversation)
    return rows.aggregate(
        asked=rows.count(), answered=rows.stars.count(),
        good=(rows.stars >= happy_stars).ifelse(1, 0).sum(),
    )  # fmt: skip
