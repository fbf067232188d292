"""Counts how small and big customers fare in the same severity and channel, on any engine."""

from __future__ import annotations

from typing import Any


def waits(conversations: Any, messages: Any, *, as_of: int) -> Any:
    """Return the waits for first words, those that still last included.

    Columns: `stratum` (severity and channel), `size`, `customer`, `seconds`, `ended` (1 or 0). Open
    waits last at least until `as_of`. What we began, and customers of no known size, are out.
    """
    heard = messages.filter((messages.at <= as_of) & ~messages.automatic)
    theirs, ours = heard.side == "customer", heard.side == "us"
    spoken = heard.group_by("conversation").aggregate(
        asked=heard.at.min(where=theirs), began=heard.at.min(where=ours)
    )
    asked = spoken.filter(
        spoken.asked.notnull() & (spoken.began.isnull() | (spoken.began >= spoken.asked))
    )
    sized = _sized(conversations).inner_join(asked, _sized(conversations).id == asked.conversation)
    return sized.select(
        "stratum", "size", "customer", seconds=sized.began.coalesce(as_of) - sized.asked,
        ended=sized.began.notnull().ifelse(1, 0),
    )  # fmt: skip


def promises(conversations: Any, promised: Any, *, as_of: int) -> Any:
    """Return how many promises fell due and were kept in time, by stratum and customer."""
    # What was taken back only after it was due had been broken.
    stood = promised.withdrawn_at.isnull() | (promised.withdrawn_at > promised.due_at)
    due = promised.filter((promised.due_at <= as_of) & stood)
    sized = _sized(conversations)
    rows = due.inner_join(sized, due.conversation == sized.id)
    kept = (rows.kept_at.notnull() & (rows.kept_at <= rows.due_at)).ifelse(1, 0)
    return rows.group_by("stratum", "size", "customer").aggregate(k=kept.sum(), n=rows.count())


def granted(conversations: Any, causes: Any, grants: Any, *, as_of: int) -> Any:
    """Return how many episodes with a cause got a grant, by cause and customer."""
    sized = _sized(conversations)
    bad = causes.filter(causes.at <= as_of).select("conversation", what="cause").distinct()
    given = grants.filter(grants.at <= as_of).select(gave="conversation").distinct()
    rows = bad.inner_join(sized, bad.conversation == sized.id)
    rows = rows.left_join(given, rows.conversation == given.gave)
    return rows.group_by(stratum=rows.what, size=rows.size, customer=rows.customer).aggregate(
        k=rows.gave.count(), n=rows.count()
    )


def _sized(conversations: Any) -> Any:
    known = conversations.filter(conversations["size"].notnull())
    severity = known.severity.cast("string").coalesce("-")
    return known.select(
        "id", "customer", size=known["size"], stratum=severity + "/" + known.channel.coalesce("-")
    )
